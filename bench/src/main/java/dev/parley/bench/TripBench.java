package dev.parley.bench;

import dev.parley.bench.TripBenchOptions.Suite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The benchmark of ways there and back: Parley's beside those a user would pick instead.
///
/// All systems of a case are started and warmed up first; then each runs once in every round, one
/// at a time. A ratio compares two systems of the same round; its median is over the rounds.
public final class TripBench {
  private static final int MOST_TRIPS = 5_000;
  private static final int BATCH = 64;
  private static final int MANY_FILES = 2_000;
  private static final long QUIET_MILLIS = 1_000;

  private final TripBenchOptions options;
  private final BenchOutput output;
  private final String suite;
  private final int trips;

  /// @param peer whom it is compared with; null compares it with nobody
  private record Entrant(String name, @Nullable String peer) {}

  private TripBench(TripBenchOptions options, BenchOutput output) {
    this.options = options;
    this.output = output;
    this.suite = options.suite().name().toLowerCase(Locale.ROOT);
    this.trips = options.trips() > 0 ? options.trips() : MOST_TRIPS;
  }

  /// Measures, telling `output` as it goes. Starts processes of its own, and ends them.
  public static void run(TripBenchOptions options, BenchOutput output)
      throws IOException, InterruptedException {
    TripBench bench = new TripBench(options, output);
    List<Path> directories = options.directories();
    if (directories.isEmpty()) {
      directories = List.of(Path.of(System.getProperty("java.io.tmpdir")));
    }
    for (Path directory : directories) bench.measure(directory);
  }

  private void measure(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    Environment environment = Environment.of(directory);
    output.environment(environment);
    boolean sized = options.suite() != Suite.FD && options.suite() != Suite.WATCH;
    for (int size : sized ? options.sizes() : List.of(1)) {
      try (Scratch place = Scratch.in(directory)) {
        String caseName = sized ? "%,d B there and back".formatted(size) : what();
        measure(place.path(), caseName, size, environment.id());
      }
    }
  }

  private String what() {
    return options.suite() == Suite.FD
        ? "a descriptor there, a byte back"
        : "a file made, and told";
  }

  private List<Entrant> entrants() {
    List<Entrant> all =
        switch (options.suite()) {
          case SOCKET ->
              List.of(
                  new Entrant("parley", "jdk"),
                  new Entrant("parley spinning", "jdk spinning"),
                  new Entrant("parley messages", "junixsocket"),
                  new Entrant("parley packets", "junixsocket"),
                  new Entrant("parley datagrams", "junixsocket datagrams"),
                  new Entrant("jdk", null),
                  new Entrant("jdk spinning", null),
                  new Entrant("junixsocket", null),
                  new Entrant("junixsocket datagrams", null));
          case FIFO -> List.of(new Entrant("parley", "jdk"), new Entrant("jdk", null));
          case SHM ->
              List.of(
                  new Entrant("parley", "jdk"),
                  new Entrant("parley spinning", "jdk spinning"),
                  new Entrant("jdk", null),
                  new Entrant("jdk spinning", null));
          case FD ->
              List.of(new Entrant("parley", "junixsocket"), new Entrant("junixsocket", null));
          case WATCH -> List.of(new Entrant("parley", "java.nio"), new Entrant("java.nio", null));
        };
    if (options.peers()) return all;
    return all.stream()
        .filter(system -> system.peer() != null)
        .map(system -> new Entrant(system.name(), null))
        .toList();
  }

  private void measure(Path place, String caseName, int size, String environment)
      throws IOException, InterruptedException {
    List<Contestant> contestants = new ArrayList<>();
    try {
      for (Entrant system : entrants()) {
        output.progress(suite + ": " + caseName + ": starting " + system.name());
        contestants.add(new Contestant(system, place, size));
      }
      for (Contestant each : contestants) each.warmUp();
      for (int round = 0; round < options.runs(); round++) {
        output.progress(
            "%s: %s: round %d of %d".formatted(suite, caseName, round + 1, options.runs()));
        for (Contestant each : contestants) each.run();
      }
      Contestant first = contestants.getFirst();
      double[] idle = {first.idlePercent()};
      for (Contestant each : contestants) report(each, contestants, caseName, environment);
      output.result(
          Result.of(
              suite, caseName, first.name(), "cpu while idle", "% of a core", idle, environment));
    } finally {
      contestants.forEach(Contestant::close);
    }
  }

  private void report(Contestant one, List<Contestant> all, String caseName, String environment) {
    tell(one.name(), "there and back, p50", "us", one.p50, caseName, environment);
    tell(one.name(), "there and back, p99", "us", one.p99, caseName, environment);
    if (!one.perSecond.isEmpty()) {
      tell(one.name(), "many at a time", "per second", one.perSecond, caseName, environment);
      tell(one.name(), "of them arrived", "%", one.arrived, caseName, environment);
    }
    for (Contestant other : all) {
      if (!other.system.name().equals(one.system.peer())) continue;
      String than = "of " + other.name();
      tell(one.name(), "p50 " + than, "times", ratios(one.p50, other.p50), caseName, environment);
      if (one.perSecond.isEmpty()) continue;
      List<Double> rates = ratios(one.perSecond, other.perSecond);
      tell(one.name(), "rate " + than, "times", rates, caseName, environment);
    }
  }

  private void tell(
      String system,
      String metric,
      String unit,
      List<Double> figures,
      String caseName,
      String environment) {
    double[] array = figures.stream().mapToDouble(Double::doubleValue).toArray();
    output.result(Result.of(suite, caseName, system, metric, unit, array, environment));
  }

  /// Round by round.
  private static List<Double> ratios(List<Double> ours, List<Double> theirs) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) ratios.add(ours.get(i) / theirs.get(i));
    return ratios;
  }

  /// A system with its one or two processes.
  private final class Contestant implements AutoCloseable {
    private final Entrant system;
    private final List<Child> children = new ArrayList<>();
    private final List<Double> p50 = new ArrayList<>();
    private final List<Double> p99 = new ArrayList<>();
    private final List<Double> perSecond = new ArrayList<>();
    private final List<Double> arrived = new ArrayList<>();

    Contestant(Entrant system, Path place, int size) throws IOException, InterruptedException {
      this.system = system;
      Path own = Files.createTempDirectory(place, "system");
      if (options.suite() != Suite.WATCH) start("serve", place, own, size);
      start("ask", place, own, size);
    }

    String name() {
      return system.name();
    }

    private void start(String role, Path place, Path own, int size)
        throws IOException, InterruptedException {
      List<String> arguments =
          List.of(role, suite + " " + system.name(), own.toString(), Integer.toString(size));
      Child child = Child.java(name(), place, TripWorker.class, List.of(), arguments);
      children.add(child);
      child.hear("ready");
    }

    void warmUp() throws IOException, InterruptedException {
      for (int i = 0; i < 3; i++) ask("trips", trips);
      if (hasMany()) ask("many", many());
    }

    private boolean hasMany() {
      return options.suite() == Suite.FD || options.suite() == Suite.WATCH;
    }

    private int many() {
      return options.suite() == Suite.FD ? 2 * trips : MANY_FILES;
    }

    private Line ask(String word, int count) throws IOException, InterruptedException {
      int batch = options.suite() == Suite.FD ? BATCH : count;
      Child asking = children.getLast();
      asking.tell(Line.of(word).with("count", count).with("batch", batch));
      return asking.hear("done");
    }

    void run() throws IOException, InterruptedException {
      Line done = ask("trips", trips);
      p50.add(done.number("p50") / 1e3);
      p99.add(done.number("p99") / 1e3);
      if (!hasMany()) return;
      int many = many();
      Line all = ask("many", many);
      perSecond.add(all.number("arrived") * 1e9 / all.number("nanos"));
      arrived.add(100.0 * all.number("arrived") / many);
    }

    /// What it costs while nothing comes. For the end that waits for the other.
    double idlePercent() throws IOException, InterruptedException {
      List<Child> waiting = List.of(children.getFirst());
      Use before = Use.of(waiting);
      Thread.sleep(QUIET_MILLIS);
      return Use.of(waiting).since(before).cpuNanos() / 1e4 / QUIET_MILLIS;
    }

    @Override
    public void close() {
      for (Child child : children.reversed()) child.close();
    }
  }
}
