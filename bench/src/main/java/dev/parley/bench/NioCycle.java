package dev.parley.bench;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.parley.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/// One message through three directories with nothing but java.nio: create, write, rename, claim by
/// rename, read, delete. No queue (nothing looks for the oldest), yet what a first attempt in Java
/// is built from.
final class NioCycle {
  private final Path sending;
  private final Path ready;
  private final Path claimed;
  private final Durability durability;

  NioCycle(Path directory, Durability durability) throws IOException {
    this.sending = Files.createDirectories(directory.resolve("sending"));
    this.ready = Files.createDirectories(directory.resolve("ready"));
    this.claimed = Files.createDirectories(directory.resolve("claimed"));
    this.durability = durability;
  }

  /// Sends a message, receives it, and returns what was read.
  byte[] run(byte[] payload, String name) throws IOException {
    Path file = sending.resolve(name);
    try (FileChannel channel = FileChannel.open(file, CREATE_NEW, WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(payload);
      while (bytes.hasRemaining()) channel.write(bytes);
      if (durability != Durability.NONE) channel.force(false);
    }
    Path waiting = Files.move(file, ready.resolve(name), ATOMIC_MOVE);
    if (durability != Durability.NONE) {
      try (FileChannel directory = FileChannel.open(ready, READ)) {
        directory.force(true);
      }
    }
    Path mine = Files.move(waiting, claimed.resolve(name), ATOMIC_MOVE);
    byte[] read = Files.readAllBytes(mine);
    Files.delete(mine);
    return read;
  }
}
