package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.cli.ParleyProcess.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `parley write` and `parley update`, with real commands, signals and deaths.
class WriteTest {
  @TempDir Path directory;
  private InProcess here;
  private Path file;

  @BeforeEach
  void place() throws IOException {
    here = new InProcess(directory.resolve("space"));
    file = Files.createDirectory(directory.resolve("etc")).resolve("app.conf");
  }

  private InProcess.Result write(String input, String... words) {
    List<String> line = new ArrayList<>(List.of("write", file.toString()));
    line.addAll(List.of(words));
    return here.runWith(input, line.toArray(String[]::new));
  }

  private Result shell(String command) throws Exception {
    return ParleyProcess.run(here.space(), "F='" + file + "'\n" + command);
  }

  private List<String> names() {
    String[] names = file.getParent().toFile().list();
    return names == null ? List.of() : Arrays.stream(names).sorted().toList();
  }

  // ---- standard input

  @Test
  void standardInputReplacesIt() throws Exception {
    assertThat(write("one\n").code()).isZero();
    assertThat(file).hasContent("one\n");
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100600);
    assertThat(write("two\n", "--mode", "644", "--backup", "old", "--no-sync").code()).isZero();
    assertThat(file).hasContent("two\n");
    assertThat(Files.getAttribute(file, "unix:mode")).isEqualTo(0100644);
    assertThat(file.resolveSibling("old")).hasContent("one\n");
    assertThat(names()).containsExactly(".app.conf.lock", "app.conf", "old");
    assertThat(Files.exists(here.space())).as("no space is made").isFalse();
  }

  @Test
  void nothingIsNotTakenForAnEmptyFile() throws Exception {
    write("one\n");
    InProcess.Result result = write("");
    assertThat(result.code()).isEqualTo(65);
    assertThat(result.err()).contains("nothing came", "--empty");
    assertThat(file).hasContent("one\n");
    assertThat(write("", "--empty").code()).isZero();
    assertThat(file).isEmptyFile();
  }

  @Test
  void createMakesItOnce() throws Exception {
    assertThat(write("one", "--create").code()).isZero();
    InProcess.Result second = write("two", "--create");
    assertThat(second.code()).isEqualTo(1);
    assertThat(second.err()).contains(file + " is there already");
    assertThat(file).hasContent("one");
  }

  @Test
  void aChecksumIsTheLastLine() throws Exception {
    assertThat(write("one\n", "--checksum").code()).isZero();
    Result result =
        shell("head -c -74 $F | sha256sum | cut -c1-64; tail -n 1 $F | sed 's/# sha256 //'");
    assertThat(result.out().lines().distinct()).hasSize(1);
    assertThat(result.out()).matches("([0-9a-f]{64}\n){2}");
  }

  @Test
  void wrongUsageIsSaid() {
    assertThat(here.run("write").code()).isEqualTo(64);
    assertThat(write("x", "--mode", "9").err()).contains("'9' is no mode");
    assertThat(write("x", "--mode", "4755").code()).isEqualTo(64);
    assertThat(write("x", "--backup", "a/b").code()).isEqualTo(64);
    assertThat(write("x", "other").err()).contains("one word too many: 'other'");
    assertThat(here.run("update", file.toString()).err()).contains("a command after --");
    assertThat(here.run("update", file.toString(), "cat").err()).contains("comes after --");
    assertThat(file).doesNotExist();
  }

  // ---- what is refused

  @Test
  void whatIsNoRegularFileIsRefused() throws Exception {
    Files.createDirectory(file);
    assertThat(write("x").code()).isEqualTo(77);
    assertThat(here.run("write", "/dev/null").code()).isEqualTo(77);
    Files.delete(file);
    assertThat(shell("parley write ${F%/*} -- touch ran").code()).isEqualTo(77);
    assertThat(shell("[ -e ran ] || echo clean").out()).isEqualTo("clean\n");
    assertThat(shell("mkfifo $F; echo x | parley write $F").code()).isEqualTo(77);
    InProcess.Result nowhere = here.runWith("x", "write", directory + "/missing/file");
    assertThat(nowhere.code()).isEqualTo(74);
    assertThat(nowhere.err()).contains("ENOENT", directory + "/missing");
  }

  @Test
  void aFullDiskLeavesTheOldVersion() throws Exception {
    write("old");
    Result result = shell("ulimit -f 1; trap '' XFSZ; yes | head -c 100000 | parley write $F");
    assertThat(result.code()).as(result.err()).isEqualTo(74);
    assertThat(result.err()).contains("EFBIG");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly(".app.conf.lock", "app.conf");
  }

  @Test
  void whoMayNotWriteThereIsToldSo() throws Exception {
    assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "skipped: giving a directory away takes root");
    write("old");
    Files.setAttribute(file.getParent(), "unix:uid", 65534);
    Result result =
        shell(
            "echo x | setpriv --bounding-set=-all --inh-caps=-all"
                + " bash -c \"$(declare -f parley); parley write $F\"");
    assertThat(result.code()).as(result.err()).isEqualTo(77);
    assertThat(result.err()).contains("EACCES");
    assertThat(file).hasContent("old");
  }

  // ---- a command's output

  @Test
  void aGeneratorsOutputIsInstalledOnlyIfItEndsWell() throws Exception {
    write("old\n");
    Result died = shell("parley write $F -- sh -c 'echo half; kill -9 $$'");
    assertThat(died.code()).isEqualTo(128 + 9);
    assertThat(file).hasContent("old\n");
    Result failed = shell("parley write $F -- sh -c 'echo half; exit 3'");
    assertThat(failed.code()).isEqualTo(3);
    assertThat(file).hasContent("old\n");
    Result missing = shell("parley write $F -- no-such-program");
    assertThat(missing.code()).isEqualTo(69);
    Result good = shell("echo in | parley write $F -- sh -c 'cat; yes x | head -c 300000'");
    assertThat(good.code()).as(good.err()).isZero();
    assertThat(Files.size(file)).isEqualTo(300_003);
    assertThat(Files.readString(file)).startsWith("in\nx\n");
    assertThat(names()).containsExactly(".app.conf.lock", "app.conf");
  }

  @Test
  void whatADescendantWritesLaterGoesNowhere() throws Exception {
    Path go = directory.resolve("go");
    Result result =
        shell(
            """
            parley write $F -- sh -c 'echo good; (until [ -e %s ]; do sleep .01; done; echo late; echo x >%s.done) &'
            """
                .formatted(go, go));
    assertThat(result.code()).as(result.err()).isZero();
    Files.createFile(go);
    await().until(() -> Files.exists(Path.of(go + ".done")));
    assertThat(file).hasContent("good\n");
  }

  @Test
  void aSignalMeansNo() throws Exception {
    write("old\n");
    Path ready = directory.resolve("ready");
    try (ParleyProcess process =
        ParleyProcess.start(
            here.space(),
            "exec 3>&1; parley write '%s' -- sh -c 'trap \"exit 0\" TERM; echo new; touch %s; while :; do sleep .01; done'"
                .formatted(file, ready))) {
      await().until(() -> Files.exists(ready));
      process.signal("TERM");
      assertThat(process.awaitEnd().code()).isEqualTo(128 + 15);
    }
    assertThat(file).hasContent("old\n");
  }

  // ---- updates

  @Test
  void updatesOfManyProcessesAreAllThere() throws Exception {
    write("0\n");
    Result result =
        shell(
            """
            for i in 1 2 3; do
              (for j in 1 2; do
                parley update $F --no-sync -- awk '{ print $1 + 1 }' || echo failed
              done) &
            done
            for j in 1 2 3 4 5; do
              flock ${F%/*}/.app.conf.lock sh -c 'n=$(cat $0); echo $((n + 1)) >$0.new; mv $0.new $0' $F
            done
            wait
            cat $F
            """);
    assertThat(result.out()).isEqualTo("11\n");
    assertThat(names()).containsExactly(".app.conf.lock", "app.conf");
  }

  @Test
  void anUpdateThatFailsChangesNothing() throws Exception {
    write("b\na\n");
    assertThat(shell("parley update $F -- sh -c 'cat; exit 4'").code()).isEqualTo(4);
    assertThat(file).hasContent("b\na\n");
    assertThat(shell("parley update $F -- sort").code()).isZero();
    assertThat(file).hasContent("a\nb\n");
    Files.delete(file);
    Result first = shell("parley update $F -- sh -c 'cat; echo $PARLEY_FILE'");
    assertThat(first.code()).isZero();
    assertThat(file).hasContent(file + "\n");
  }

  @Test
  void theCommandHoldsTheLockWhenParleyIsKilledAndItsOutputIsNobodys() throws Exception {
    write("old\n");
    Path ready = directory.resolve("ready");
    Path go = directory.resolve("go");
    try (ParleyProcess process =
        ParleyProcess.start(
            here.space(),
            "parley update '%s' -- sh -c 'echo orphan; touch %s; until [ -e %s ]; do sleep .01; done'"
                .formatted(file, ready, go))) {
      await().until(() -> Files.exists(ready));
      process.signal("KILL");
      process.awaitEnd();
      InProcess.Result busy = write("new\n", "--wait", "10ms");
      assertThat(busy.code()).isEqualTo(75);
      assertThat(busy.err()).contains("is being changed by somebody else", ".app.conf.lock");
      assertThat(file).hasContent("old\n");
      Files.createFile(go);
      assertThat(write("new\n").code()).isZero();
    }
    assertThat(file).hasContent("new\n");
    assertThat(names()).containsExactly(".app.conf.lock", "app.conf");
  }

  @Test
  void killedAtAnyTimeItLeavesAWholeVersion() throws Exception {
    write("v\n".repeat(50_000));
    for (int i = 0; i < 4; i++) {
      try (ParleyProcess process =
          ParleyProcess.start(
              here.space(),
              "while :; do yes w | head -n 50000 | parley write '%s' --no-sync; done"
                  .formatted(file))) {
        Object before = Files.getAttribute(file, "unix:ino");
        if (i % 2 == 0) await().until(() -> !before.equals(Files.getAttribute(file, "unix:ino")));
        await().until(() -> process.parley().info().command().orElse("").endsWith("/java"));
        process.signal("KILL");
      }
      assertThat(Files.size(file)).isEqualTo(100_000);
    }
    assertThat(write("last\n").code()).isZero();
    assertThat(names()).containsExactly(".app.conf.lock", "app.conf");
  }
}
