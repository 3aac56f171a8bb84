package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir Path directory;
  private InProcess parley;

  @BeforeEach
  void parley() throws Exception {
    directory = directory.toRealPath();
    parley = new InProcess(directory.resolve("space"));
  }

  @Test
  void aFileIsDescribedInWordsAndInJson() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "12345");
    Files.setAttribute(file, "unix:mode", 0640);
    Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
    InProcess.Result text = parley.run("inspect", directory.resolve("link").toString());
    assertThat(text.code()).isZero();
    assertThat(text.out())
        .contains("regular file, 5 bytes", "-> file", "leads to", file.toString(), "mode 0640")
        .containsPattern("others +nothing")
        .containsPattern("meets +.*flock")
        .containsPattern("now +nobody");
    Map<String, Object> json = parley.json("inspect", file.toString()).getFirst();
    assertThat(json)
        .containsEntry("kind", "regular file")
        .containsEntry("sizeBytes", 5)
        .containsEntry("mode", "0640")
        .containsEntry("deleted", false)
        .containsEntry("sharedBetweenHosts", false)
        .containsKeys("rights", "meets", "ties", "filesystem", "renamers");
  }

  @Test
  void theRouteShowsEachStepAndWhatWouldBeRefused() throws Exception {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setAttribute(open, "unix:mode", 0777);
    Path below = Files.createDirectory(open.resolve("below"));
    InProcess.Result text = parley.run("inspect", "--route", below.toString());
    assertThat(text.code()).isZero();
    assertThat(text.out()).contains(open.toString(), "0777", "REFUSED");
    assertThat(text.err()).contains("Parley would not go there", "chmod o-w");
    List<Map<String, Object>> steps = parley.json("inspect", "--route", below.toString());
    assertThat(steps).hasSize(below.getNameCount());
    assertThat(steps.getLast()).containsEntry("path", below.toString()).containsKey("refused");
  }

  @Test
  void whereTheWayEndsIsSaid() throws Exception {
    InProcess.Result missing = parley.run("inspect", directory.resolve("a/b").toString());
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("ENOENT", directory.resolve("a").toString());
    Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));
    InProcess.Result loop = parley.run("inspect", "--route", directory.resolve("loop").toString());
    assertThat(loop.code()).isEqualTo(77);
    assertThat(loop.err()).contains("ELOOP");
    assertThat(parley.run("inspect").code()).isEqualTo(64);
    assertThat(parley.run("inspect", "").code()).isEqualTo(64);
  }

  @Test
  void hostileNamesAreHarmlessInText() throws Exception {
    Path file = Files.createFile(directory.resolve("a\u001b[31m\nb"));
    assertThat(parley.run("inspect", file.toString()).out()).doesNotContain("\u001b");
    assertThat(parley.run("inspect", "--route", file.toString()).out()).doesNotContain("\u001b");
    assertThat(parley.json("inspect", file.toString()).getFirst())
        .containsEntry("path", file.toString());
  }
}
