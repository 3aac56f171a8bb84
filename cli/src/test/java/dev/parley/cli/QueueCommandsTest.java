package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands about queues, against a real space.
class QueueCommandsTest {
  @TempDir Path directory;
  private Path space;
  private InProcess here;
  private InProcess.Result result;
  private int code;
  private String out = "";
  private String err = "";

  @BeforeEach
  void space() {
    space = directory.resolve("space");
    here = new InProcess(space);
  }

  @Test
  void whatIsSentIsReceivedByteForByte() throws Exception {
    byte[] all = new byte[70_000];
    for (int i = 0; i < all.length; i++) all[i] = (byte) i;
    Path file = Files.write(directory.resolve("file"), all);
    parley("send", "q", file.toString());
    assertThat(code).isZero();
    assertThat(out).isEmpty();
    assertThat(err).isEmpty();
    parley("receive", "q");
    assertThat(result.bytes()).isEqualTo(all);
    assertThat(code).isZero();
  }

  @Test
  void standardInputIsOneMessageWithItsNewlines() throws Exception {
    in("a\nb\n", "send", "q");
    in("", "send", "q", "-");
    parley("receive", "q", "-n", "5");
    assertThat(out).isEqualTo("a\nb\n\n\n");
  }

  @Test
  void filesAndStandardInputCanBeMixed() throws Exception {
    Path one = Files.writeString(directory.resolve("one"), "1");
    in("2", "send", "q", one.toString(), "-", one.toString());
    parley("receive", "q", "-n", "5", "-l");
    assertThat(out).isEqualTo("1\n2\n1\n");
  }

  @Test
  void linesAndNulsSeparateMessages() throws Exception {
    in("a\n\nb", "send", "q", "-l");
    parley("receive", "q", "-n", "9", "-0");
    assertThat(out).isEqualTo("a\0\0b\0");
    in("a\nb\0c", "send", "q", "-0");
    parley("receive", "q", "-l");
    assertThat(out).isEqualTo("a\nb\n");
    parley("receive", "q", "-n", "2");
    assertThat(out).isEqualTo("c\n");
  }

  @Test
  void fewerThanAskedForIsDoneAndNoneIsNothing() throws Exception {
    in("a", "send", "q");
    parley("receive", "q", "-n", "2");
    assertThat(code).isZero();
    parley("receive", "q", "-n", "2");
    assertThat(code).isOne();
    assertThat(err).isEmpty();
    parley("receive", "q", "--wait", "50ms");
    assertThat(code).isOne();
    assertThat(err).isEmpty();
  }

  @Test
  void aSpaceThatIsThereStaysWhatItIs() throws Exception {
    parley("init", "--group", "no such group");
    assertThat(code).isEqualTo(64);
    assertThat(err).contains("no such group");
    parley("init");
    assertThat(code).isZero();
    parley("init", "--group", "0");
    assertThat(code).isEqualTo(65);
    assertThat(err).contains("is not shared with a group");
  }

  @Test
  void aQueueOrSpaceThatIsNotThereIsNothingAndStaysSo() throws Exception {
    parley("receive", "q");
    assertThat(code).isOne();
    assertThat(err).startsWith("parley: ");
    assertThat(space).doesNotExist();
    in("a", "send", "other");
    for (String command : List.of("receive", "stats", "ls", "purge", "hold", "release", "dead")) {
      parley(command, "q");
      assertThat(code).as(command).isOne();
      assertThat(err).as(command).contains("q");
    }
    assertThat(space.resolve("queues/q")).doesNotExist();
  }

  @Test
  void peekTakesNothing() throws Exception {
    in("a\nb", "send", "q", "-l");
    parley("receive", "q", "--peek", "-n", "5");
    assertThat(out).isEqualTo("a\nb\n");
    parley("receive", "q", "-n", "5");
    assertThat(out).isEqualTo("a\nb\n");
    parley("receive", "q", "--peek");
    assertThat(code).isOne();
  }

  @Test
  void jsonSaysAllAboutAMessage() throws Exception {
    in("grüße", "send", "q", "--priority", "7", "--header", "k=v=w", "--ttl", "1h", "--id", "x");
    List<Map<String, Object>> messages = json("receive", "q");
    assertThat(messages).hasSize(1);
    assertThat(messages.getFirst())
        .containsEntry("queue", "q")
        .containsEntry("priority", 7)
        .containsEntry("attempt", 1)
        .containsEntry("payload", "grüße")
        .containsEntry("deduplicationId", "x")
        .containsEntry("headers", Map.of("k", "v=w"))
        .containsKeys("id", "token", "sent", "sender", "expires");
  }

  @Test
  void idsArePrintedIfAskedFor() throws Exception {
    in("a\nb", "send", "q", "-l", "--print-id");
    List<String> ids = out.lines().toList();
    assertThat(ids).hasSize(2).isSorted();
    assertThat(json("receive", "q").getFirst()).containsEntry("id", ids.getFirst());
  }

  @Test
  void oneKeyIsSentOnce() throws Exception {
    in("a", "send", "q", "--id", "k", "--print-id");
    String id = out.strip();
    in("a", "send", "q", "--id", "k", "--json");
    assertThat(code).isZero();
    assertThat(Json.parse(out)).isEqualTo(Map.of("id", id, "duplicate", true));
    assertThat(err).contains("not sent");
    assertThat(json("stats", "q").getFirst()).containsEntry("ready", 1);
  }

  @Test
  void higherPrioritiesGoFirstAndDelayedMessagesLater() throws Exception {
    in("low", "send", "q", "--priority", "0");
    in("high", "send", "q", "--priority", "9");
    in("later", "send", "q", "--delay", "1h", "--priority", "9");
    parley("receive", "q", "-n", "5");
    assertThat(out).isEqualTo("high\nlow\n");
    assertThat(json("stats", "q").getFirst()).containsEntry("delayed", 1);
  }

  @Test
  void whatCannotBeReadIsSaidAndNothingIsSent() throws Exception {
    parley("send", "q", directory.resolve("missing").toString());
    assertThat(code).isEqualTo(74);
    assertThat(err).contains("missing", "ENOENT");
    parley("send", "q", directory.toString());
    assertThat(code).isEqualTo(74);
    assertThat(err).contains("EISDIR");
    assertThat(json("stats", "q").getFirst()).containsEntry("ready", 0);
  }

  @Test
  void namesThatAreNoneAreRefused() throws Exception {
    for (String name : List.of("../q", "a b", ".q", "", "x".repeat(129))) {
      in("a", "send", name);
      assertThat(code).as(name).isEqualTo(64);
      assertThat(err).as(name).startsWith("parley: ").doesNotContain("\tat ");
    }
  }

  @Test
  void aPayloadOverTheLimitIs65AndThoseBeforeItAreSent() throws Exception {
    parley("configure", "q", "--max-payload", "10");
    assertThat(err).contains("making the queue q");
    in("12345678901", "send", "q");
    assertThat(code).isEqualTo(65);
    in("ok\n12345678901\nnever", "send", "q", "-l");
    assertThat(code).isEqualTo(65);
    parley("receive", "q", "-n", "5");
    assertThat(out).isEqualTo("ok\n");
  }

  @Test
  void aFullQueueThatRefusesIs75() throws Exception {
    parley("configure", "q", "--max-messages", "1", "--full", "refuse");
    in("a", "send", "q");
    in("b", "send", "q");
    assertThat(code).isEqualTo(75);
    assertThat(err).startsWith("parley: ").contains("full");
  }

  @Test
  void configureShowsWhatItChanges() throws Exception {
    parley("configure", "q", "--retries", "3", "--lease", "10m", "--retain", "1h30m");
    assertThat(json("configure", "q").getFirst())
        .containsEntry("kind", "queue")
        .containsEntry("retries", 3)
        .containsEntry("leaseMillis", 600_000)
        .containsEntry("retainMillis", 5_400_000)
        .containsEntry("full", "block")
        .containsEntry("maxMessages", 0);
    parley("configure", "q", "--lease", "0");
    parley("configure", "q");
    assertThat(out).containsPattern("--lease +0s\n").containsPattern("--retries +3\n");
  }

  @Test
  void settingsThatWorkAsksForMustBeTheQueues() throws Exception {
    parley("configure", "q", "--retries", "3");
    parley("work", "q", "--retries", "5", "--lease", "1m", "--drain", "--", "true");
    assertThat(code).isEqualTo(65);
    assertThat(err)
        .contains("retries 3, not 5", "lease none, not 1m")
        .contains("parley configure q --retries 5 --lease 1m");
  }

  @Test
  void settingsThatWorkAsksForBecomeThoseOfAQueueItMakes() throws Exception {
    parley("work", "q", "--retries", "2", "--lease", "1m", "--drain", "--", "true");
    assertThat(code).as(err).isZero();
    assertThat(json("configure", "q").getFirst())
        .containsEntry("retries", 2)
        .containsEntry("leaseMillis", 60_000);
    parley("work", "q", "--retries", "2", "--drain", "--", "true");
    assertThat(code).isZero();
  }

  @Test
  void aHeldQueueDeliversAgainOnceReleased() throws Exception {
    in("a", "send", "q");
    parley("hold", "q");
    parley("receive", "q");
    assertThat(code).isOne();
    parley("ls");
    assertThat(out).contains("queue, held");
    parley("release", "q");
    parley("receive", "q");
    assertThat(out).isEqualTo("a");
  }

  @Test
  void messagesCanBeHeldOneByOne() throws Exception {
    in("a\nb", "send", "q", "-l", "--print-id");
    String first = out.lines().findFirst().orElseThrow();
    parley("hold", "q", first);
    assertThat(code).isZero();
    parley("receive", "q", "-n", "5");
    assertThat(out).isEqualTo("b\n");
    parley("hold", "q", "0000000000000001-000000000000");
    assertThat(code).isOne();
    parley("release", "q", first);
    parley("receive", "q");
    assertThat(out).isEqualTo("a");
  }

  @Test
  void purgeSaysHowMany() throws Exception {
    in("a\nb", "send", "q", "-l");
    parley("purge", "q");
    assertThat(err).contains("removed 2 messages");
    parley("purge", "q", "--json");
    assertThat(out).isEqualTo("{\"removed\":0}\n");
  }

  @Test
  void lsListsWhatIsThere() throws Exception {
    parley("init");
    assertThat(out).isEqualTo(space + "\n");
    parley("ls");
    assertThat(out).isEqualTo("NAME  KIND  DEPTH  OLDEST  HOLDERS\n");
    in("a\nb", "send", "q", "-l");
    assertThat(json("ls").getFirst())
        .containsEntry("name", "q")
        .containsEntry("kind", "queue")
        .containsEntry("depth", 2)
        .containsEntry("held", false)
        .containsKey("oldestMillis");
  }

  @Test
  void aQueueThatCannotBeCountedDoesNotHideTheOthers() throws Exception {
    in("a", "send", "good");
    Path queues = space.resolve("queues");
    Files.createSymbolicLink(queues.resolve("planted"), queues.resolve("good"));
    for (String command : List.of("ls", "stats")) {
      parley(command);
      assertThat(code).isEqualTo(77);
      assertThat(out).contains("good");
      assertThat(err.lines()).singleElement().asString().contains("planted", "symbolic link");
      parley(command, "good");
      assertThat(code).isZero();
      parley(command, "planted");
      assertThat(code).isEqualTo(77);
    }
  }

  @Test
  void fsckFindsNothingWrongWithAGoodSpace() throws Exception {
    in("a", "send", "q");
    parley("fsck");
    assertThat(code).isZero();
    assertThat(out).isEmpty();
    assertThat(err).contains("nothing is wrong");
  }

  @Test
  void aDirectoryThatIsNoSpaceIsRefusedWithTheReason() throws Exception {
    Files.createDirectories(space.resolve("something"));
    parley("ls");
    assertThat(code).isNotZero();
    assertThat(err.lines()).hasSize(1);
    assertThat(err).startsWith("parley: ").contains(space.toString());
  }

  private void parley(String... args) {
    in("", args);
  }

  private void in(String input, String... args) {
    result = here.runWith(input, args);
    code = result.code();
    out = result.out();
    err = result.err();
  }

  private List<Map<String, Object>> json(String... args) throws IOException {
    return here.json(args);
  }

  @Test
  void aSendThatStopsHalfWaySaysHowFarItCame() throws Exception {
    parley("configure", "q", "--max-messages", "3", "--full", "refuse");
    result = here.runWith("1\n2\n3\n4\n5\n", "send", "q", "-l", "--print-id");
    assertThat(result.code()).isEqualTo(ExitCode.BUSY);
    assertThat(result.err()).contains("sent the first 3 lines; go on with line 4\n", "full");
    assertThat(result.out().lines()).hasSize(3);
    assertThat(here.run("receive", "q", "-n", "9").out()).isEqualTo("1\n2\n3\n");

    parley("configure", "q", "--max-messages", "0", "--max-payload", "3");
    result = here.runWith("one\0three\0", "send", "q", "-0");
    assertThat(result.code()).isEqualTo(ExitCode.DATA);
    assertThat(result.err()).contains("sent the first 1 record; go on with record 2\n");
  }
}
