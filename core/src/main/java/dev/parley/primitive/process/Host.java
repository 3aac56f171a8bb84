package dev.parley.primitive.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// This host, for messages.
public final class Host {
  private Host() {}

  /// What it is called; `unknown` if the kernel does not say.
  public static String name() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
