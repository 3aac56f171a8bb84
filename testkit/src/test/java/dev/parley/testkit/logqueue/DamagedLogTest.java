package dev.parley.testkit.logqueue;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import dev.parley.Claim;
import dev.parley.Durability;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A log with something wrong in it: what was acknowledged and is not damaged itself is there.
class DamagedLogTest {
  private static final QueueSettings IN_A_FILE = QueueSettings.defaults().withStore(Store.FILE);

  @TempDir private Path dir;
  private Space space;
  private Queue queue;

  @BeforeEach
  void open() throws IOException {
    space = Space.open(dir.resolve("space"));
    queue = space.queue("mails", IN_A_FILE);
  }

  @AfterEach
  void close() {
    space.close();
  }

  private Path folder() {
    return dir.resolve("space/queues/mails");
  }

  private RawLog log() {
    return new RawLog(folder().resolve("log"));
  }

  private void send(String... texts) throws Exception {
    for (String text : texts) queue.send(Outgoing.of(text).withDurability(Durability.NONE));
  }

  private List<String> takeAllElsewhere() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Space other = Space.open(dir.resolve("space"));
        Queue theirs = other.queue("mails")) {
      for (Optional<Claim> claim = theirs.tryClaim();
          claim.isPresent();
          claim = theirs.tryClaim()) {
        texts.add(claim.get().message().text());
        claim.get().ack();
      }
    }
    return texts;
  }

  private List<Path> keptAside() throws IOException {
    try (Stream<Path> files = Files.list(folder())) {
      return files.filter(file -> file.getFileName().toString().startsWith("log.cut-")).toList();
    }
  }

  @Test
  void everyTornEndIsCutOff() throws Exception {
    send("a", "b");
    byte[] before = Files.readAllBytes(log().file());
    send("c");
    byte[] whole = Files.readAllBytes(log().file());
    for (int end = before.length + 1; end < whole.length; end += 7) {
      Files.write(log().file(), Arrays.copyOf(whole, end));
      try (Space other = Space.open(dir.resolve("space"));
          Queue theirs = other.queue("mails")) {
        theirs.tryClaim().orElseThrow().close();
        assertThat(theirs.stats().ready()).as("cut at " + end).isEqualTo(2);
      }
      assertThat(keptAside()).isEmpty();
    }
  }

  @Test
  void aDamagedRecordCostsItsOwnMessageAndFsckTells() throws Exception {
    send("a");
    String spoilt = queue.send(Outgoing.of("b").withDurability(Durability.NONE)).id();
    send("c");
    log().spoilRecord(spoilt);
    assertThat(space.check(false))
        .singleElement()
        .satisfies(finding -> assertThat(finding.toString()).contains("is no record"));
    assertThat(takeAllElsewhere()).containsExactly("a", "c");
  }

  @Test
  void aLogWithinAMessageIsNotTakenForRecords() throws Exception {
    send("a", "b");
    byte[] copy = Files.readAllBytes(log().file());
    String id = queue.send(Outgoing.of(copy).withDurability(Durability.NONE)).id();
    send("c");
    log().spoilRecord(id);
    assertThat(takeAllElsewhere()).containsExactly("a", "b", "c");
  }

  @Test
  void whatIsNoLogIsRefusedAndLeftAlone() throws Exception {
    send("a");
    queue.close();
    Files.write(log().file(), "parley-log 9\nwhatever".getBytes(US_ASCII));
    assertThatThrownBy(() -> space.queue("mails"))
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("parley-log 1");
    assertThat(Files.readString(log().file())).isEqualTo("parley-log 9\nwhatever");
  }

  @Test
  void aStepOfTheFutureIsRefusedAndLeftAlone() throws Exception {
    send("a");
    log().append("fly away\n");
    assertThatThrownBy(() -> takeAllElsewhere())
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("fly");
  }

  @Test
  void aLongLogOfWhatIsGoneIsMadeSmallAndLosesNothing() throws Exception {
    send("stays");
    Claim claim = queue.tryClaim().orElseThrow();
    byte[] large = new byte[100_000];
    for (int i = 0; i < 60; i++) {
      queue.send(Outgoing.of(large).withDurability(Durability.NONE));
      queue.tryClaim().orElseThrow().ack();
    }
    assertThat(Files.size(log().file())).isLessThan(2_000_000);
    assertThat(claim.isHeld()).isTrue();
    claim.close();
    assertThat(takeAllElsewhere()).containsExactly("stays");
  }

  @Test
  void bytesBehindTheEndAreNoMessagesAndKeptAside() throws Exception {
    send("a");
    Files.write(log().file(), new byte[5_000], StandardOpenOption.APPEND);
    assertThat(takeAllElsewhere()).containsExactly("a");
    assertThat(keptAside())
        .singleElement()
        .satisfies(cut -> assertThat(Files.readAllBytes(cut)).isEqualTo(new byte[5_000]));
    send("b");
    assertThat(takeAllElsewhere()).containsExactly("b");
  }
}
