package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
}
