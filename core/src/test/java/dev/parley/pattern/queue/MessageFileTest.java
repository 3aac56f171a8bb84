package dev.parley.pattern.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import dev.parley.Outgoing;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.TestDirs;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessageFileTest {
  private static final Outgoing MESSAGE =
      Outgoing.of("payload")
          .withPriority(7)
          .withHeader("colour", "line one\nline\\two\r")
          .withDeduplicationId("a=b")
          .withTimeToLive(Duration.ofNanos(5));

  private Dir dir;

  @BeforeEach
  void open(@TempDir Path temporary) throws IOException {
    dir = TestDirs.open(temporary);
  }

  @AfterEach
  void close() {
    dir.close();
  }

  private MessageFile read(byte[] bytes) throws IOException {
    String name = "file" + dir.names().size();
    try (Fd file = dir.create(name)) {
      dir.writeFully(file, bytes);
    }
    try (Fd file = dir.tryOpenFile(name)) {
      return MessageFile.read(dir, file);
    }
  }

  private static byte[] encoded() {
    return MessageFile.of(MESSAGE, "9f86d081884c7d65", 100).encode();
  }

  @Test
  void aMessageIsReadAsItWasWritten() throws IOException {
    MessageFile file = read(encoded());
    assertThat(file.payload()).isEqualTo("payload".getBytes(UTF_8));
    assertThat(file.priority()).isEqualTo(7);
    assertThat(file.sender()).isEqualTo("9f86d081884c7d65");
    assertThat(file.sentNanos()).isEqualTo(100);
    assertThat(file.expiresNanos()).isEqualTo(105);
    assertThat(file.deduplicationId()).isEqualTo("a=b");
    assertThat(file.headers()).containsEntry("colour", "line one\nline\\two\r");
  }

  @Test
  void theFirstLineIsAsTheLayoutSays() {
    String text = new String(encoded(), UTF_8);
    assertThat(text)
        .matches("(?s)parley-message 1 [0-9a-f]{8} [0-9a-f]{8} 000000000007\n.*payload");
    assertThat(text.indexOf('\n')).isEqualTo(47);
  }

  @Test
  void aPayloadLargerThanOneReadIsReadWhole() throws IOException {
    byte[] large = new byte[3_000_000];
    Arrays.fill(large, (byte) 'x');
    assertThat(read(MessageFile.of(Outgoing.of(large), "", 1).encode()).payload()).isEqualTo(large);
  }

  @Test
  void anyFlippedByteIsFound() throws IOException {
    byte[] good = encoded();
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      assertThatThrownBy(() -> read(bad)).as("byte %d", i).isInstanceOf(BadFormatException.class);
    }
  }

  @Test
  void anyCutIsFound() throws IOException {
    byte[] good = encoded();
    for (int length = 0; length < good.length; length++) {
      byte[] bad = Arrays.copyOf(good, length);
      assertThatThrownBy(() -> read(bad))
          .as("%d bytes", length)
          .isInstanceOf(BadFormatException.class);
    }
  }

  @Test
  void anotherFormatIsRefusedByItsNumber() {
    byte[] other = encoded();
    other[15] = '2';
    assertThatThrownBy(() -> read(other)).hasMessageContaining("message format '2'");
  }
}
