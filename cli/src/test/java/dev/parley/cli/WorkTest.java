package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.cli.ParleyProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `parley work` with real commands, real signals and real deaths.
class WorkTest {
  @TempDir Path directory;
  private Path space;
  private InProcess here;

  @BeforeEach
  void space() {
    space = directory.resolve("space");
    here = new InProcess(space);
  }

  @Test
  void aCommandGetsThePayloadAndTheMessagesData() throws Exception {
    send("hello", "--priority", "7", "--header", "Shop-Nr=17");
    Result result =
        ParleyProcess.run(
            space,
            """
            parley work q --drain -- sh -c 'cat; echo; env | grep ^PARLEY_ | sort'
            """);
    assertThat(result.code()).isZero();
    assertThat(result.out())
        .startsWith("hello\n")
        .contains("PARLEY_QUEUE=q\n", "PARLEY_ATTEMPT=1\n", "PARLEY_PRIORITY=7\n")
        .contains("PARLEY_HEADER_SHOP_NR=17\n", "PARLEY_SPACE=" + space + "\n")
        .containsPattern("PARLEY_ID=[0-9a-f]{16}-[0-9a-f]{12}\n")
        .containsPattern("PARLEY_TOKEN=[1-9][0-9]*\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void zeroAcknowledges65GivesUpAndTheRestComesAgain() throws Exception {
    parley("configure", "q", "--backoff", "10ms");
    send("good\nbad\nlater\n", "-l");
    Result result =
        ParleyProcess.run(
            space,
            """
            parley work q --drain -- sh -c '
              read -r word
              case $word$PARLEY_ATTEMPT in
                bad*) echo "no good" >&2; exit 65 ;;
                later[12]) exit 3 ;;
                *) echo $word $PARLEY_ATTEMPT ;;
              esac'
            """);
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("good 1\nlater 3\n");
    assertThat(result.err()).contains("no good", "exit status 65", "exit status 3");
    Map<String, Object> dead = json("dead", "q").getFirst();
    assertThat(dead).containsEntry("attempts", 1).containsEntry("reason", "exit status 65");
    String shown = parley("dead", "q", "show", String.valueOf(dead.get("id")));
    assertThat(shown).contains("exit: 65\n", "stderr: no good\n").endsWith("\n\nbad");
  }

  @Test
  void aMessageThatFailsTooOftenIsGivenUpWithItsHistory() throws Exception {
    parley("configure", "q", "--backoff", "10ms", "--retries", "2");
    send("x");
    Result result =
        ParleyProcess.run(space, "parley work q --drain -- sh -c 'echo $PARLEY_ATTEMPT; kill $$'");
    assertThat(result.out()).isEqualTo("1\n2\n3\n");
    Map<String, Object> dead = json("dead", "q").getFirst();
    assertThat(dead).containsEntry("attempts", 3).containsEntry("reason", "killed by signal 15");
    parley("dead", "q", "replay", "ALL");
    result = ParleyProcess.run(space, "parley work q --drain -- sh -c 'echo $PARLEY_ATTEMPT'");
    assertThat(result.out()).isEqualTo("1\n");
  }

  @Test
  void aCommandNeedNotReadAndMayWriteALot() throws Exception {
    Path large = Files.write(directory.resolve("large"), new byte[8 << 20]);
    parley("send", "q", large.toString(), large.toString());
    Result result =
        ParleyProcess.run(
            space,
            """
            parley work q --drain -- sh -c '
              [ $PARLEY_ATTEMPT = 1 ] || exit 1
              head -c 3000000 /dev/zero | tr "\\0" e >&2
              exec <&-'
            """);
    assertThat(result.code()).isZero();
    assertThat(result.err()).hasSize(6_000_000);
    result = ParleyProcess.run(space, "parley receive q");
    assertThat(result.code()).isOne();
  }

  @Test
  void onlyTheEndOfALongStderrIsKept() throws Exception {
    send("x");
    ParleyProcess.run(
        space, "parley work q --drain -- sh -c 'seq 1 10000 >&2; exit 65' 2>/dev/null");
    String id = String.valueOf(json("dead", "q").getFirst().get("id"));
    String shown = parley("dead", "q", "show", id);
    assertThat(shown).contains("stderr: 10000\n").doesNotContain("stderr: 1000\n");
    assertThat(shown.length()).isLessThan(8192 * 4);
  }

  @Test
  void jobsRunAtTheSameTime() throws Exception {
    send("1\n2\n3\n", "-l");
    // Each waits until all three are there.
    Result result =
        ParleyProcess.run(
            space,
            """
            parley work q --jobs 3 --drain -- bash -c '
              touch "here-$PARLEY_ID"
              until [ $(ls here-* | wc -l) = 3 ]; do sleep 0.05; done'
            """);
    assertThat(result.code()).isZero();
  }

  @Test
  void aWorkerThatIsToldToEndFinishesTheMessageInHand() throws Exception {
    for (String signal : List.of("TERM", "INT", "HUP")) {
      send("x");
      send("never");
      try (ParleyProcess worker =
          ParleyProcess.start(
              space, "parley work q -- sh -c 'echo begun; sleep 1; echo finished'; exit $?")) {
        await().until(() -> worker.out().equals("begun\n"));
        worker.signal(signal);
        Result result = worker.awaitEnd();
        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo("begun\nfinished\n");
      }
      assertThat(parley("receive", "q", "-n", "5")).isEqualTo("never\n");
    }
  }

  @Test
  void aWorkerThatWaitsEndsAtOnce() throws Exception {
    send("x");
    try (ParleyProcess worker = ParleyProcess.start(space, "parley work q -- cat; exit $?")) {
      await().until(() -> worker.out().equals("x"));
      worker.signal("TERM");
      assertThat(worker.awaitEnd().code()).isZero();
    }
    assertThat(json("members")).isEmpty();
  }

  @Test
  void aSecondSignalEndsTheCommandAndGivesTheMessageBack() throws Exception {
    send("x");
    try (ParleyProcess worker =
        ParleyProcess.start(space, "parley work q -- sh -c 'echo begun; sleep 100'; exit $?")) {
      await().until(() -> worker.out().equals("begun\n"));
      worker.signal("INT");
      worker.signal("TERM");
      assertThat(worker.awaitEnd().code()).isEqualTo(143);
    }
    assertThat(json("receive", "q").getFirst()).containsEntry("attempt", 2);
  }

  @Test
  void whileTheCommandOfAKilledWorkerRunsNobodyElseGetsItsMessage() throws Exception {
    send("x");
    try (ParleyProcess worker =
        ParleyProcess.start(
            space,
            "parley work q -- sh -c 'echo begun; while [ ! -e end ]; do sleep 0.05; done; echo over'")) {
      await().until(() -> worker.out().equals("begun\n"));
      worker.signal("KILL");
      await().until(() -> !worker.parley().info().command().orElse("").endsWith("/java"));
      assertThat(parley("receive", "q", "--wait", "1s")).isEmpty();
      assertThat(json("members").getFirst()).containsEntry("state", "alive");
      Files.createFile(runDirectory().resolve("end"));
      await().until(() -> worker.out().contains("over"));
      assertThat(parley("receive", "q", "--wait", "10s")).isEqualTo("x");
    }
  }

  @Test
  void aCommandThatOutlivesItsLeaseIsEnded() throws Exception {
    parley("configure", "q", "--lease", "1s", "--retries", "0");
    send("x");
    Result result = ParleyProcess.run(space, "parley work q --drain -- sh -c 'sleep 100'");
    assertThat(result.code()).isZero();
    assertThat(json("dead", "q").getFirst().get("reason").toString()).contains("lease of 1s");
  }

  @Test
  void withoutRoomForThePayloadNothingIsTaken() throws Exception {
    send("x");
    parley("subscribe", "t", "--as", "s", "--wait", "0");
    for (String command : List.of("work q --drain", "subscribe t --as s --wait 0")) {
      Result result = ParleyProcess.run(space, "TMPDIR=/no/such parley " + command + " -- cat");
      assertThat(result.code()).as(command).isEqualTo(74);
      assertThat(result.err()).as(command).contains("TMPDIR", "/no/such", "ENOENT");
      assertThat(result.err().lines()).as(command).hasSize(1);
    }
    assertThat(json("receive", "q").getFirst()).containsEntry("attempt", 1);
  }

  @Test
  void aQueueThatWorkMakesIsNamedInCaseItWasMistyped() throws Exception {
    String work = "parley work q --drain -- true";
    assertThat(ParleyProcess.run(space, work).err()).isEqualTo("parley: made the queue q\n");
    assertThat(ParleyProcess.run(space, work).err()).isEmpty();
  }

  @Test
  void aMessageThatFitsIntoNoEnvironmentDoesNotStopTheOthers() throws Exception {
    try (Space opened = Space.open(space);
        Queue queue = opened.queue("q")) {
      queue.send(Outgoing.of("long").withHeader("h", "x".repeat(200_000)));
      queue.send(Outgoing.of("short"));
    }
    Result result = ParleyProcess.run(space, "parley work q --drain -- cat");
    assertThat(result.code()).isZero();
    assertThat(result.out()).isEqualTo("short");
    assertThat(json("dead", "q").getFirst().get("reason").toString()).contains("headers");
  }

  private Path runDirectory() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("run"))
          .findFirst()
          .orElseThrow();
    }
  }

  private void send(String input, String... options) {
    List<String> line = new ArrayList<>(List.of("send", "q"));
    line.addAll(List.of(options));
    assertThat(here.runWith(input, line.toArray(String[]::new)).code()).isZero();
  }

  private String parley(String... args) {
    return here.run(args).out();
  }

  private List<Map<String, Object>> json(String... args) throws IOException {
    return here.json(args);
  }
}
