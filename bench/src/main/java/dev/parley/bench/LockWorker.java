package dev.parley.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/// A process of the benchmark of locks. Not for people.
///
/// It says `ready`, then obeys lines on its standard input until that ends:
///
/// ```text
/// turns system=I millis=N  turned count=       takes turns for that long
/// hold system=I            holding, held       takes one, when it can
/// release system=I         released
/// ```
///
/// In each turn it adds one to a number that all share, and that only the lock keeps exact.
final class LockWorker {
  private LockWorker() {}

  /// `DIRECTORY SYSTEM...`
  public static void main(String[] arguments) throws Exception {
    Path place = Path.of(arguments[0]);
    List<Turns> all = new ArrayList<>();
    for (int i = 1; i < arguments.length; i++) all.add(Turns.open(arguments[i], place));
    MappedByteBuffer shared = counter(place);
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    answer(Line.of("ready"));
    for (String text = orders.readLine(); text != null; text = orders.readLine()) {
      Line order = Line.parse(text);
      Turns turns = all.get((int) order.number("system"));
      switch (order.word()) {
        case "turns" -> {
          long count = take(turns, shared, order.number("millis") * 1_000_000);
          answer(Line.of("turned").with("count", count));
        }
        case "hold" -> {
          answer(Line.of("holding"));
          turns.take();
          answer(Line.of("held"));
        }
        case "release" -> {
          turns.giveBack();
          answer(Line.of("released"));
        }
        default -> throw new BenchFailedException("not understood: '" + text + "'");
      }
    }
    for (Turns each : all) each.close();
  }

  static MappedByteBuffer counter(Path place) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            place.resolve("counter"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, Long.BYTES);
    }
  }

  private static long take(Turns turns, MappedByteBuffer shared, long nanos)
      throws IOException, InterruptedException {
    long count = 0;
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      turns.take();
      shared.putLong(0, shared.getLong(0) + 1);
      turns.giveBack();
      count++;
    }
    return count;
  }

  private static void answer(Line line) {
    System.out.println(line);
    System.out.flush();
  }
}
