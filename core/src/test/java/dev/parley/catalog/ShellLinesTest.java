package dev.parley.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the catalog says a shell can do, done by one, letter by letter.
class ShellLinesTest {
  /// For each primitive that everyday tools can use, what has to hold afterwards.
  private static final Map<String, String> AFTERWARDS =
      Map.ofEntries(
          Map.entry("append-log", "[ \"$(tail -n 2 FILE)\" = \"old\nLINE\" ]"),
          Map.entry("atomic-write", "[ \"$(cat FILE)\" = new ] && [ ! -e NEW ]"),
          Map.entry("pid-file", "grep -q hup out"),
          Map.entry("git-lockfile", "[ \"$(cat FILE)\" = made ] && [ ! -e FILE.lock ]"),
          Map.entry("directory-queue", "grep -q message out && [ ! -e READY/NAME ]"),
          Map.entry("directory-set", "grep -q NAME out && [ ! -e DIR/NAME ]"),
          Map.entry("symlink", "[ \"$(cat LINK)\" = new ] && [ ! -e LINK.new ]"),
          Map.entry("fifo", "grep -q LINE out && [ -p FIFO ]"),
          Map.entry("anonymous-pipe", "grep -q made out"),
          Map.entry("proc-files", "grep -q -- '->' out"),
          Map.entry("signals", "grep -q LINE out"));

  private static final String BEFORE =
      """
      trap 'echo hup' HUP
      CMD() { echo made; }
      echo $$ >PID; echo old >FILE; echo new >NEW
      mkdir DIR READY MINE; echo message >READY/NAME; ln -s PID LINK
      """;

  @TempDir Path directory;

  @Test
  void everyLineForEverydayToolsDoesWhatItSays() throws Exception {
    for (Primitive one : Catalog.primitives()) {
      if (!one.is(Dimension.SHELL, Shell.EVERYDAY)) continue;
      String line = one.trait(Dimension.SHELL).detail();
      assertThat(AFTERWARDS).containsKey(one.name());
      assertThat(run(one.name(), line, AFTERWARDS.get(one.name()))).as(line).isZero();
    }
  }

  @Test
  void aLockThatSomebodyHoldsIsNeitherTakenNorRemoved() throws Exception {
    Primitive lock = Catalog.primitive("git-lockfile").orElseThrow();
    String line = ": >FILE.lock\n! { " + lock.trait(Dimension.SHELL).detail() + "; }";
    String untouched = "[ \"$(cat FILE)\" = old ] && [ -e FILE.lock ]";
    assertThat(run("held", line, untouched)).isZero();
  }

  @Test
  void aCommandThatFailsLeavesTheFileAndNoLock() throws Exception {
    Primitive lock = Catalog.primitive("git-lockfile").orElseThrow();
    String line = "CMD() { echo half; return 1; }\n" + lock.trait(Dimension.SHELL).detail();
    String untouched = "[ \"$(cat FILE)\" = old ] && [ ! -e FILE.lock ]";
    assertThat(run("failing", line, untouched)).isZero();
  }

  /// The exit status of the line, or of what has to hold afterwards.
  private int run(String name, String line, String afterwards) throws Exception {
    Path here = Files.createDirectory(directory.resolve(name));
    String pid = name.equals("pid-file") ? "cp PID FILE\n" : "";
    String script = BEFORE + pid + "{ " + line + "\n} >out || exit\n" + afterwards + "\n";
    Process shell =
        new ProcessBuilder("env", "--default-signal=HUP", "sh", "-c", script) // nohup ./check
            .directory(here.toFile())
            .redirectErrorStream(true)
            .start();
    shell.getOutputStream().close();
    String said = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor(1, TimeUnit.MINUTES)).as(said).isTrue();
    return shell.exitValue();
  }
}
