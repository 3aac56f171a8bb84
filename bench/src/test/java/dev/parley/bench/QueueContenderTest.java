package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Shell scripts in place of the workers: what they claim to have received is what is checked.
class QueueContenderTest {
  private static final String SENT = "sent start=1000000000 end=2000000000 cpu=30000 sum=600";

  @TempDir Path place;

  @Test
  void aRunLastsFromTheFirstSendToTheLastReceipt() throws Exception {
    try (Contender contender = contender(received(3, 600, 0), true)) {
      Contender.Run run = contender.run(3, 0);
      assertThat(run.messages()).isEqualTo(3);
      assertThat(run.seconds()).isEqualTo(2);
      assertThat(run.rate()).isEqualTo(1.5);
    }
  }

  @Test
  void aRepeatedMessageFailsTheBenchmark() throws Exception {
    try (Contender contender = contender(received(4, 600, 0), true)) {
      assertThatThrownBy(() -> contender.run(3, 0))
          .isInstanceOf(BenchFailedException.class)
          .hasMessageContaining("sent 3 messages and received 4");
    }
  }

  @Test
  void anotherMessageInPlaceOfALostOneFailsTheBenchmark() throws Exception {
    try (Contender contender = contender(received(3, 599, 0), true)) {
      assertThatThrownBy(() -> contender.run(3, 0))
          .isInstanceOf(BenchFailedException.class)
          .hasMessageContaining("other messages");
    }
  }

  @Test
  void orderIsCheckedWhereItIsPromised() throws Exception {
    try (Contender contender = contender(received(3, 600, 1), true)) {
      assertThatThrownBy(() -> contender.run(3, 0))
          .isInstanceOf(BenchFailedException.class)
          .hasMessageContaining("out of order");
    }
    try (Contender contender = contender(received(3, 600, 1), false)) {
      assertThat(contender.run(3, 0).messages()).isEqualTo(3);
    }
  }

  @Test
  void aWorkerThatDiesFailsTheBenchmarkWithItsLastWords() throws Exception {
    try (Contender contender = contender("echo no space left >&2; exit 1", true)) {
      assertThatThrownBy(() -> contender.run(3, 0))
          .isInstanceOf(BenchFailedException.class)
          .hasMessageContaining("no space left");
    }
  }

  private static String received(int count, int sum, int disorder) {
    return "until [ \"$answer\" = stop ]; do echo idle count="
        + count
        + "; read answer || exit; done; "
        + "echo received count="
        + count
        + " sum="
        + sum
        + " disorder="
        + disorder
        + " last=3000000000 p50=0 p99=0 max=0 cpu=0";
  }

  private Contender contender(String receiving, boolean ordered) throws Exception {
    Child sender = script("sender", "echo ready; read order; echo " + SENT + "; read end");
    Child receiver = script("receiver", "echo ready; read order; " + receiving + "; read end");
    return new QueueContender("scripted", List.of(sender), List.of(receiver), ordered);
  }

  private Child script(String name, String text) throws Exception {
    return Child.start(name, place, List.of("sh", "-c", text));
  }
}
