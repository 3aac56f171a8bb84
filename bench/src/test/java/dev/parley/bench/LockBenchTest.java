package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A small run with real processes; it looks at what is reported, not at the figures.
class LockBenchTest {
  @TempDir Path directory;

  @Test
  void everySystemReportsInEachCaseAndNothingIsLeft() throws Exception {
    Recorder output = new Recorder();
    LockBench.run(List.of(directory), 2, new LockBench.Pace(20, 20, 50), output);
    List<String> all = new ArrayList<>(Turns.PARLEYS);
    all.add(Turns.JDK);
    for (String processes : List.of("1 process", "2 processes", "4 processes", "8 processes")) {
      assertThat(systems(output, processes, "throughput")).isEqualTo(all);
      assertThat(systems(output, processes, "over FileLock")).isEqualTo(Turns.PARLEYS);
    }
    assertThat(systems(output, "waiting, 7 processes", "cpu"))
        .startsWith("a bare JVM")
        .containsAll(all);
    assertThat(output.results)
        .allMatch(row -> row.suite().equals("lock") && row.runs() == 2)
        .allMatch(row -> row.environment().equals(output.environments.getFirst().id()));
    assertThat(directory).isEmptyDirectory();
  }

  private static List<String> systems(Recorder output, String caseName, String metric) {
    return output.results.stream()
        .filter(row -> row.caseName().equals(caseName) && row.metric().equals(metric))
        .map(Result::system)
        .toList();
  }
}
