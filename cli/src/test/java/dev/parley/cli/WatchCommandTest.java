package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchCommandTest {
  @TempDir Path directory;
  private InProcess parley;
  private Path inbox;

  @BeforeEach
  void inbox() throws Exception {
    directory = directory.toRealPath();
    parley = new InProcess(directory.resolve("space"));
    inbox = Files.createDirectory(directory.resolve("inbox"));
  }

  @Test
  void aLineForEachChangeUntilASignalEndsItWithSuccess() throws Exception {
    try (ParleyProcess watch =
        ParleyProcess.start(directory.resolve("space"), "parley watch --present " + inbox)) {
      await().until(() -> watch.out().contains("present " + inbox));
      Files.writeString(inbox.resolve("a"), "x");
      await().until(() -> watch.out().contains("written " + inbox.resolve("a")));
      Files.move(inbox.resolve("a"), inbox.resolve("b\u001b[31m\n"));
      await().until(() -> watch.out().contains("moved " + inbox.resolve("b?[31m?")));
      watch.signal("TERM");
      ParleyProcess.Result result = watch.awaitEnd();
      assertThat(result.code()).isZero();
      assertThat(result.err()).isEmpty();
      assertThat(result.out()).contains("(was " + inbox.resolve("a") + ")\n");
    }
  }

  /// The example of the help: whatever is called how, each file is imported once it is whole.
  @Test
  void aShellLoopImportsWhatIsCompleteWhateverItIsCalled() throws Exception {
    Files.writeString(inbox.resolve("there already"), "1");
    try (ParleyProcess watch =
        ParleyProcess.start(
            directory.resolve("space"),
            "parley watch --present --events written -0 -n 3 "
                + inbox
                + " | while IFS= read -r -d '' line; do cat \"${line#written }\"; done")) {
      await().until(() -> watch.out().equals("1"));
      Files.writeString(inbox.resolve("new\nline"), "2");
      Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "3");
      Files.move(elsewhere, inbox.resolve("  moved in "));
      assertThat(watch.awaitEnd().out()).isEqualTo("123");
    }
  }

  @Test
  void jsonSaysWhatIsThereAndNamesExactly() throws Exception {
    ParleyProcess.Result result =
        ParleyProcess.run(
            directory.resolve("space"),
            "cd "
                + inbox
                + "; mkdir d; printf 12345 >$'d/\\xff'; parley --json watch --present -r . -n 3");
    List<String> lines = result.out().lines().toList();
    assertThat(Json.parse(lines.get(1)))
        .containsEntry("event", "present")
        .containsEntry("kind", "directory")
        .containsEntry("path", inbox.resolve("d").toString());
    assertThat(Json.parse(lines.get(2)))
        .containsEntry("sizeBytes", 5)
        .containsKeys("path", "pathBase64", "modified", "mode");
  }

  @Test
  void nothingInTimeIsOneAndTroubleHasItsCode() {
    assertThat(parley.run("watch", inbox.toString(), "--wait", "10ms").code()).isEqualTo(1);
    InProcess.Result silent = parley.run("watch", "/proc/sys/fs/inotify");
    assertThat(silent.code()).isEqualTo(69);
    assertThat(silent.err()).contains("poll instead");
    InProcess.Result polled =
        parley.run("watch", "/proc/sys/fs/inotify", "--fallback", "1s", "--present", "-n", "1");
    assertThat(polled.code()).isZero();
    assertThat(polled.err()).contains("polling");
  }

  @Test
  void wrongUsageIsSaid() {
    for (String line :
        List.of(
            "watch",
            "watch ",
            "watch --uevents x",
            "watch x --events nonsense",
            "watch x -n 0",
            "watch x --poll 1s --fallback 1s",
            "watch x --poll 0s",
            "watch x --poll 1s --events written")) {
      InProcess.Result result = parley.run(line.split(" ", -1));
      assertThat(result.code()).as(line).isEqualTo(64);
      assertThat(result.err()).startsWith("parley: ").doesNotContain("Exception");
    }
  }

  @Test
  void devicesAreTold() throws Exception {
    Path device = Path.of("/sys/class/mem/null/uevent");
    assumeTrue(Files.isWritable(device), "skipped: needs root and a writable /sys");
    try (ParleyProcess watch =
        ParleyProcess.start(directory.resolve("space"), "parley watch --uevents")) {
      await()
          .until(
              () -> {
                Files.writeString(device, "change");
                return watch.out().contains("change /devices/virtual/mem/null mem\n");
              });
      watch.signal("INT");
      assertThat(watch.awaitEnd().code()).isZero();
    }
  }
}
