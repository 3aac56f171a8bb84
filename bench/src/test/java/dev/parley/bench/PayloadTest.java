package dev.parley.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class PayloadTest {
  private final CRC32 crc = new CRC32();

  @Test
  void aMessageSaysWhoseItIsAndProvesThatItIsWhole() throws Exception {
    Payload payload = Payload.of(3, 64);
    long checksum = payload.seal(7, 1234);
    byte[] message = payload.copy();
    assertThat(message).hasSize(64);
    assertThat(Payload.producer(message)).isEqualTo(3);
    assertThat(Payload.sequence(message)).isEqualTo(7);
    assertThat(Payload.dueNanos(message)).isEqualTo(1234);
    assertThat(Payload.verify(message, crc)).isEqualTo(checksum);
  }

  @Test
  void anyChangedByteIsNoticed() {
    Payload payload = Payload.of(0, Payload.MINIMUM_BYTES);
    payload.seal(1, 0);
    for (int i = 0; i < Payload.MINIMUM_BYTES; i++) {
      byte[] message = payload.copy();
      message[i] ^= 1;
      assertThatThrownBy(() -> Payload.verify(message, crc))
          .isInstanceOf(BenchFailedException.class);
    }
  }

  @Test
  void aMessageThatNobodySentIsNoticed() {
    assertThatThrownBy(() -> Payload.verify(new byte[3], crc))
        .isInstanceOf(BenchFailedException.class);
  }

  @Test
  void aTallyCountsAndSumsWhatCame() throws Exception {
    Payload payload = Payload.of(0, 64);
    Tally tally = new Tally();
    long sum = 0;
    for (int i = 0; i < 10; i++) {
      sum += payload.seal(i, 0);
      tally.add(payload.copy());
    }
    assertThat(tally.count()).isEqualTo(10);
    assertThat(tally.sum()).isEqualTo(sum);
    assertThat(tally.toLine().number("disorder")).isZero();
  }

  @Test
  void aTallyCountsWhatCameOutOfOrder() throws Exception {
    Payload payload = Payload.of(0, 64);
    Tally tally = new Tally();
    for (int sequence : new int[] {1, 0, 2}) {
      payload.seal(sequence, 0);
      tally.add(payload.copy());
    }
    assertThat(tally.toLine().number("disorder")).isEqualTo(1);
  }
}
