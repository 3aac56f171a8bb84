package dev.parley.bench;

import static dev.parley.bench.QueueBenchOptions.Case.BACKLOG;
import static dev.parley.bench.QueueBenchOptions.Case.IDLE;
import static dev.parley.bench.QueueBenchOptions.Case.LATENCY;
import static dev.parley.bench.QueueBenchOptions.Case.THROUGHPUT;

import dev.parley.Durability;
import dev.parley.Space;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The benchmark of queues: Parley's beside those a user would pick instead, and beside the
/// kernel's limit.
///
/// All systems of a case are started and warmed up first; then each runs once in every round, one
/// at a time, the first place going round. Every run is checked: a lost, repeated or damaged
/// message fails the benchmark.
///
/// ```java
/// QueueBench.run(QueueBenchOptions.defaults(), BenchOutput.table(out, err));
/// ```
public final class QueueBench {
  private static final String SUITE = "queue";
  private static final long UNSYNCED_MESSAGES = 50_000;
  private static final long SYNCED_MESSAGES = 1_000;

  /// A JVM goes on compiling for about so many messages, and so do we.
  private static final long UNSYNCED_WARM_UP = 120_000;

  private static final int WARM_UP_PARTS = 6;
  private static final long LONGEST_WARM_UP_NANOS = 6_000_000_000L;

  private static final long SYNCED_WARM_UP = 2_000;
  private static final long UNSYNCED_RATE = 1_000;
  private static final long SYNCED_RATE = 100;

  private final QueueBenchOptions options;
  private final BenchOutput output;
  private final Lineup lineup;

  private QueueBench(QueueBenchOptions options, BenchOutput output, Lineup lineup) {
    this.options = options;
    this.output = output;
    this.lineup = lineup;
  }

  /// Measures, telling `output` as it goes. Starts processes of its own, and ends them.
  ///
  /// @throws BenchFailedException if a run lost, repeated or damaged a message
  /// @throws InterruptedException if the thread was interrupted; everything started is ended
  public static void run(QueueBenchOptions options, BenchOutput output)
      throws IOException, InterruptedException {
    try (Scratch tools = Scratch.in(temporary())) {
      QueueBench bench = new QueueBench(options, output, new Lineup(options, output, tools.path()));
      for (Path directory : directories(options.directories(), output)) bench.measure(directory);
    }
  }

  private static Path temporary() {
    return Path.of(System.getProperty("java.io.tmpdir"));
  }

  /// A memory filesystem and a disk, as far as this machine has them where one would look.
  static List<Path> directories(List<Path> asked, BenchOutput output) {
    if (!asked.isEmpty()) return asked;
    List<Path> directories = new ArrayList<>();
    Path memory = Path.of("/dev/shm");
    if (Files.isDirectory(memory) && Files.isWritable(memory)) directories.add(memory);
    directories.add(
        Optional.ofNullable(System.getenv("TMPDIR"))
            .map(Path::of)
            .orElse(Path.of(""))
            .toAbsolutePath());
    output.progress("no directory given: measuring in " + directories);
    return directories;
  }

  private void measure(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Environment environment = Environment.of(directory);
    output.environment(environment);
    boolean keepsSyncs = keepsSyncs(directory);
    for (Durability sync : Durability.values()) {
      if (!options.syncs().contains(sync) || (sync != Durability.NONE && !keepsSyncs)) continue;
      if (options.cases().contains(THROUGHPUT)) {
        try (Scratch place = Scratch.in(directory)) {
          throughput(place.path(), sync, environment);
        }
      }
      if (options.cases().contains(LATENCY)) {
        try (Scratch place = Scratch.in(directory)) {
          latency(place.path(), sync, environment);
        }
      }
    }
    if (options.cases().contains(BACKLOG)) {
      try (Scratch place = Scratch.in(directory)) {
        new BacklogBench(options, output).run(place.path(), environment.id());
      }
    }
    if (options.cases().contains(IDLE)) {
      try (Scratch place = Scratch.in(directory)) {
        new IdleBench(options, output).run(place.path(), environment.id());
      }
    }
  }

  /// Whether a durable send can be kept in `directory`; says why if not.
  private boolean keepsSyncs(Path directory) throws IOException {
    if (options.syncs().equals(Set.of(Durability.NONE))) return true;
    try (Scratch place = Scratch.in(directory);
        Space space = Space.open(place.path().resolve("space"))) {
      if (space.defaultDurability() != Durability.NONE) return true;
      output.progress(
          "skipped: syncs in %s: %s".formatted(directory, String.join(" ", space.warnings())));
      return false;
    }
  }

  private void throughput(Path place, Durability sync, Environment environment)
      throws IOException, InterruptedException {
    String caseName =
        "throughput, %s, %d B, %dx%d"
            .formatted(
                named(sync), options.payloadBytes(), options.producers(), options.consumers());
    long messages = messages(sync == Durability.NONE ? UNSYNCED_MESSAGES : SYNCED_MESSAGES);
    output.progress(caseName + " in " + place.getParent() + ": starting");
    List<Contender> contenders = lineup.forThroughput(place, sync);
    try {
      warmUp(caseName, contenders, sync);
      report(caseName, contenders, rounds(caseName, contenders, messages, 0), environment);
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private void latency(Path place, Durability sync, Environment environment)
      throws IOException, InterruptedException {
    long rate = sync == Durability.NONE ? UNSYNCED_RATE : SYNCED_RATE;
    String caseName =
        "latency, %s, %d B, %,d a second".formatted(named(sync), options.payloadBytes(), rate);
    output.progress(caseName + " in " + place.getParent() + ": starting");
    List<Contender> contenders = lineup.forLatency(place, sync);
    try {
      warmUp(caseName, contenders, sync);
      List<List<Contender.Run>> runs = rounds(caseName, contenders, messages(rate * 2), rate);
      reportLatency(caseName, contenders, runs, environment);
    } finally {
      contenders.forEach(Contender::close);
    }
  }

  private long messages(long usual) {
    return options.messages() == 0 ? usual : options.messages();
  }

  private static String named(Durability sync) {
    return sync == Durability.NONE ? "no sync" : "sync " + sync.name().toLowerCase(Locale.ROOT);
  }

  private void warmUp(String caseName, List<Contender> contenders, Durability sync)
      throws IOException, InterruptedException {
    long usual = sync == Durability.NONE ? UNSYNCED_WARM_UP : SYNCED_WARM_UP;
    long messages = Math.min(usual, 4 * messages(usual));
    for (Contender contender : contenders) {
      long start = System.nanoTime();
      double rate = 0;
      // The slow ones are warm before they are through.
      for (int part = 0; part < WARM_UP_PARTS; part++) {
        if (System.nanoTime() - start > LONGEST_WARM_UP_NANOS) break;
        rate = contender.run(messages / WARM_UP_PARTS, 0).rate();
      }
      output.progress(
          "%s: warm-up, %s: %s msg/s"
              .formatted(caseName, contender.name(), TableOutput.figure(rate)));
    }
  }

  /// The runs of each contender, in the order of the contenders.
  private List<List<Contender.Run>> rounds(
      String caseName, List<Contender> contenders, long messages, long rate)
      throws IOException, InterruptedException {
    List<List<Contender.Run>> runs = new ArrayList<>();
    for (int i = 0; i < contenders.size(); i++) runs.add(new ArrayList<>());
    for (int round = 0; round < options.runs(); round++) {
      for (int i = 0; i < contenders.size(); i++) {
        int place = (round + i) % contenders.size();
        Contender contender = contenders.get(place);
        Contender.Run run = contender.run(messages, rate);
        runs.get(place).add(run);
        output.progress(
            "%s: round %d of %d, %s: %s"
                .formatted(
                    caseName,
                    round + 1,
                    options.runs(),
                    contender.name(),
                    rate == 0
                        ? TableOutput.figure(run.rate()) + " msg/s"
                        : "p50 " + TableOutput.figure(run.p50Nanos() / 1e3) + " us"));
      }
    }
    return runs;
  }

  private void report(
      String caseName,
      List<Contender> contenders,
      List<List<Contender.Run>> runs,
      Environment environment) {
    for (int i = 0; i < contenders.size(); i++) {
      double[] rates = runs.get(i).stream().mapToDouble(Contender.Run::rate).toArray();
      print(caseName, contenders.get(i), "throughput", "msg/s", rates, environment);
    }
    // Round by round, so that a slow moment of the machine is in both halves of the ratio.
    double[] ours = runs.getFirst().stream().mapToDouble(Contender.Run::rate).toArray();
    for (int i = 1; i < contenders.size(); i++) {
      double[] ratios = new double[ours.length];
      for (int j = 0; j < ours.length; j++) ratios[j] = ours[j] / runs.get(i).get(j).rate();
      print(caseName, contenders.get(i), "parley's over it", "ratio", ratios, environment);
    }
    for (int i = 0; i < contenders.size(); i++) {
      List<Contender.Run> mine = runs.get(i);
      boolean alone = mine.stream().allMatch(run -> run.receiveCpuNanos() == 0);
      print(
          caseName,
          contenders.get(i),
          alone ? "cpu" : "cpu, sender",
          "us/msg",
          sendCpu(mine),
          environment);
      if (!alone)
        print(
            caseName, contenders.get(i), "cpu, receiver", "us/msg", receiveCpu(mine), environment);
    }
  }

  private static double[] sendCpu(List<Contender.Run> runs) {
    return runs.stream().mapToDouble(run -> run.sendCpuNanos() / 1e3 / run.messages()).toArray();
  }

  private static double[] receiveCpu(List<Contender.Run> runs) {
    return runs.stream().mapToDouble(run -> run.receiveCpuNanos() / 1e3 / run.messages()).toArray();
  }

  private void reportLatency(
      String caseName,
      List<Contender> contenders,
      List<List<Contender.Run>> runs,
      Environment environment) {
    for (int i = 0; i < contenders.size(); i++) {
      Contender contender = contenders.get(i);
      List<Contender.Run> mine = runs.get(i);
      double[] p50 = mine.stream().mapToDouble(run -> run.p50Nanos() / 1e3).toArray();
      double[] p99 = mine.stream().mapToDouble(run -> run.p99Nanos() / 1e3).toArray();
      double[] max = mine.stream().mapToDouble(run -> run.maxNanos() / 1e3).toArray();
      print(caseName, contender, "one way p50", "us", p50, environment);
      print(caseName, contender, "one way p99", "us", p99, environment);
      print(caseName, contender, "one way max", "us", max, environment);
    }
  }

  private void print(
      String caseName,
      Contender contender,
      String metric,
      String unit,
      double[] figures,
      Environment environment) {
    output.result(
        Result.of(SUITE, caseName, contender.name(), metric, unit, figures, environment.id()));
  }
}
