package dev.parley.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// How this process was started, to start others in the same way.
final class Launcher {
  private static final String MAIN = "dev.parley.cli.Main";

  private Launcher() {}

  /// The JVM, its options and the main class; arguments follow.
  static List<String> command() throws IOException {
    byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
    List<String> words = new ArrayList<>();
    for (String word : new String(line, UTF_8).split("\0")) {
      words.add(word);
      if (word.equals(MAIN) || word.endsWith("/" + MAIN)) {
        words.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add(1, "-XX:TieredStopAtLevel=1");
        return words;
      }
    }
    throw new IOException(
        "the demo starts processes of its own, and needs to run as `parley demo`");
  }
}
