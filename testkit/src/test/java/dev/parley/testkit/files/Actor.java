package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.log.AppendLog;
import dev.parley.primitive.queue.FileQueue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A process that goes on doing one thing until it is killed, and prints a line after each time.
///
/// ```text
/// log PATH WHO     appends WHO-N to a log, a long one now and then; prints N
/// send PATH WHO    appends WHO-N to a queue; prints N
/// consume PATH WHO consumes the oldest message of a queue; prints it before, and "done" after
/// ```
public final class Actor {
  private static final FileOptions OPTIONS = FileOptions.defaults().withDurable(false);

  private Actor() {}

  public static void main(String[] words) throws Exception {
    Path path = Path.of(words[1]);
    switch (words[0]) {
      case "log" -> appendForever(path, words[2]);
      case "send" -> sendForever(path, words[2]);
      case "consume" -> consumeForever(path);
      default -> throw new IllegalArgumentException("no act " + words[0]);
    }
  }

  private static void appendForever(Path path, String who) throws IOException {
    try (AppendLog log = AppendLog.open(path, OPTIONS)) {
      for (int i = 0; ; i++) {
        log.append(entry(who, i).getBytes(UTF_8));
        System.out.println(i);
      }
    }
  }

  private static void sendForever(Path path, String who) throws IOException {
    try (FileQueue queue = FileQueue.open(path, OPTIONS)) {
      for (int i = 0; ; i++) {
        queue.append((who + "-" + i + " " + "x".repeat(5000)).getBytes(UTF_8));
        System.out.println(i);
      }
    }
  }

  private static void consumeForever(Path path) throws IOException {
    try (FileQueue queue = FileQueue.open(path, OPTIONS)) {
      while (true) {
        Optional<FileQueue.Item> item = queue.peek();
        if (item.isEmpty()) continue;
        String text = new String(item.get().bytes(), UTF_8);
        System.out.println(text.substring(0, text.indexOf(' ')));
        System.out.println(queue.consume(item.get()) ? "done" : "lost");
      }
    }
  }

  /// Each fifth takes several writes.
  static String entry(String who, int number) {
    String text = who + "-" + number;
    return number % 5 == 0 ? text + "\n".repeat(300_000) : text;
  }
}
