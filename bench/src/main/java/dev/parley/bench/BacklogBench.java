package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What one more message costs while many wait: one process with a heap of 64 MB sends one, claims
/// the oldest and acknowledges it, over and over. Once with one priority, once with all ten at
/// random.
final class BacklogBench {
  private static final long[] WAITING = {0, 1_000, 10_000, 100_000, 1_000_000, 10_000_000};
  private static final long USUAL_CYCLES = 5_000;

  private final QueueBenchOptions options;
  private final BenchOutput output;
  private final long cycles;

  BacklogBench(QueueBenchOptions options, BenchOutput output) {
    this.options = options;
    this.output = output;
    this.cycles = options.messages() == 0 ? USUAL_CYCLES : options.messages();
  }

  void run(Path place, String environment) throws IOException, InterruptedException {
    try (Child plain = start(place);
        Child mixed = start(place)) {
      plain.hear("ready");
      mixed.hear("ready");
      warmUp(plain, false);
      warmUp(mixed, true);
      long there = 0;
      for (long waiting : WAITING) {
        if (waiting > options.backlog()) break;
        output.progress("backlog: filling up to " + waiting);
        fill(plain, waiting - there, false);
        fill(mixed, waiting - there, true);
        there = waiting;
        List<Line> plainRuns = new ArrayList<>();
        List<Line> mixedRuns = new ArrayList<>();
        for (int round = 0; round < options.runs(); round++) {
          plainRuns.add(cycle(plain, false));
          mixedRuns.add(cycle(mixed, true));
        }
        String caseName = "backlog of %,d".formatted(waiting);
        report(caseName, "parley", plainRuns, environment);
        report(caseName, "parley, mixed priorities", mixedRuns, environment);
      }
      output.progress("backlog: draining and checking");
      drain(plain, "parley", there, environment);
      drain(mixed, "parley, mixed priorities", there, environment);
    }
  }

  private Child start(Path place) throws IOException {
    return Child.worker(
        "backlog",
        place,
        List.of("-Xmx64m"),
        List.of(
            "backlog",
            "parley",
            Files.createTempDirectory(place, "queue").toString(),
            "NONE",
            "1",
            Integer.toString(options.payloadBytes()),
            "0"));
  }

  /// Compiled code on both paths, that of a listing with many names and that of an empty queue;
  /// then nothing waits again.
  private void warmUp(Child child, boolean mixed) throws IOException, InterruptedException {
    output.progress("backlog: warming up");
    fill(child, 2 * cycles, mixed);
    for (int i = 0; i < 3; i++) cycle(child, mixed);
    child.tell(Line.of("drain"));
    child.hear("drained");
    cycle(child, mixed);
  }

  private static void fill(Child child, long count, boolean mixed)
      throws IOException, InterruptedException {
    for (long left = count; left > 0; left -= 50_000) {
      child.tell(
          Line.of("fill").with("count", Math.min(left, 50_000)).with("mixed", mixed ? 1 : 0));
      child.hear("filled");
    }
  }

  private Line cycle(Child child, boolean mixed) throws IOException, InterruptedException {
    child.tell(Line.of("cycle").with("count", cycles).with("mixed", mixed ? 1 : 0));
    return child.hear("cycled");
  }

  private void report(String caseName, String system, List<Line> runs, String environment)
      throws BenchFailedException {
    double[] cost = new double[runs.size()];
    double[] heap = new double[runs.size()];
    for (int i = 0; i < cost.length; i++) {
      cost[i] = runs.get(i).number("nanos") / 1e3 / cycles;
      heap[i] = runs.get(i).number("heap") / 1e6;
    }
    output.result(
        Result.of("queue", caseName, system, "send, claim, ack", "us/msg", cost, environment));
    output.result(
        Result.of("queue", caseName, system, "live heap, of 64 MB", "MB", heap, environment));
  }

  private void drain(Child child, String system, long waiting, String environment)
      throws IOException, InterruptedException {
    if (waiting == 0) return;
    child.tell(Line.of("drain"));
    Line drained = child.hear("drained");
    if (drained.number("missing") != 0) {
      throw new BenchFailedException(system + " lost or repeated messages of a backlog");
    }
    double[] rate = {waiting * 1e9 / drained.number("nanos")};
    output.result(
        Result.of(
            "queue",
            "backlog of %,d".formatted(waiting),
            system,
            "claim and ack it all",
            "msg/s",
            rate,
            environment));
  }
}
