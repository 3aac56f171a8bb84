package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The `parley` script as a user meets it, run from another directory.
class LauncherIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path elsewhere;
  private Path out;
  private Path err;

  @BeforeEach
  void files() {
    out = elsewhere.resolve("out");
    err = elsewhere.resolve("err");
  }

  @Test
  void answersOnStandardOutputAndNowhereElse() throws Exception {
    assertThat(run(ROOT.resolve("parley"), "--version")).isZero();
    assertThat(out).content().startsWith("parley ");
    assertThat(err).isEmptyFile();
  }

  @Test
  void passesTheExitCodeOn() throws Exception {
    assertThat(run(ROOT.resolve("parley"), "--no-such-option")).isEqualTo(64);
    assertThat(out).isEmptyFile();
    assertThat(err).content().contains("--no-such-option");
  }

  @Test
  void runsThroughASymlink() throws Exception {
    Path link = Files.createSymbolicLink(elsewhere.resolve("p"), ROOT.resolve("parley"));
    assertThat(run(link, "--version")).isZero();
    assertThat(out).content().startsWith("parley ");
  }

  @Test
  void needsNoJdkInTheEnvironment() throws Exception {
    assertThat(run(Path.of("env"), "-i", ROOT.resolve("parley").toString(), "--version")).isZero();
  }

  @Test
  void readsUtf8InAnyLocaleAndLeavesCommandsTheirs() throws Exception {
    Path space = elsewhere.resolve("späce");
    Files.writeString(elsewhere.resolve("für"), "x");
    for (String locale : List.of("LC_ALL=C", "LANG=", "LC_ALL=C.UTF-8")) {
      String parley =
          "env -u LC_ALL " + locale + " " + ROOT.resolve("parley") + " --space " + space;
      String script =
          parley
              + " send q für --header k=ü && "
              + parley
              + " work q --drain -- sh -c 'cat; echo \"$PARLEY_HEADER_K,$LC_ALL,$PARLEY_SAVED_LC_ALL\"'";
      assertThat(run(Path.of("sh"), "-c", script)).as(locale).isZero();
      String kept = locale.startsWith("LC_ALL=") ? locale.substring("LC_ALL=".length()) : "";
      assertThat(out).content().isEqualTo("xü," + kept + ",\n");
    }
  }

  @Test
  void tooFewDescriptorsAreSaidWithoutAStackTrace() throws Exception {
    String script =
        """
        parley="$1 --space space-$2"
        seq 1 9 | $parley send q -l
        ulimit -n $2
        $parley work q --jobs 5 --drain -- true
        """;
    for (String limit : List.of("20", "30", "40", "60")) {
      int code = run(Path.of("sh"), "-c", script, "sh", ROOT.resolve("parley") + "", limit);
      assertThat(err).content().doesNotContain("\tat ", "mistake");
      assertThat(code).isIn(0, 75);
    }
  }

  @Test
  void aLocksCommandGetsTheCallersDescriptorsAndLimitAndNoneOfTheJvms() throws Exception {
    Files.createSymbolicLink(elsewhere.resolve("root"), ROOT);
    String script =
        """
        ulimit -Sn 300
        list='ulimit -Sn; for fd in /proc/$$/fd/*; do readlink $fd; done'
        for how in "" -F; do
          root/parley lock --file lock $how -- sh -c "$list" 9>nine
        done
        """;
    assertThat(run(Path.of("sh"), "-c", script)).isZero();
    assertThat(out).content().doesNotContain(".jar", "parley.aot", "/modules");
    for (String each : List.of("300", "lock", "nine")) {
      assertThat(out).content().containsSubsequence(each + "\n", each + "\n");
    }
  }

  @Test
  void theBuildLeavesAManualPageForEachCommandAndTheCompletion() throws Exception {
    Path image = ROOT.resolve("cli/target/parley");
    for (String name : Commands.NAMES) {
      assertThat(image.resolve("man/man1/parley-" + name + ".1"))
          .content()
          .contains(".SH SYNOPSIS", ".SH OPTIONS", ".SH ENVIRONMENT", ".SH EXIT STATUS", "xample");
    }
    assertThat(image.resolve("man/man1/parley.1")).content().contains(Commands.NAMES);
    assertThat(run(Path.of("bash"), "-n", image.resolve("completion").toString())).isZero();
  }

  /// What the launcher starts, with a JDK whose java says only what it was asked.
  @Test
  void onlyCommandsThatRunLongAreOptimised() throws Exception {
    Path home = jdk("JAVA_VERSION=\"25\"");
    Path java = home.resolve("bin/java");
    Files.writeString(java, "#!/bin/sh\necho \"$@\"\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    String start = "JAVA_HOME=" + home + " " + ROOT.resolve("parley") + " ";
    for (String line : List.of("work q", "--space work demo", "--space=x --json subscribe '**'")) {
      assertThat(run(Path.of("sh"), "-c", start + line)).isZero();
      assertThat(out).content().as(line).contains("-XX:+TieredCompilation");
    }
    for (String line : List.of("", "--space work ls", "ls work", "--json --space", "--version")) {
      assertThat(run(Path.of("sh"), "-c", start + line)).isZero();
      assertThat(out).content().as(line).contains("-XX:TieredStopAtLevel=1");
    }
  }

  @Test
  void closedStreamsAreErrorsAndNothingElse() throws Exception {
    String parley = ROOT.resolve("parley") + " --space " + elsewhere.resolve("space");
    for (String command :
        List.of("send q", "send q -l", "send q -0", "publish t", "publish t -l")) {
      assertThat(run(Path.of("sh"), "-c", parley + " " + command + " <&-")).isEqualTo(74);
      assertThat(err).content().as(command).contains("standard input").doesNotContain("longer");
    }
    assertThat(run(Path.of("sh"), "-c", "echo x | " + parley + " send q 2>&-")).isZero();
    assertThat(run(Path.of("sh"), "-c", parley + " receive q >&-")).isEqualTo(74);
    assertThat(err).content().contains("standard output", "EBADF");
    assertThat(run(Path.of("sh"), "-c", parley + " receive q")).isZero();
    assertThat(out).content().isEqualTo("x\n");
  }

  @Test
  void aDirectoryThatWasRemovedIsSaidWithoutAStackTrace() throws Exception {
    String script = "mkdir gone && cd gone && rmdir ../gone && exec %s " + ROOT.resolve("parley");
    for (String shell : List.of("sh", "bash")) {
      assertThat(run(Path.of("sh"), "-c", script.formatted(shell) + " --version")).isEqualTo(74);
      assertThat(err).content().contains("parley: the current directory was removed");
      assertThat(err).content().doesNotContain("java");
    }
  }

  @Test
  void passesOverAnOlderJdk() throws Exception {
    assertThat(isJdk25("JAVA_VERSION=\"17.0.15\"")).isFalse();
    assertThat(isJdk25("JAVA_VERSION=\"1.8.0_402\"")).isFalse();
    assertThat(isJdk25("IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"25\"")).isTrue();
    assertThat(isJdk25("JAVA_VERSION=\"26-ea\"")).isTrue();
    assertThat(isJdk25("")).isFalse();
  }

  private boolean isJdk25(String release) throws Exception {
    Path home = jdk(release);
    Path script = ROOT.resolve("scripts/find-jdk.sh");
    return run(Path.of("sh"), "-euc", ". \"$0\"; is_jdk25 \"$1\"", script + "", home + "") == 0;
  }

  private Path jdk(String release) throws IOException {
    Path home = Files.createTempDirectory(elsewhere, "jdk");
    Files.createDirectory(home.resolve("bin"));
    Files.createFile(home.resolve("bin/javac")).toFile().setExecutable(true);
    Files.writeString(home.resolve("release"), release + "\n");
    return home;
  }

  private int run(Path program, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command)
        .directory(elsewhere.toFile())
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start()
        .waitFor();
  }
}
