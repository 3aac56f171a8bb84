package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What processes have used so far.
///
/// @param wakeUps how often one of their threads went to sleep of itself, and so was woken
record Use(long cpuNanos, long wakeUps) {
  static Use of(List<Child> children) throws IOException {
    long cpu = 0;
    long wakeUps = 0;
    for (Child child : children) {
      Path tasks = Path.of("/proc", Long.toString(child.pid()), "task");
      try (Stream<Path> threads = Files.list(tasks)) {
        for (Path thread : threads.toList()) {
          cpu += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
          wakeUps += voluntarySwitches(Files.readAllLines(thread.resolve("status")));
        }
      }
    }
    return new Use(cpu, wakeUps);
  }

  private static long voluntarySwitches(List<String> status) {
    for (String line : status) {
      if (line.startsWith("voluntary_ctxt_switches:")) {
        return Long.parseLong(line.substring(line.indexOf(':') + 1).strip());
      }
    }
    return 0;
  }

  Use since(Use before) {
    return new Use(cpuNanos - before.cpuNanos, wakeUps - before.wakeUps);
  }
}
