package dev.parley.testkit.logqueue;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// A log in shared memory, read and written by its documentation alone.
record RawMemoryLog(Path file) {
  private static final int BODY = 56;
  private static final int START = 128;

  /// Flips one bit of the last byte of a message.
  ///
  /// @return false if it is not there
  boolean damage(String id) throws IOException {
    try (FileChannel channel = open()) {
      Optional<Long> end = endOfPut(channel, id);
      if (end.isEmpty()) return false;
      ByteBuffer last = ByteBuffer.allocate(1);
      channel.read(last, end.get() - 1);
      last.put(0, (byte) (last.get(0) ^ 1)).rewind();
      channel.write(last, end.get() - 1);
      return true;
    }
  }

  /// Puts a message, of that name, among the ready ones.
  void moveToReady(String name) throws IOException {
    byte[] text = ("move ready " + name + " - 0\n").getBytes(US_ASCII);
    try (FileChannel channel = open()) {
      long body = number(channel, BODY, Long.BYTES);
      long end = number(channel, body, Long.BYTES);
      ByteBuffer record = ByteBuffer.allocate(8 + text.length).order(ByteOrder.nativeOrder());
      channel.write(record.putInt(text.length).putInt(0).put(text).flip(), body + end);
      ByteBuffer next = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      channel.write(next.putLong(0, end + rounded(8 + text.length)), body);
    }
  }

  /// The name that a message's last record gives it.
  Optional<String> nameOf(String id) throws IOException {
    try (FileChannel channel = open()) {
      long body = number(channel, BODY, Long.BYTES);
      long end = body + number(channel, body, Long.BYTES);
      String name = null;
      for (long at = body + START; at < end; at = next(channel, at)) {
        String[] words = text(channel, at).split("\\s");
        if (words.length > 2 && words[2].startsWith(id)) name = words[2];
      }
      return Optional.ofNullable(name);
    }
  }

  private static Optional<Long> endOfPut(FileChannel channel, String id) throws IOException {
    long body = number(channel, BODY, Long.BYTES);
    long end = body + number(channel, body, Long.BYTES);
    for (long at = body + START; at < end; at = next(channel, at)) {
      String[] words = text(channel, at).split("\\s");
      if (words[0].equals("put") && words[2].startsWith(id)) {
        return Optional.of(
            at + 8 + number(channel, at, Integer.BYTES) + number(channel, at + 4, Integer.BYTES));
      }
    }
    return Optional.empty();
  }

  private FileChannel open() throws IOException {
    return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static long next(FileChannel channel, long at) throws IOException {
    return at
        + rounded(8 + number(channel, at, Integer.BYTES) + number(channel, at + 4, Integer.BYTES));
  }

  private static long rounded(long bytes) {
    return (bytes + 7) / 8 * 8;
  }

  private static String text(FileChannel channel, long at) throws IOException {
    ByteBuffer text = ByteBuffer.allocate((int) number(channel, at, Integer.BYTES));
    channel.read(text, at + 8);
    return new String(text.array(), US_ASCII);
  }

  private static long number(FileChannel channel, long at, int bytes) throws IOException {
    ByteBuffer number = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    channel.read(number, at);
    return bytes == Long.BYTES ? number.getLong(0) : number.getInt(0);
  }
}
