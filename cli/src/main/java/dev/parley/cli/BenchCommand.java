package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.Durability;
import dev.parley.bench.BenchOutput;
import dev.parley.bench.LockBench;
import dev.parley.bench.QueueBench;
import dev.parley.bench.QueueBenchOptions;
import dev.parley.bench.TripBench;
import dev.parley.bench.TripBenchOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley bench`.
@Command(
    name = "bench",
    header = "Measures Parley beside what one would use instead.",
    description = {
      "queue: beside SQLite, python3-dirq, and the system calls alone.",
      "lock: beside the JDK's FileLock, 1 to 8 processes; and what waiting costs.",
      "socket, fifo, shm, fd, watch: there and back, beside the JDK's sockets, file channels and"
          + " WatchService, and junixsocket."
    },
    exitCodeList = {
      ExitCode.HELP_DONE,
      ExitCode.HELP_USAGE,
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_IO
    },
    footer = {
      "",
      "lock takes --dir and --runs only; socket, fifo, shm, fd and watch those, --size, --messages and"
          + " --no-peers.",
      "",
      "Examples:",
      "  parley bench queue --dir /var/tmp --sync none --messages 100000",
      "  parley bench lock --dir /dev/shm",
      "  parley bench socket --size 64"
    })
final class BenchCommand implements Callable<Integer> {
  private static final QueueBenchOptions DEFAULTS = QueueBenchOptions.defaults();

  /// What the suite of locks has a use for.
  private static final Set<String> FOR_LOCKS = Set.of("--dir", "--runs");

  /// As above, those of ways there and back.
  private static final Set<String> FOR_TRIPS =
      Set.of("--dir", "--runs", "--size", "--messages", "--no-peers");

  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SUITE", description = "What: ${COMPLETION-CANDIDATES}.")
  Suite suite;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where; may be repeated. Default: /dev/shm, and $TMPDIR or the working directory.")
  List<Path> directories = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "B",
      converter = Sizes.class,
      description = "Bytes in a message. Default: 256; of socket, fifo and shm 64, 1K and 64K.")
  @Nullable Long size;

  @Option(names = "--producers", paramLabel = "P", description = "Processes that send.")
  int producers = DEFAULTS.producers();

  @Option(names = "--consumers", paramLabel = "C", description = "Processes that receive.")
  int consumers = DEFAULTS.consumers();

  @Option(
      names = "--sync",
      paramLabel = "S",
      split = ",",
      description = "Durabilities: none, group, message; several with commas.")
  @Nullable Set<Durability> syncs;

  @Option(
      names = "--messages",
      paramLabel = "N",
      description = "In each run; default: what suits the case.")
  long messages = DEFAULTS.messages();

  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "Rounds; every system runs once in each.")
  int runs = DEFAULTS.runs();

  @Option(
      names = "--cases",
      paramLabel = "CASE",
      split = ",",
      description = "throughput, latency, backlog, idle; several with commas.")
  @Nullable Set<QueueBenchOptions.Case> cases;

  @Option(
      names = "--backlog",
      paramLabel = "N",
      description = "The largest backlog in the case of that name.")
  long backlog = DEFAULTS.backlog();

  @Option(names = "--no-peers", description = "Parley alone.")
  boolean alone;

  enum Suite {
    QUEUE,
    LOCK,
    SOCKET,
    FIFO,
    SHM,
    FD,
    WATCH
  }

  @Override
  public Integer call() throws Exception {
    Shell shell = parley.shell();
    PrintWriter data = new PrintWriter(shell.out(), false, UTF_8);
    PrintWriter talk = new PrintWriter(shell.err(), false, UTF_8);
    BenchOutput output = parley.json ? BenchOutput.json(data, talk) : BenchOutput.table(data, talk);
    switch (suite) {
      case QUEUE -> QueueBench.run(options(), output);
      case LOCK -> {
        refuseOthers(FOR_LOCKS);
        LockBench.run(directories, runs, output);
      }
      case SOCKET, FIFO, SHM, FD, WATCH -> {
        refuseOthers(FOR_TRIPS);
        TripBench.run(options(TripBenchOptions.Suite.valueOf(suite.name())), output);
      }
    }
    data.flush();
    return data.checkError() ? ExitCode.IO : ExitCode.DONE;
  }

  private void refuseOthers(Set<String> useful) {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!useful.contains(option.longestName())) {
        throw new ParameterException(
            spec.commandLine(),
            "the suite " + Words.of(suite) + " has no use for " + option.longestName());
      }
    }
  }

  private QueueBenchOptions options() {
    return new QueueBenchOptions(
        directories,
        size == null ? DEFAULTS.payloadBytes() : Math.toIntExact(size),
        producers,
        consumers,
        syncs == null ? DEFAULTS.syncs() : EnumSet.copyOf(syncs),
        messages,
        runs,
        !alone,
        cases == null ? DEFAULTS.cases() : EnumSet.copyOf(cases),
        backlog);
  }

  private TripBenchOptions options(TripBenchOptions.Suite wanted) {
    List<Integer> sizes =
        size == null ? TripBenchOptions.defaults(wanted).sizes() : List.of(Math.toIntExact(size));
    return new TripBenchOptions(
        wanted, directories, sizes, Math.toIntExact(messages), runs, !alone);
  }
}
