package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The `parley` script on a machine in trouble: somebody else's space, a full disk, a read-only
/// mount, no descriptors left. One line says what is wrong, and nothing is lost.
class TroubledMachineIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int GROUP = 21_999;
  private static final int ADA = 21_001;
  private static final int EVE = 21_003;

  /// Other users have to get here, which no `@TempDir` lets them.
  private Path directory;

  private Path space;
  private Path mount;

  private record Result(int code, String out, String err) {}

  @BeforeEach
  void directory() throws IOException {
    directory = Files.createTempDirectory("parley-trouble");
    Files.setAttribute(directory, "unix:mode", 0755);
    space = directory.resolve("space");
    mount = Files.createDirectory(directory.resolve("mount"));
  }

  @AfterEach
  void removeAll() throws Exception {
    if (isMounted()) run("umount", "--lazy", mount + "");
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
    }
  }

  private boolean isMounted() throws IOException {
    return Files.readString(Path.of("/proc/self/mounts")).contains(" " + mount + " ");
  }

  // ---- other users

  @Test
  void somebodyElsesPrivateSpaceIs77() throws Exception {
    assumeRoot("giving a space to another user");
    parley("echo hello | parley send mails");
    run("chown", "-R", ADA + ":" + ADA, space + "");
    refuses(parley("parley receive mails"), 77, "user " + ADA);
    for (String command : List.of("ls", "send mails")) {
      refuses(parleyAs(EVE, EVE, command), 77, "permission denied");
    }
    assertThat(parleyAs(ADA, ADA, "receive mails").out()).isEqualTo("hello\n");
  }

  @Test
  void aGroupsSpaceIs77ForWhoIsNotInTheGroup() throws Exception {
    assumeRoot("sharing between users");
    parley("parley init \"$PARLEY_SPACE\" --group " + GROUP);
    for (String command : List.of("ls", "receive mails")) {
      refuses(parleyAs(EVE, EVE, command), 77, "permission denied");
    }
    assertThat(parleyAs(ADA, GROUP, "send mails").code()).isZero();
    assertThat(parleyAs(EVE, GROUP, "receive mails").code()).isZero();
  }

  @Test
  void aGroupOneIsNotInIs77() throws Exception {
    assumeRoot("becoming another user");
    Path home = Files.createDirectory(directory.resolve("home"));
    run("chown", EVE + "", home + "");
    space = home.resolve("space");
    refuses(parleyAs(EVE, EVE, "init " + space + " --group " + GROUP), 77, "" + GROUP);
  }

  // ---- disks

  @Test
  void aFullDiskIs74AndWhatWasSentIsThere() throws Exception {
    fillsUp("size=1m", "x".repeat(9_999));
  }

  @Test
  void noInodesAre74AndWhatWasSentIsThere() throws Exception {
    fillsUp("size=8m,nr_inodes=200", "x");
  }

  /// Sends `message` until it does not go in any more.
  private void fillsUp(String options, String message) throws Exception {
    mount("tmpfs", "-o", options);
    space = mount.resolve("space");
    Files.writeString(directory.resolve("message"), message);
    Result sent = parley("yes \"$(cat message)\" | head -n 300 | parley send mails -l --print-id");
    assertThat(sent.code()).isEqualTo(74);
    assertThat(sent.err()).contains("no space left", "ENOSPC");
    assertThat(sent.err().lines()).allMatch(line -> line.startsWith("parley: "));

    String printed =
        "parley receive mails --peek -n 1000 --json | grep -o '\"id\":\"[^\"]*' | cut -c7-";
    assertThat(parley(printed).out()).contains(sent.out().lines().toList());
    List<String> received = parley("parley receive mails --peek -n 1000").out().lines().toList();
    assertThat(received).isNotEmpty().allMatch(message::equals);
    assertThat(parley("parley fsck").code()).isZero();
  }

  @Test
  void onAReadOnlyMountLookingWorksAndTheRestIs77() throws Exception {
    assumeRoot("a read-only mount");
    parley("echo hello | parley send mails");
    mount(space + "", "--bind");
    run("mount", "-o", "remount,bind,ro", mount + "");
    space = mount;
    assertThat(parley("parley receive mails --peek").out()).isEqualTo("hello\n");
    for (String command : List.of("stats", "members", "fsck")) {
      assertThat(parley("parley " + command).code()).as(command).isIn(0, 1);
    }
    for (String command : List.of("receive mails", "send mails", "purge mails")) {
      refuses(parley("echo x | parley " + command), 77, "read-only");
    }
  }

  // ---- descriptors

  @Test
  void withoutDescriptorsItSaysSoAndLosesNothing() throws Exception {
    parley("seq 1 9 | parley send mails -l");
    for (int limit : List.of(14, 18, 22)) {
      Result result = parley("ulimit -n " + limit + "; parley receive mails -n 9 --peek");
      if (result.code() != 0) refuses(result, result.code(), "open files");
    }
    assertThat(parley("parley receive mails -n 9").out()).isEqualTo("1\n2\n3\n4\n5\n6\n7\n8\n9\n");
  }

  // ---- helpers

  private static void refuses(Result result, int code, String... reasons) {
    assertThat(result.err()).startsWith("parley: ").contains(reasons).doesNotContain("\tat ");
    assertThat(result.err().lines()).hasSize(1);
    assertThat(result.code()).isEqualTo(code);
  }

  private static void assumeRoot(String what) throws IOException {
    boolean root = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
    assumeTrue(root, "skipped: " + what + " needs root");
  }

  private void mount(String what, String... options) throws Exception {
    assumeRoot("mounting");
    List<String> command = new ArrayList<>(List.of("mount"));
    if (what.equals("tmpfs")) command.addAll(List.of("-t", "tmpfs"));
    command.addAll(List.of(options));
    command.addAll(List.of(what, mount + ""));
    Result mounted = run(command);
    assumeTrue(mounted.code() == 0, "skipped: cannot be mounted here: " + mounted.err());
    Files.setAttribute(mount, "unix:mode", 0700);
  }

  /// Runs a shell command in which `parley` is the script.
  private Result parley(String script) throws Exception {
    return run(
        List.of("sh", "-c", "parley() { " + ROOT.resolve("parley") + " \"$@\"; }; " + script));
  }

  /// The same as another user, with a copy of what the build made that everybody can read.
  private Result parleyAs(int user, int group, String command) throws Exception {
    Path copy = directory.resolve("parley");
    if (!Files.exists(copy)) {
      Files.createDirectories(copy.resolve("cli/target"));
      Files.createDirectory(copy.resolve("scripts"));
      run("cp", "-r", ROOT.resolve("cli/target/parley") + "", copy.resolve("cli/target") + "");
      run("cp", ROOT.resolve("parley") + "", copy + "");
      run("cp", ROOT.resolve("scripts/find-jdk.sh") + "", copy.resolve("scripts") + "");
      run("chmod", "-R", "a+rX", copy + "");
    }
    List<String> words = new ArrayList<>(List.of("setpriv", "--reuid=" + user, "--regid=" + group));
    words.addAll(List.of("--clear-groups", copy.resolve("parley") + ""));
    words.addAll(List.of(command.split(" ")));
    return run(words);
  }

  private void run(String... command) throws Exception {
    Result result = run(List.of(command));
    assertThat(result.code()).as(String.join(" ", command) + ": " + result.err()).isZero();
  }

  private Result run(List<String> command) throws Exception {
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("PARLEY_SPACE", space.toString());
    int code = builder.start().waitFor();
    return new Result(code, Files.readString(out), Files.readString(err));
  }
}
