package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.Durability;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class QueueBenchOptionsTest {
  @Test
  void theDefaultsAreTheMainComparison() {
    QueueBenchOptions options = QueueBenchOptions.defaults();
    assertThat(options.payloadBytes()).isEqualTo(256);
    assertThat(options.producers()).isEqualTo(1);
    assertThat(options.consumers()).isEqualTo(1);
    assertThat(options.syncs()).containsExactlyInAnyOrder(Durability.NONE, Durability.MESSAGE);
    assertThat(options.peers()).isTrue();
  }

  @Test
  void whatCannotBeMeasuredIsRefusedByName() {
    refused("size", 23, 1, 1, 0, 1);
    refused("producers", 256, 0, 1, 0, 1);
    refused("consumers", 256, 1, 65, 0, 1);
    refused("messages", 256, 1, 1, -1, 1);
    refused("runs", 256, 1, 1, 0, 0);
  }

  private static void refused(
      String what, int size, int producers, int consumers, long messages, int runs) {
    QueueBenchOptions usual = QueueBenchOptions.defaults();
    assertThatThrownBy(
            () ->
                new QueueBenchOptions(
                    List.of(),
                    size,
                    producers,
                    consumers,
                    usual.syncs(),
                    messages,
                    runs,
                    true,
                    usual.cases(),
                    0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(what);
  }

  @Test
  void anEmptyChoiceIsRefused() {
    QueueBenchOptions usual = QueueBenchOptions.defaults();
    assertThatThrownBy(
            () ->
                new QueueBenchOptions(List.of(), 256, 1, 1, Set.of(), 0, 1, true, usual.cases(), 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                new QueueBenchOptions(List.of(), 256, 1, 1, usual.syncs(), 0, 1, true, Set.of(), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
