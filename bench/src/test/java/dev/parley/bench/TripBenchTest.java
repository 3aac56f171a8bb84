package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.bench.TripBenchOptions.Suite;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class TripBenchTest {
  private static final int TRIPS = 20;

  private final List<Result> results = new ArrayList<>();
  @TempDir Path directory;

  private final BenchOutput output =
      new BenchOutput() {
        @Override
        public void progress(String line) {}

        @Override
        public void environment(Environment environment) {}

        @Override
        public void result(Result result) {
          results.add(result);
        }
      };

  @ParameterizedTest
  @CsvSource({"SOCKET, true", "FIFO, true", "SHM, true", "FD, true", "WATCH, true"})
  void everySystemIsMeasuredAndComparedInTheSameRounds(Suite suite, boolean peers)
      throws Exception {
    TripBench.run(
        new TripBenchOptions(suite, List.of(directory), List.of(64), TRIPS, 2, peers), output);
    assertThat(results).allMatch(result -> result.median() >= 0);
    List<String> systems = named("there and back, p50").map(Result::system).toList();
    assertThat(systems).contains("parley").doesNotHaveDuplicates();
    assertThat(named("there and back, p50")).allMatch(result -> result.median() > 0);
    assertThat(named("cpu while idle")).hasSize(1);
    if (peers) {
      String peer = systems.getLast();
      assertThat(peer).isNotEqualTo("parley");
      assertThat(named("p50 of " + peer)).singleElement().matches(ratio -> ratio.runs() == 2);
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).isEmpty();
    }
  }

  private Stream<Result> named(String metric) {
    return results.stream().filter(result -> result.metric().equals(metric));
  }

  @Test
  void sizesThatNoSocketTakesAtOnceAreRefused() {
    for (int size : new int[] {0, 65_537}) {
      assertThatThrownBy(
              () -> new TripBenchOptions(Suite.FIFO, List.of(), List.of(size), 0, 1, false))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
