package dev.parley.sys;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Children: what they inherit, how they end.
class LinuxKernelProcessesTest {
  private static final int SIGKILL = 9;
  private static final int SIGPIPE = 13;

  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;

  // ---- what a child inherits

  @Test
  void aChildHasExactlyTheNamedDescriptors() throws Exception {
    try (Fd one = file("one");
        Fd two = file("two");
        FileChannel leaky = FileChannel.open(temp.resolve("one"), StandardOpenOption.READ)) {
      assertThat(leaky.isOpen()).isTrue();
      String listing = output("ls -1 /proc/$$/fd", Map.of(5, one, 12, two));
      assertThat(listing.lines()).containsExactlyInAnyOrder("0", "1", "2", "5", "12");
    }
  }

  @Test
  void descriptorsThatSwapNumbersDoNotClobberEachOther() throws Exception {
    try (Fd a = file("a");
        Fd b = file("b");
        Fd same = file("same")) {
      Map<Integer, Fd> swapped = Map.of(a.number(), b, b.number(), a, same.number(), same);
      String write = "echo %s >> /proc/self/fd/%d; ";
      output(
          write.formatted("to-b", a.number())
              + write.formatted("to-a", b.number())
              + write.formatted("to-same", same.number()),
          swapped);
      assertThat(temp.resolve("a")).hasContent("to-a");
      assertThat(temp.resolve("b")).hasContent("to-b");
      assertThat(temp.resolve("same")).hasContent("to-same");
    }
  }

  @Test
  void theEnvironmentIsExactlyTheGivenOne() throws Exception {
    Map<String, String> environment = Map.of("PARLEY_TOKEN", "7", "NAME", "Größe=x");
    assertThat(output(List.of("env"), environment, Map.of()).lines())
        .containsExactlyInAnyOrder("PARLEY_TOKEN=7", "NAME=Größe=x");
  }

  @Test
  void argumentsArriveAsTheyAre() throws Exception {
    List<String> command = List.of("printf", "<%s>", "", "a b", "$HOME", "ä");
    assertThat(output(command, Map.of(), Map.of())).isEqualTo("<><a b><$HOME><ä>");
  }

  @Test
  void aChildStartsWithNoSignalBlockedAndSigpipeDeadly() throws Exception {
    String blocked = output("grep SigBlk /proc/self/status", Map.of());
    assertThat(blocked.strip()).endsWith("\t0000000000000000");
    assertThat(run("kill -PIPE $$; exit 0")).isEqualTo(new WaitStatus(-1, SIGPIPE));
  }

  @Test
  void aNewProcessGroupIsKilledWithAllItsMembers() throws Exception {
    Fd[] pipe = kernel.pipe();
    try (Fd reading = pipe[0];
        Fd writing = pipe[1]) {
      List<String> command = List.of("sh", "-c", "sleep 60 & echo; wait");
      int child =
          kernel.spawn(new SpawnRequest(command, System.getenv(), Map.of(1, writing), true));
      writing.close();
      assertThat(kernel.read(reading, new byte[1], 0, 1)).as("both run").isEqualTo(1);
      kernel.kill(-child, SIGKILL);
      assertThat(kernel.waitFor(child, true)).isEqualTo(new WaitStatus(-1, SIGKILL));
      assertThat(kernel.read(reading, new byte[1], 0, 1)).as("nobody holds the pipe").isZero();
    }
  }

  // ---- what cannot be started

  @Test
  void aCommandThatDoesNotExistIsEnoent() {
    ErrnoException failure = failureOf("parley-no-such-command");
    assertThat(failure.errno()).isEqualTo(Errno.ENOENT);
    assertThat(failure).hasMessageStartingWith("posix_spawnp parley-no-such-command: ");
  }

  @Test
  void aFileThatIsNotExecutableIsEacces() throws Exception {
    Path plain = Files.writeString(temp.resolve("plain"), "exit 0\n");
    assertThat(failureOf(plain.toString()).errno()).isEqualTo(Errno.EACCES);
  }

  @Test
  void anArgumentWithANulIsEinval() {
    assertThat(failureOf("a\0b").errno()).isEqualTo(Errno.EINVAL);
  }

  // ---- how they end

  @Test
  void theEndIsDecoded() throws Exception {
    assertThat(run("exit 0")).isEqualTo(new WaitStatus(0, 0));
    assertThat(run("exit 200")).isEqualTo(new WaitStatus(200, 0));
    assertThat(run("exit 200").shellStatus()).isEqualTo(200);
    assertThat(run("kill -9 $$")).isEqualTo(new WaitStatus(-1, SIGKILL));
    assertThat(run("kill -9 $$").shellStatus()).isEqualTo(137);
  }

  @Test
  void aRunningChildHasNoStatusAndItsPidFdWakesAtItsEnd() throws Exception {
    int child = start("exec sleep 60");
    try (Fd process = kernel.pidFd(child);
        Fd epoll = kernel.epollCreate()) {
      kernel.epollAdd(epoll, process, 1, false);
      assertThat(kernel.waitFor(child, false)).isNull();
      assertThat(kernel.epollWait(epoll, 0)).isEmpty();
      kernel.kill(child, 0);
      kernel.kill(child, SIGKILL);
      assertThat(kernel.epollWait(epoll, -1)).containsExactly(1);
      assertThat(kernel.waitFor(child, false)).isEqualTo(new WaitStatus(-1, SIGKILL));
    }
  }

  @Test
  void aProcessThatIsGoneOrNotOursIsTold() throws Exception {
    int child = start("exit 0");
    kernel.waitFor(child, true);
    assertThatThrownBy(() -> kernel.waitFor(child, true))
        .isInstanceOf(ErrnoException.class)
        .hasMessage("wait4 process " + child + ": no such child process (ECHILD)");
    assertThatThrownBy(() -> kernel.kill(child, 0)).hasMessageEndingWith("(ESRCH)");
    assertThatThrownBy(() -> kernel.pidFd(child)).hasMessageEndingWith("(ESRCH)");
    assertThatThrownBy(() -> kernel.waitFor(-1, true)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void childrenOfTheJdkAndOursAreWaitedForApart() throws Exception {
    Process theirs = new ProcessBuilder("sh", "-c", "exit 4").start();
    int ours = start("exit 5");
    assertThat(theirs.waitFor()).isEqualTo(4);
    assertThat(kernel.waitFor(ours, true)).isEqualTo(new WaitStatus(5, 0));
  }

  // ---- what is left behind

  @Test
  void descriptorsDoNotLeak() throws Exception {
    everything();
    long before = openDescriptors();
    for (int i = 0; i < 100; i++) everything();
    assertThat(openDescriptors()).isLessThan(before + 50);
  }

  private void everything() throws Exception {
    try (Fd file = file("file");
        Fd copy = kernel.duplicate(file);
        Fd epoll = kernel.epollCreate();
        Fd inotify = kernel.inotifyInit();
        Fd event = kernel.eventFd()) {
      kernel.epollAdd(epoll, event, 1, true);
      kernel.inotifyAddWatch(inotify, copy, InotifyEvent.MODIFY);
      for (Fd end : kernel.pipe()) end.close();
      int child =
          kernel.spawn(
              new SpawnRequest(List.of("true"), Map.of(), Map.of(9, file, 3, copy), false));
      kernel.pidFd(child).close();
      kernel.waitFor(child, true);
      Map<Integer, Fd> descriptors = Map.of(4, file);
      SpawnRequest failing = new SpawnRequest(List.of("/nonesuch"), Map.of(), descriptors, false);
      assertThatThrownBy(() -> kernel.spawn(failing)).isInstanceOf(ErrnoException.class);
    }
  }

  private long openDescriptors() throws ErrnoException {
    try (Fd listing = kernel.openAt(Fd.CWD, "/proc/self/fd", Open.DIRECTORY, 0)) {
      return kernel.readDirectory(listing).size();
    }
  }

  // ---- helpers

  private Fd file(String name) throws ErrnoException {
    return kernel.openAt(Fd.CWD, temp + "/" + name, Open.CREATE | Open.READ_WRITE, 0600);
  }

  private int start(String script) throws ErrnoException {
    List<String> command = List.of("sh", "-c", script);
    return kernel.spawn(new SpawnRequest(command, System.getenv(), Map.of(), true));
  }

  private WaitStatus run(String script) throws ErrnoException {
    return kernel.waitFor(start(script), true);
  }

  private ErrnoException failureOf(String program) {
    SpawnRequest request = new SpawnRequest(List.of(program), Map.of(), Map.of(), false);
    return catchThrowableOfType(ErrnoException.class, () -> kernel.spawn(request));
  }

  private String output(String script, Map<Integer, Fd> descriptors) throws ErrnoException {
    return output(List.of("sh", "-c", script), System.getenv(), descriptors);
  }

  /// What the command writes to its standard output; it must end well.
  private String output(
      List<String> command, Map<String, String> environment, Map<Integer, Fd> descriptors)
      throws ErrnoException {
    Fd[] pipe = kernel.pipe();
    try (Fd reading = pipe[0];
        Fd writing = pipe[1]) {
      Map<Integer, Fd> all = new HashMap<>(descriptors);
      all.put(1, writing);
      int child = kernel.spawn(new SpawnRequest(command, environment, all, false));
      writing.close();
      ByteArrayOutputStream output = new ByteArrayOutputStream();
      byte[] some = new byte[4096];
      for (int n = 1; n > 0; output.write(some, 0, n)) n = kernel.read(reading, some, 0, 4096);
      assertThat(kernel.waitFor(child, true)).isEqualTo(new WaitStatus(0, 0));
      return output.toString(UTF_8);
    }
  }
}
