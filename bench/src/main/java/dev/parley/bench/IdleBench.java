package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What waiting costs: processor time and wake-ups of many consumers while nothing comes, and for
/// each message that then comes. A JVM that does nothing at all stands beside them, for a JVM
/// itself is not quite still.
final class IdleBench {
  private static final int PROCESSES = 8;
  private static final int THREADS = 8;
  private static final long QUIET_SECONDS = 5;
  private static final long MESSAGES = 500;
  private static final long RATE = 100;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final QueueBenchOptions options;
  private final BenchOutput output;

  IdleBench(QueueBenchOptions options, BenchOutput output) {
    this.options = options;
    this.output = output;
  }

  void run(Path place, String environment) throws IOException, InterruptedException {
    Path queue = Files.createTempDirectory(place, "queue");
    List<Child> children = new ArrayList<>();
    try {
      output.progress("idle: starting " + PROCESSES + " processes of " + THREADS + " consumers");
      Child bare = worker(place, queue, "idle", 0);
      children.add(bare);
      Child sender = worker(place, queue, "send", 1);
      children.add(sender);
      List<Child> many = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        Child child = worker(place, queue, "idle", THREADS);
        children.add(child);
        many.add(child);
      }
      for (Child child : children) child.hear("ready");
      send(sender, MESSAGES, 0); // compiles the code and spreads over the consumers
      awaitAll(many);

      double[][] quiet = new double[2][options.runs()];
      double[][] bareQuiet = new double[2][options.runs()];
      double[][] busy = new double[2][options.runs()];
      for (int round = 0; round < options.runs(); round++) {
        output.progress("idle: round " + (round + 1) + " of " + options.runs());
        Use before = Use.of(many);
        Use bareBefore = Use.of(List.of(bare));
        Thread.sleep(QUIET_SECONDS * 1_000);
        Use quietUse = Use.of(many).since(before);
        Use bareUse = Use.of(List.of(bare)).since(bareBefore);
        quiet[0][round] = quietUse.cpuNanos() / 1e7 / QUIET_SECONDS;
        quiet[1][round] = (double) quietUse.wakeUps() / QUIET_SECONDS;
        bareQuiet[0][round] = bareUse.cpuNanos() / 1e7 / QUIET_SECONDS;
        bareQuiet[1][round] = (double) bareUse.wakeUps() / QUIET_SECONDS;

        Use silent = Use.of(many);
        send(sender, MESSAGES, RATE);
        awaitAll(many);
        Use busyUse = Use.of(many).since(silent);
        busy[0][round] = busyUse.cpuNanos() / 1e3 / MESSAGES;
        busy[1][round] = (double) busyUse.wakeUps() / MESSAGES;
      }
      String caseName =
          "idle, %d consumers in %d processes".formatted(PROCESSES * THREADS, PROCESSES);
      report(caseName, "parley", "cpu while idle", "% of a core", quiet[0], environment);
      report(caseName, "parley", "wake-ups while idle", "per second", quiet[1], environment);
      report(caseName, "a bare JVM", "cpu while idle", "% of a core", bareQuiet[0], environment);
      report(
          caseName, "a bare JVM", "wake-ups while idle", "per second", bareQuiet[1], environment);
      report(caseName, "parley", "cpu of all, a message", "us", busy[0], environment);
      report(caseName, "parley", "wake-ups of all, a message", "count", busy[1], environment);
    } finally {
      children.forEach(Child::close);
    }
  }

  private Child worker(Path place, Path queue, String role, int index) throws IOException {
    return Child.worker(
        role,
        place,
        List.of("-Xmx64m"),
        List.of(
            role,
            "parley",
            queue.toString(),
            "NONE",
            "1",
            Integer.toString(options.payloadBytes()),
            Integer.toString(index)));
  }

  private static void send(Child sender, long count, long rate)
      throws IOException, InterruptedException {
    sender.tell(
        Line.of("send").with("from", 0).with("count", count).with("rate", rate).with("mixed", 0));
    sender.hear("sent");
  }

  /// Waits until every message that was sent has been received.
  private static void awaitAll(List<Child> children) throws IOException, InterruptedException {
    long start = System.nanoTime();
    long received = 0;
    while (true) {
      for (Child child : children) {
        child.tell(Line.of("report"));
        received += child.hear("counted").number("count");
      }
      if (received == MESSAGES) return;
      if (received > MESSAGES || System.nanoTime() - start > PATIENCE_NANOS) {
        throw new BenchFailedException("parley sent " + MESSAGES + " and received " + received);
      }
      Thread.sleep(100);
    }
  }

  private void report(
      String caseName,
      String system,
      String metric,
      String unit,
      double[] figures,
      String environment) {
    output.result(Result.of("queue", caseName, system, metric, unit, figures, environment));
  }
}
