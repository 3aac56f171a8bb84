package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.primitive.attribute.AttributeFile;
import dev.parley.primitive.attribute.AttributeOptions;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.filequeue.FileQueue;
import dev.parley.primitive.log.AppendLog;
import dev.parley.primitive.set.DirectorySet;
import dev.parley.primitive.set.Element;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/// A process that goes on doing one thing until it is killed, and prints a line after each time.
///
/// ```text
/// log PATH WHO     appends WHO-N to a log, a long one now and then; prints N
/// send PATH WHO    appends WHO-N to a queue; prints N
/// consume PATH WHO consumes the oldest message of a queue; prints it before, and "done" after
/// count PATH WHO   adds one to the attribute "count"; prints how often it has
/// set PATH SEED    prints "ready", reads a number, does so much to a set, and prints for each time
///                  START END ACT ELEMENT ANSWER...
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
      case "count" -> countForever(path);
      case "set" -> play(path, new Random(Long.parseLong(words[2])));
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

  private static void countForever(Path path) throws IOException, InterruptedException {
    AttributeOptions options = AttributeOptions.defaults().withDurable(false);
    try (AttributeFile file = AttributeFile.at(path, options)) {
      for (int i = 1; ; i++) {
        file.update("count", Actor::incremented);
        System.out.println(i);
      }
    }
  }

  private static Optional<byte[]> incremented(Optional<byte[]> before) {
    int count = before.map(bytes -> Integer.parseInt(new String(bytes, UTF_8))).orElse(0);
    return Optional.of(String.valueOf(count + 1).getBytes(UTF_8));
  }

  private static final List<String> ELEMENTS = List.of("a", "b", "c", "d".repeat(300));

  private static void play(Path path, Random random) throws Exception {
    StringBuilder told = new StringBuilder();
    try (DirectorySet set = DirectorySet.open(path, OPTIONS)) {
      set.snapshot();
      System.out.println("ready");
      int rounds =
          Integer.parseInt(new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine());
      for (int i = 0; i < rounds; i++) {
        String element = ELEMENTS.get(random.nextInt(ELEMENTS.size()));
        long start = System.nanoTime();
        String act;
        String answer;
        switch (random.nextInt(10)) {
          case 0 -> {
            act = "snapshot";
            answer = known(set.snapshot());
          }
          case 1, 2, 3 -> {
            act = "contains";
            answer = String.valueOf(set.contains(element));
          }
          case 4, 5, 6 -> {
            act = "add";
            answer = String.valueOf(set.add(element));
          }
          default -> {
            act = "remove";
            answer = String.valueOf(set.remove(element));
          }
        }
        told.append(start).append(' ').append(System.nanoTime()).append(' ').append(act);
        told.append(' ').append(element).append(' ').append(answer).append('\n');
      }
    }
    System.out.print(told);
  }

  private static String known(DirectorySet.Members members) {
    return String.join(
        " ", ELEMENTS.stream().filter(e -> members.elements().contains(Element.of(e))).toList());
  }

  /// Each fifth takes several writes.
  static String entry(String who, int number) {
    String text = who + "-" + number;
    return number % 5 == 0 ? text + "\n".repeat(300_000) : text;
  }
}
