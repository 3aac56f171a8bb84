package dev.parley.bench;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The benchmark of locks: Parley's beside the JDK's `FileLock`, one lock, 1, 2, 4 and 8 processes;
/// and what waiting for one costs.
///
/// The processes are started and warmed up first; then each system runs once in every round, one at
/// a time, the first place going round. A run in which two had the lock at once fails the
/// benchmark.
///
/// ```java
/// LockBench.run(List.of(Path.of("/var/tmp")), 5, BenchOutput.table(out, err));
/// ```
public final class LockBench implements AutoCloseable {
  private static final String SUITE = "lock";
  private static final int PROCESSES = 8;

  private final int runs;
  private final Pace pace;
  private final BenchOutput output;
  private final String environment;
  private final List<String> systems = new ArrayList<>(Turns.PARLEYS);
  private final List<Child> workers = new ArrayList<>();
  private final MappedByteBuffer shared;

  /// How long each thing is looked at, in milliseconds.
  ///
  /// @param turns of one system in one round
  /// @param warmUp before that, of all processes, and of one
  /// @param quiet while they wait
  record Pace(long turns, long warmUp, long quiet) {
    static final Pace USUAL = new Pace(500, 1_500, 1_000);
  }

  /// The workers are started one by one; who fails to start ends them all.
  private LockBench(Path place, int runs, Pace pace, BenchOutput output, String environment)
      throws IOException, InterruptedException {
    this.runs = runs;
    this.pace = pace;
    this.output = output;
    this.environment = environment;
    systems.add(Turns.JDK);
    shared = LockWorker.counter(place);
    List<String> arguments = new ArrayList<>(List.of(place.toString()));
    arguments.addAll(systems);
    boolean started = false;
    try {
      for (int i = 0; i < PROCESSES; i++) {
        String name = "process " + (i + 1);
        workers.add(Child.java(name, place, LockWorker.class, List.of("-Xmx64m"), arguments));
      }
      for (Child worker : workers) worker.hear("ready");
      started = true;
    } finally {
      if (!started) close();
    }
  }

  /// Measures, telling `output` as it goes. Starts processes of its own, and ends them.
  ///
  /// @param directories where; empty takes /dev/shm and $TMPDIR, or the working directory
  /// @param runs how many rounds; every system runs once in each
  /// @throws BenchFailedException if two processes held a lock at once
  /// @throws InterruptedException if the thread was interrupted; everything started is ended
  public static void run(List<Path> directories, int runs, BenchOutput output)
      throws IOException, InterruptedException {
    run(directories, runs, Pace.USUAL, output);
  }

  static void run(List<Path> directories, int runs, Pace pace, BenchOutput output)
      throws IOException, InterruptedException {
    if (runs < 1) throw new IllegalArgumentException("runs are less than 1");
    for (Path directory : QueueBench.directories(directories, output)) {
      Files.createDirectories(directory);
      Environment environment = Environment.of(directory);
      output.environment(environment);
      try (Scratch place = Scratch.in(directory);
          LockBench bench = new LockBench(place.path(), runs, pace, output, environment.id())) {
        bench.measure();
      }
    }
  }

  private void measure() throws IOException, InterruptedException {
    for (int system = 0; system < systems.size(); system++) {
      output.progress("warm-up: " + systems.get(system));
      turns(system, PROCESSES, pace.warmUp());
      turns(system, 1, pace.warmUp());
    }
    for (int processes = 1; processes <= PROCESSES; processes *= 2) compare(processes);
    waiting();
  }

  // ---- turns

  private void compare(int processes) throws IOException, InterruptedException {
    String caseName = processes == 1 ? "1 process" : processes + " processes";
    double[][] rates = new double[systems.size()][runs];
    for (int round = 0; round < runs; round++) {
      output.progress("%s: round %d of %d".formatted(caseName, round + 1, runs));
      for (int i = 0; i < systems.size(); i++) {
        int system = (round + i) % systems.size();
        rates[system][round] = turns(system, processes, pace.turns()) * 1e3 / pace.turns();
      }
    }
    for (int i = 0; i < systems.size(); i++) {
      report(caseName, systems.get(i), "throughput", "locks/s", rates[i]);
    }
    double[] jdk = rates[systems.size() - 1];
    for (int i = 0; i < systems.size() - 1; i++) {
      double[] ratios = new double[runs];
      for (int round = 0; round < runs; round++) ratios[round] = rates[i][round] / jdk[round];
      report(caseName, systems.get(i), "over FileLock", "ratio", ratios);
    }
  }

  /// How many turns so many processes took in that time.
  private long turns(int system, int processes, long millis)
      throws IOException, InterruptedException {
    Line order = Line.of("turns").with("system", system).with("millis", millis);
    long before = shared.getLong(0);
    for (Child worker : workers.subList(0, processes)) worker.tell(order);
    long count = 0;
    for (Child worker : workers.subList(0, processes)) {
      count += worker.hear("turned").number("count");
    }
    long counted = shared.getLong(0) - before;
    if (counted != count) {
      throw new BenchFailedException(
          "%s: %d turns were taken and %d counted: two had the lock at once"
              .formatted(systems.get(system), count, counted));
    }
    return count;
  }

  // ---- waiting

  /// One holds it, the others wait; beside them the same processes with nothing to do.
  private void waiting() throws IOException, InterruptedException {
    String caseName = "waiting, %d processes".formatted(PROCESSES - 1);
    output.progress(caseName);
    report(caseName, "a bare JVM", "cpu", "% of a core", quiet());
    for (int i = 0; i < systems.size(); i++) {
      Line hold = Line.of("hold").with("system", i);
      Line release = Line.of("release").with("system", i);
      for (Child worker : workers) {
        worker.tell(hold);
        worker.hear("holding");
        if (worker == workers.getFirst()) worker.hear("held");
      }
      report(caseName, systems.get(i), "cpu", "% of a core", quiet());
      workers.getFirst().tell(release);
      workers.getFirst().hear("released");
      // Whoever gets it, in whatever order, gives it back at once: the order is read after that.
      for (Child worker : workers.subList(1, PROCESSES)) worker.tell(release);
      for (Child worker : workers.subList(1, PROCESSES)) {
        worker.hear("held");
        worker.hear("released");
      }
    }
  }

  /// What all but the first use in a while, after a moment in which they settle.
  private double[] quiet() throws IOException, InterruptedException {
    List<Child> waiters = workers.subList(1, PROCESSES);
    Thread.sleep(pace.quiet());
    double[] percent = new double[runs];
    for (int round = 0; round < runs; round++) {
      Use before = Use.of(waiters);
      long start = System.nanoTime();
      Thread.sleep(pace.quiet());
      long nanos = System.nanoTime() - start;
      percent[round] = Use.of(waiters).since(before).cpuNanos() * 100.0 / nanos;
    }
    return percent;
  }

  private void report(
      String caseName, String system, String metric, String unit, double[] figures) {
    output.result(Result.of(SUITE, caseName, system, metric, unit, figures, environment));
  }

  @Override
  public void close() {
    workers.forEach(Child::close);
  }
}
