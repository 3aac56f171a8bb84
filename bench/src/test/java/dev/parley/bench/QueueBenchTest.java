package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Durability;
import dev.parley.bench.QueueBenchOptions.Case;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small runs with real processes; they look at what is reported, not at the figures.
class QueueBenchTest {
  @TempDir Path directory;

  private final Recorder output = new Recorder();

  @Test
  void everySystemReportsOrIsSkippedByNameAndNothingIsLeft() throws Exception {
    QueueBench.run(options(Set.of(Case.THROUGHPUT), 2, true), output);
    assertThat(output.environments).hasSize(1);
    assertThat(systems("throughput"))
        .contains(
            "parley",
            "parley file",
            "parley memory",
            "parley hybrid",
            "sqlite batch 1",
            "sqlite batch 100",
            "java.nio cycle");
    for (String system : List.of("dirq", "kernel limit")) {
      boolean ran = systems("throughput").contains(system);
      boolean skipped =
          output.lines.stream().anyMatch(line -> line.startsWith("skipped: " + system));
      assertThat(ran ^ skipped).as(system).isTrue();
    }
    assertThat(directory).isEmptyDirectory();
    assertThat(systems("parley's over it")).contains("sqlite batch 1").doesNotContain("parley");
    assertThat(output.results)
        .allSatisfy(
            row -> {
              assertThat(row.suite()).isEqualTo("queue");
              assertThat(row.runs()).isEqualTo(2);
              assertThat(row.environment()).isEqualTo(output.environments.getFirst().id());
              assertThat(row.min()).isLessThanOrEqualTo(row.median());
              assertThat(row.median()).isLessThanOrEqualTo(row.max());
            });
  }

  @Test
  void latencyAndBacklogAreReportedToo() throws Exception {
    QueueBench.run(options(Set.of(Case.LATENCY, Case.BACKLOG), 1, false), output);
    assertThat(systems("one way p50"))
        .containsExactly("parley", "parley file", "parley memory", "parley hybrid");
    assertThat(systems("one way p99"))
        .containsExactly("parley", "parley file", "parley memory", "parley hybrid");
    assertThat(output.results)
        .filteredOn(row -> row.metric().equals("send, claim, ack"))
        .extracting(Result::caseName)
        .contains("backlog of 0", "backlog of 1,000");
  }

  private QueueBenchOptions options(Set<Case> cases, int runs, boolean peers) {
    return new QueueBenchOptions(
        List.of(directory), 64, 1, 2, Set.of(Durability.NONE), 200, runs, peers, cases, 1_000);
  }

  private List<String> systems(String metric) {
    return output.results.stream()
        .filter(row -> row.metric().equals(metric))
        .map(Result::system)
        .toList();
  }
}
