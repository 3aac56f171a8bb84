package dev.parley.bench;

import dev.parley.Durability;
import dev.parley.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Starts the systems that are compared, each in a folder of its own.
///
/// A system that cannot take part is told to the output by name, and left out.
final class Lineup {
  private static final List<String> JVM_FLAGS = List.of("-Xms128m", "-Xmx512m");
  private static final int BATCH = 100;

  private final QueueBenchOptions options;
  private final BenchOutput output;
  private final Path tools;
  private final Optional<Path> cycle;
  private final Optional<String> python;

  /// Finds and makes the tools of the peers in `tools`.
  Lineup(QueueBenchOptions options, BenchOutput output, Path tools)
      throws IOException, InterruptedException {
    this.options = options;
    this.output = output;
    this.tools = tools;
    this.cycle = options.peers() ? Tools.compileCycle(tools) : Optional.empty();
    this.python = options.peers() ? Tools.pythonWithDirq() : Optional.empty();
    if (python.isPresent()) Tools.unpack("dirq_worker.py", tools);
    if (options.peers() && cycle.isEmpty()) {
      output.progress("skipped: kernel limit (needs gcc: apt-get install gcc)");
    }
    if (options.peers() && python.isEmpty()) {
      output.progress("skipped: dirq (not installed: apt-get install python3-dirq)");
    }
  }

  /// Everything that passes messages as fast as it can.
  List<Contender> forThroughput(Path place, Durability sync)
      throws IOException, InterruptedException {
    List<Contender> lineup = new ArrayList<>();
    try {
      addStores(lineup, place, sync);
      if (sync != Durability.NONE) {
        lineup.add(queue("parley batch " + BATCH, "parley", place, sync, BATCH));
      }
      if (!options.peers()) return lineup;
      lineup.add(queue("sqlite batch 1", "sqlite", place, sync, 1));
      lineup.add(queue("sqlite batch " + BATCH, "sqlite", place, sync, BATCH));
      addDirq(lineup, place, sync);
      lineup.add(nio(place, sync));
      if (cycle.isPresent()) {
        lineup.add(cycle("kernel limit", place, sync, "both"));
        lineup.add(cycle("kernel limit, 2 processes", place, sync, "send", "receive"));
      }
      return lineup;
    } catch (IOException | InterruptedException | RuntimeException e) {
      lineup.forEach(Contender::close);
      throw e;
    }
  }

  /// Everything that passes single messages from process to process.
  List<Contender> forLatency(Path place, Durability sync) throws IOException, InterruptedException {
    List<Contender> lineup = new ArrayList<>();
    try {
      addStores(lineup, place, sync);
      if (!options.peers()) return lineup;
      lineup.add(queue("sqlite batch 1", "sqlite", place, sync, 1));
      addDirq(lineup, place, sync);
      return lineup;
    } catch (IOException | InterruptedException | RuntimeException e) {
      lineup.forEach(Contender::close);
      throw e;
    }
  }

  /// Parley's queue in each store, the spool first. Memory refuses syncs.
  private void addStores(List<Contender> lineup, Path place, Durability sync)
      throws IOException, InterruptedException {
    for (Store store : Store.values()) {
      if (store == Store.MEMORY && sync != Durability.NONE) continue;
      String system = ParleyEnds.system(store);
      lineup.add(queue(system, system, place, sync, 1));
    }
  }

  private Contender queue(String name, String system, Path place, Durability sync, int batch)
      throws IOException, InterruptedException {
    Path folder = folder(place);
    List<Child> senders = new ArrayList<>();
    List<Child> receivers = new ArrayList<>();
    for (int i = 0; i < options.producers(); i++) {
      senders.add(worker(name + " sender", "send", system, folder, sync, batch, i));
    }
    for (int i = 0; i < options.consumers(); i++) {
      receivers.add(worker(name + " receiver", "receive", system, folder, sync, batch, i));
    }
    return new QueueContender(name, senders, receivers, true);
  }

  private Contender nio(Path place, Durability sync) throws IOException, InterruptedException {
    Child child = worker("java.nio cycle", "cycle", "nio", folder(place), sync, 1, 0);
    return new CycleContender("java.nio cycle", List.of(child));
  }

  private Child worker(
      String name, String role, String system, Path folder, Durability sync, int batch, int index)
      throws IOException {
    List<String> arguments =
        List.of(
            role,
            system,
            folder.toString(),
            sync.name(),
            Integer.toString(batch),
            Integer.toString(options.payloadBytes()),
            Integer.toString(index));
    return Child.worker(name, tools, JVM_FLAGS, arguments);
  }

  /// dirq never syncs, so it takes part only where nobody does.
  private void addDirq(List<Contender> lineup, Path place, Durability sync)
      throws IOException, InterruptedException {
    if (python.isEmpty()) return;
    if (sync != Durability.NONE) {
      output.progress("skipped: dirq (it cannot sync)");
      return;
    }
    Path folder = folder(place);
    List<Child> senders = new ArrayList<>();
    List<Child> receivers = new ArrayList<>();
    for (int i = 0; i < options.producers(); i++) senders.add(dirq("send", folder, i));
    for (int i = 0; i < options.consumers(); i++) receivers.add(dirq("receive", folder, i));
    lineup.add(new QueueContender("dirq", senders, receivers, false));
  }

  private Child dirq(String role, Path folder, int index) throws IOException {
    return Child.start(
        "dirq " + role,
        tools,
        List.of(
            python.orElseThrow(),
            tools.resolve("dirq_worker.py").toString(),
            role,
            folder.toString(),
            Integer.toString(options.payloadBytes()),
            Integer.toString(index)));
  }

  private Contender cycle(String name, Path place, Durability sync, String... roles)
      throws IOException, InterruptedException {
    Path folder = folder(place);
    List<Child> children = new ArrayList<>();
    for (String role : roles) {
      children.add(
          Child.start(
              name,
              tools,
              List.of(
                  cycle.orElseThrow().toString(),
                  role,
                  folder.toString(),
                  Integer.toString(options.payloadBytes()),
                  sync == Durability.NONE ? "0" : "1")));
    }
    return new CycleContender(name, children);
  }

  private static Path folder(Path place) throws IOException {
    return Files.createTempDirectory(place, "queue");
  }
}
