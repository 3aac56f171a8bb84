package dev.parley.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/// A process of a [TripBench]: the one that answers, or the one that asks. Not for people.
///
/// Both say `ready`. The one that asks obeys lines on its standard input until that ends: `trips
/// count=` answers `done nanos= p50= p99=`, `many count= batch=` answers `done nanos= arrived=`.
final class TripWorker {
  private TripWorker() {}

  /// `serve|ask SYSTEM DIRECTORY BYTES`
  public static void main(String[] arguments) throws Exception {
    String system = arguments[1];
    Path directory = Path.of(arguments[2]);
    int bytes = Integer.parseInt(arguments[3]);
    if (arguments[0].equals("serve")) {
      Trip.Server server = Trips.server(system, directory, bytes);
      say(Line.of("ready"));
      Thread.ofPlatform().daemon().start(TripWorker::endWithTheInput);
      server.serve();
    } else {
      try (Trip trip = Trips.trip(system, directory, bytes)) {
        say(Line.of("ready"));
        ask(trip);
      }
    }
  }

  private static void endWithTheInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException e) {
      // As good as its end.
    }
    System.exit(0);
  }

  private static void ask(Trip trip) throws IOException, InterruptedException {
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String text = orders.readLine(); text != null; text = orders.readLine()) {
      Line order = Line.parse(text);
      int count = (int) order.number("count");
      say(order.word().equals("trips") ? trips(trip, count) : many(trip, count, order));
    }
  }

  private static Line trips(Trip trip, int count) throws IOException, InterruptedException {
    long[] nanos = new long[count];
    long start = System.nanoTime();
    long before = start;
    for (int i = 0; i < count; i++) {
      trip.make();
      long now = System.nanoTime();
      nanos[i] = now - before;
      before = now;
    }
    Arrays.sort(nanos);
    return Line.of("done")
        .with("nanos", before - start)
        .with("p50", nanos[count / 2])
        .with("p99", nanos[count * 99 / 100]);
  }

  private static Line many(Trip trip, int count, Line order)
      throws IOException, InterruptedException {
    int batch = (int) order.number("batch");
    long start = System.nanoTime();
    long arrived = 0;
    for (int left = count; left > 0; left -= batch) {
      arrived += trip.makeMany(Math.min(batch, left));
    }
    return Line.of("done").with("nanos", System.nanoTime() - start).with("arrived", arrived);
  }

  private static void say(Line line) {
    System.out.println(line);
    System.out.flush();
  }
}
