package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
  @TempDir Path directory;

  @Test
  void losesNothingThoughAWorkerIsKilledAndLeavesNothingBehind() throws Exception {
    Path text = directory.resolve("text");
    byte[] lines = ("one\n\ntwo\r\n\tthree\n" + "x\n".repeat(300) + "end").getBytes();
    Files.write(text, lines);
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    ParleyProcess.Result result =
        ParleyProcess.run(
            directory.resolve("unused"),
            "export TMPDIR=%s; parley demo %s --json; exit $?".formatted(temporary, text));
    assertThat(result.code()).as(result.err()).isZero();
    Map<String, Object> outcome = Json.parse(result.out());
    assertThat(outcome)
        .containsEntry("lines", 305)
        .containsEntry("sent", 305)
        .containsEntry("heldByKilledWorker", 1)
        .containsEntry("good", true);
    assertThat((List<?>) outcome.get("subscribers")).hasSize(2);
    assertThat(result.err()).contains("killed worker 2 with SIGKILL");
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void theWorkerIsKilledWithAMessageInItsHandsHoweverFewThereAre() throws Exception {
    Path text = directory.resolve("text");
    Files.writeString(text, "a\0b, without a newline");
    ParleyProcess.Result result =
        ParleyProcess.run(
            directory.resolve("unused"),
            "export TMPDIR=%s; parley demo %s; exit $?".formatted(directory, text));
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("killed worker 2 with SIGKILL");
    assertThat(result.out())
        .containsPattern("2 +1 +killed, holding 1 message")
        .containsPattern("received +2 +2")
        .containsPattern("duplicated +1 +1")
        .containsPattern("lost +0 +0");
  }

  @Test
  void whatCannotBeSentIsSaidBeforeAnythingStarts() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty"));
    InProcess here = new InProcess(directory.resolve("space"));
    assertThat(here.run("demo", empty.toString()))
        .matches(result -> result.code() == ExitCode.DATA)
        .matches(result -> result.err().contains("is empty"));
    assertThat(here.run("demo", "/no/such/file"))
        .matches(result -> result.code() == ExitCode.IO)
        .matches(
            result -> result.err().contains("/no/such/file: ") && result.err().contains("ENOENT"));
    assertThat(here.run("demo", "/").err()).contains("/: ").contains("EISDIR");
  }

  @Test
  void anInterruptedDemoLeavesNeitherProcessesNorFiles() throws Exception {
    Path text = directory.resolve("text");
    Files.writeString(text, "x\n".repeat(100_000));
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try (ParleyProcess demo =
        ParleyProcess.start(
            directory.resolve("unused"),
            "export TMPDIR=%s; parley demo %s; exit $?".formatted(temporary, text))) {
      Awaitility.await().until(() -> demo.err().contains(", worked on "));
      List<ProcessHandle> actors = demo.parley().children().toList();
      assertThat(actors).isNotEmpty();
      demo.signal("INT");
      assertThat(demo.awaitEnd().code()).isEqualTo(130);
      assertThat(actors).noneMatch(ProcessHandle::isAlive);
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).isEmpty();
    }
  }
}
