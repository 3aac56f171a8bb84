package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.cli.ParleyProcess.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pipes whose other end is slow, gone or full.
class PipeTest {
  @TempDir Path directory;
  private Path space;

  @BeforeEach
  void space() {
    space = directory.resolve("space");
  }

  @Test
  void whatAGoneReaderDidNotTakeIsNotAcknowledged() throws Exception {
    Result result =
        ParleyProcess.run(
            space,
            """
            seq 1 1000 | parley send q -l
            mkfifo pipe
            head -c 0 <pipe &
            exec 3>pipe
            wait
            parley receive q -n 1000 >&3
            echo "exit $?" >&2
            """);
    assertThat(result.err()).isEqualTo("exit 74\n");
    assertThat(ready()).isEqualTo(1000);
  }

  @Test
  void aFullDiskIsSaidAndTheMessageStays() throws Exception {
    Result result =
        ParleyProcess.run(space, "echo x | parley send q; parley receive q >/dev/full; exit $?");
    assertThat(result.code()).isEqualTo(74);
    assertThat(result.err()).startsWith("parley: ").contains("ENOSPC");
    assertThat(ready()).isOne();
  }

  @Test
  void helpThatNobodyGetsIsNoSuccess() throws Exception {
    Result result =
        ParleyProcess.run(
            space,
            """
            parley --version >/dev/full; echo $?
            parley send --help >/dev/full; echo $?
            parley --help >&-; echo $?
            """);
    assertThat(result.out()).isEqualTo("74\n74\n74\n");
    assertThat(result.err().lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("parley: standard output is closed or full"));
  }

  @Test
  void aLineOfASlowProducerIsSentWhenItComes() throws Exception {
    try (ParleyProcess producer =
        ParleyProcess.start(space, "{ echo first; sleep 1000; } | parley send q -l --print-id")) {
      await().until(() -> producer.out().endsWith("\n"));
      assertThat(ready()).isOne();
    }
  }

  @Test
  void aReaderThatHoldsUpTheOutputHoldsUpNothingElse() throws Exception {
    // More than a pipe takes: the receiver stands still with a message in hand.
    try (ParleyProcess receiver =
        ParleyProcess.start(
            space,
            """
            head -c 300000 /dev/zero | parley send q
            echo second | parley send q
            mkfifo pipe
            parley receive q >pipe & exec 3<pipe
            sleep 1000
            """)) {
      await().until(() -> claimed() == 1);
      try (Space here = Space.open(space);
          Queue queue = here.existingQueue("q")) {
        assertThat(new String(queue.tryClaim().orElseThrow().message().payload(), UTF_8))
            .isEqualTo("second\n");
      }
      receiver.signal("TERM");
      await().until(() -> ready() == 2);
    }
  }

  @Test
  void statsAreALineAtATime() throws Exception {
    try (ParleyProcess watcher =
        ParleyProcess.start(
            space, "echo x | parley send q; parley stats q --watch --json | head -n 2")) {
      Result result = watcher.awaitEnd();
      assertThat(result.out().lines()).hasSize(2).allMatch(line -> line.contains("\"ready\":1"));
      assertThat(result.err()).isEmpty();
    }
  }

  private long ready() throws Exception {
    try (Space here = Space.open(space);
        Queue queue = here.existingQueue("q")) {
      return queue.stats().ready();
    }
  }

  private long claimed() {
    try (Space here = Space.open(space);
        Queue queue = here.existingQueue("q")) {
      return queue.stats().claimed();
    } catch (java.io.IOException e) {
      return 0; // Not made yet.
    }
  }
}
