package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ResultTest {
  private final StringWriter data = new StringWriter();
  private final StringWriter talk = new StringWriter();

  @Test
  void aRowIsTheMedianAndTheExtremesOfItsRuns() {
    Result row = row(30, 10, 20);
    assertThat(row.median()).isEqualTo(20);
    assertThat(row.min()).isEqualTo(10);
    assertThat(row.max()).isEqualTo(30);
    assertThat(row.runs()).isEqualTo(3);
  }

  @Test
  void theMedianOfAnEvenNumberOfRunsLiesBetweenTheMiddleTwo() {
    assertThat(row(4, 1, 3, 2).median()).isEqualTo(2.5);
  }

  @Test
  void aRowWithoutAFigureIsRefused() {
    assertThatThrownBy(() -> row()).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyRowHasTheSameFieldsInTheSameOrder() {
    assertThat(row(1).fields().keySet())
        .containsExactly(
            "row",
            "suite",
            "case",
            "system",
            "metric",
            "unit",
            "median",
            "min",
            "max",
            "runs",
            "environment");
  }

  @Test
  void jsonIsOneObjectALineOnDataAndTalkIsElsewhere() {
    BenchOutput output = BenchOutput.json(new PrintWriter(data), new PrintWriter(talk));
    output.progress("starting");
    output.result(row(1.5));
    output.result(row(2.5));
    assertThat(data.toString().lines())
        .hasSize(2)
        .first()
        .asString()
        .isEqualTo(
            "{\"row\":\"result\",\"suite\":\"queue\",\"case\":\"a case\",\"system\":\"parley\","
                + "\"metric\":\"throughput\",\"unit\":\"msg/s\",\"median\":1.5,\"min\":1.5,\"max\":1.5,"
                + "\"runs\":1,\"environment\":\"0123456789ab\"}");
    assertThat(talk.toString()).isEqualTo("starting" + System.lineSeparator());
  }

  @Test
  void theTableNamesACaseOnceAndThenItsResults() {
    BenchOutput output = BenchOutput.table(new PrintWriter(data), new PrintWriter(talk));
    output.result(row(12345.6));
    output.result(row(1.234));
    assertThat(data.toString()).containsOnlyOnce("a case").contains("12,346").contains("1.23");
  }

  private static Result row(double... figures) {
    return Result.of("queue", "a case", "parley", "throughput", "msg/s", figures, "0123456789ab");
  }
}
