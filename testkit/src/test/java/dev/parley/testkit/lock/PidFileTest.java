package dev.parley.testkit.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.FilesystemStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.Interceptor;
import dev.parley.testkit.LockPuppet;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.contract.LockContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// PID files; what they share with dotlocks is tested here for both.
class PidFileTest extends LockContract {
  private static final long NFS = 0x6969;

  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.PID);
  }

  // ---- what is there

  @Test
  void theFileNamesItsHolderAndGoesWithIt() throws Exception {
    HeldLock held = open().acquire(LockKind.EXCLUSIVE);
    assertThat(Files.readString(path())).isEqualTo(ProcessHandle.current().pid() + "\n\n");
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0101600);
    held.nameHolder(1);
    assertThat(Files.readString(path())).isEqualTo("1\n\n");
    held.nameHolder(1234567);
    assertThat(Files.readString(path())).isEqualTo("1234567\n\n");
    assertThat(dir().toFile().list()).as("nothing else").containsExactly("lock");
    held.close();
    assertThat(dir()).isEmptyDirectory();
  }

  @Test
  void othersMayReadItIfAsked() throws Exception {
    try (LockFile file = LockFile.open(Kernel.linux(), path(), options().withMode(0644));
        HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
      assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0101644);
      assertThat(file.holder().orElseThrow())
          .startsWith("process " + ProcessHandle.current().pid() + " (java)");
    }
  }

  // ---- ours

  @Test
  void ofADeadHolderOfOursTheNumberMeansNothing() throws Exception {
    Child child = puppet();
    assertThat(child.ask("try")).isEqualTo("held");
    child.kill();
    // As if its number had been given to this process, which lives.
    Files.writeString(path(), ProcessHandle.current().pid() + "\n\n");
    open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
  }

  @Test
  void aStoppedHolderHoldsIt() throws Exception {
    Child child = puppet();
    assertThat(child.ask("try")).isEqualTo("held");
    child.stop();
    assertThat(open().acquire(LockKind.EXCLUSIVE, Duration.ofMillis(100))).isEmpty();
    child.resume();
    assertThat(child.ask("release")).isEqualTo("released");
    open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
  }

  @Test
  void aHolderInAnotherPidNamespaceIsSeenAliveAndDead() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root for a PID namespace");
    try (ProcessHarness inside = ProcessHarness.inPidNamespaces()) {
      Child holder = inside.java(LockPuppet.class, path().toString(), "PID");
      assertThat(holder.ask("try")).isEqualTo("held");
      assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      holder.kill();
      open().acquire(LockKind.EXCLUSIVE, Duration.ofMinutes(1)).orElseThrow().close();
    }
  }

  // ---- strangers'

  @Test
  void aLiveStrangerHoldsIt() throws Exception {
    Child stranger = processes().program("sleep", "1000");
    Files.writeString(path(), stranger.pid() + "\n");
    LockFile file = open();
    assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    assertThat(file.holder().orElseThrow())
        .startsWith("process " + stranger.pid() + " (sleep)")
        .contains("running since 20", "if the number was not reused");
    Files.setLastModifiedTime(path(), java.nio.file.attribute.FileTime.fromMillis(0));
    assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).as("a clock may have been set").isEmpty();
    assertThat(file.holder().orElseThrow())
        .contains("after this was written at 1970-01-01T00:00:00Z");
    assertThat(path()).hasContent(String.valueOf(stranger.pid()));
    // Its death is noticed, though it makes no event.
    var waiter = waiter(false, Duration.ofMinutes(1));
    stranger.kill();
    waiter.get().orElseThrow().close();
  }

  @Test
  void aStrangersFileThatSaysAsOursDoButIsNotMarkedIsAStrangers() throws Exception {
    Files.writeString(path(), ProcessHandle.current().pid() + "\n\n");
    assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    Files.setAttribute(path(), "unix:mode", 01600);
    Files.writeString(path(), ProcessHandle.current().pid() + "\n");
    assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
  }

  @Test
  void aDeadStrangersFileIsRemoved() throws Exception {
    assumeInitialNamespace();
    for (String content : List.of("%d", "%d\n", "  %d  \nmore", "%d reason")) {
      Files.writeString(path(), content.formatted(deadPid()));
      Files.setLastModifiedTime(path(), java.nio.file.attribute.FileTime.fromMillis(0));
      open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    }
  }

  @Test
  void whatNamesNoProcessIsHeldHoweverOld() throws Exception {
    for (String content : List.of("", "0", "0\n", "none", "-5\n", "99999999999\n", "12x")) {
      Files.writeString(path(), content);
      Files.setLastModifiedTime(path(), java.nio.file.attribute.FileTime.fromMillis(0));
      if (content.equals("12x")) continue;
      assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).as(content).isEmpty();
      assertThat(open().holder().orElseThrow()).contains("no PID");
    }
  }

  @Test
  void aStrangersLockOnItCountsWhateverItSays() throws Exception {
    assumeInitialNamespace();
    Files.writeString(path(), deadPid() + "\n");
    for (Kind kind : List.of(Kind.FLOCK, Kind.OFD)) {
      try (LockFile locker = LockFile.open(Kernel.linux(), path(), kind)) {
        HeldLock held = locker.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
        assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).as(kind.toString()).isEmpty();
        held.close();
      }
    }
  }

  @Test
  void aProcessOfWhichOnlyTheMainThreadHasEndedIsAlive() throws Exception {
    assumeTrue(ProcessHarness.has("python3"), "python3 is not installed");
    assumeInitialNamespace();
    Child stranger =
        processes()
            .program(
                "python3",
                "-c",
                """
                import ctypes, os, threading, time
                threading.Thread(target=time.sleep, args=(1000,)).start()
                print(os.getpid(), flush=True)
                ctypes.CDLL(None).syscall(60, 0)
                """);
    String pid = stranger.awaitLine("");
    Await.until(
        "its main thread ends",
        () -> Files.readString(Path.of("/proc", pid, "stat")).contains(") Z "));
    Files.writeString(path(), pid + "\n");
    assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
  }

  @Test
  void aZombieIsDead() throws Exception {
    assumeInitialNamespace();
    Child parent = processes().program("sh", "-c", "sleep 0 & echo $!; exec sleep 1000");
    String zombie = parent.awaitLine("");
    Await.until(
        "it is a zombie",
        () -> Files.readString(Path.of("/proc", zombie, "stat")).contains(") Z "));
    Files.writeString(path(), zombie + "\n");
    open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
  }

  @Test
  void aNumberThatSomebodyHasInAContainerIsHeld() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root for a PID namespace");
    assumeInitialNamespace();
    try (ProcessHarness inside = ProcessHarness.inPidNamespaces()) {
      String number = "31001";
      assumeTrue(!Files.exists(Path.of("/proc", number)), "that number is in use here");
      Child shell =
          inside.program(
              "sh", "-c", "echo 31000 >/proc/sys/kernel/ns_last_pid; sleep 1000 & echo $!; wait");
      assertThat(shell.awaitLine("")).isEqualTo(number);
      Files.writeString(path(), number + "\n");
      assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      assertThat(open().holder().orElseThrow()).contains("of a container");
    }
    open().acquire(LockKind.EXCLUSIVE, Duration.ofMinutes(1)).orElseThrow().close();
  }

  @Test
  void fromInsideAContainerNoStrangerCanBeJudged() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root for a PID namespace");
    assumeInitialNamespace();
    Files.writeString(path(), deadPid() + "\n");
    try (ProcessHarness inside = ProcessHarness.inPidNamespaces()) {
      Child judge = inside.java(LockPuppet.class, path().toString(), "PID");
      assertThat(judge.ask("try")).isEqualTo("busy");
    }
    open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
  }

  // ---- removing

  @Test
  void whoRemovesAStaleFileDoesNotRemoveTheOneThatCameInBetween() throws Exception {
    assumeInitialNamespace();
    Files.writeString(path(), deadPid() + "\n");
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    // A program that knows no such care, right between the look and the removal.
    faulty.before(
        "renameNoReplaceAt", 1, _ -> replace(path(), ProcessHandle.current().pid() + "\n"));
    try (LockFile file = LockFile.open(faulty.kernel(), path(), options())) {
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    }
    assertThat(path()).hasContent(String.valueOf(ProcessHandle.current().pid()));
  }

  @Test
  void whoGivesBackDoesNotRemoveWhatTookItsPlace() throws Exception {
    HeldLock held = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    replace(path(), "1\n");
    assertThat(held.isHeld()).isFalse();
    held.close();
    assertThat(path()).hasContent("1");
  }

  private static void replace(Path path, String content) {
    try {
      Path other = Files.writeString(path.resolveSibling("other"), content);
      Files.move(other, path, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void ofManyWhoFindAStaleFileOneGetsIt() throws Exception {
    assumeInitialNamespace();
    Child a = puppet();
    Child b = puppet();
    Path guarded = dir().resolve("guarded");
    for (int i = 0; i < 10; i++) {
      Files.writeString(path(), deadPid() + "\n");
      a.say("guard " + guarded + " 1");
      b.say("guard " + guarded + " 1");
      assertThat(a.awaitLine("")).isEqualTo("guarded");
      assertThat(b.awaitLine("")).isEqualTo("guarded");
    }
  }

  // ---- filesystems that other hosts may use

  @Test
  void whereOtherHostsMayBeNothingIsJudgedAndNothingMarked() throws Exception {
    Kernel kernel = onNfs();
    for (Kind kind : List.of(Kind.PID, Kind.DOT)) {
      try (LockFile file = LockFile.open(kernel, path(), LockOptions.of(kind))) {
        try (HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
          assertThat(Files.readString(path())).isEqualTo("0\n");
          assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100600);
          assertThat(held.isHeld()).isTrue();
        }
        assertThat(path()).doesNotExist();
        // Not by its lock, nor by its number: it may be another host's.
        Files.writeString(path(), deadPid() + "\n\n");
        Files.setAttribute(path(), "unix:mode", 01600);
        assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
        Files.delete(path());
        HeldLock passed = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
        passed.descriptor();
        passed.close();
        assertThat(path()).doesNotExist();
      }
    }
  }

  private static Kernel onNfs() {
    return Interceptor.over(
        Kernel.linux(),
        call -> {
          Object result = call.proceed();
          if (!call.is("filesystem")) return result;
          FilesystemStatus status = (FilesystemStatus) Objects.requireNonNull(result);
          return new FilesystemStatus(NFS, status.blockSizeBytes(), 1, 1, 1, 1, 255, false, false);
        });
  }

  // ---- what the tests share

  /// The number of a process that has ended, and is nobody's by now.
  static long deadPid() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private static void assumeInitialNamespace() throws IOException {
    assumeTrue(
        Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString().equals("pid:[4026531836]"),
        "needs the host's own PID namespace");
  }
}
