package dev.parley.testkit.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.UnsafePathException;
import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.LockPuppet;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.contract.LockContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlockTest extends LockContract {
  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.FLOCK);
  }

  @Test
  void aDirectoryCanBeLocked() throws Exception {
    Files.createDirectory(path());
    try (HeldLock held = open().acquire(LockKind.EXCLUSIVE)) {
      assertThat(held.isHeld()).isTrue();
      assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      ProcessHarness.run("sh", "-c", "! flock -n " + path() + " true");
    }
  }

  @Test
  void aFileThatMayOnlyBeReadCanBeLocked() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root to be another user");
    Files.setAttribute(dir(), "unix:mode", 0755);
    Files.createFile(path());
    Files.setAttribute(path(), "unix:mode", 0644);
    try (ProcessHarness nobody = ProcessHarness.asUser(65534, 65534)) {
      Child flock = nobody.java(LockPuppet.class, path().toString(), "FLOCK");
      assertThat(flock.ask("try")).isEqualTo("held");
      Child ofd = nobody.java(LockPuppet.class, path().toString(), "OFD");
      assertThat(ofd.ask("try shared")).isEqualTo("held");
      assertThat(ofd.ask("release")).isEqualTo("released");
      assertThat(ofd.ask("try")).startsWith("failed ErrnoException").contains("EACCES");
    }
  }

  @Test
  void takingAndGivingBackIsThreeSystemCallsAndTwoOnAFixedFile() throws Exception {
    FaultyKernel counted = FaultyKernel.over(Kernel.linux());
    for (Kind kind : List.of(Kind.FLOCK, Kind.OFD)) {
      for (boolean fixed : List.of(false, true)) {
        LockOptions options = fixed ? LockOptions.of(kind).onFixedFile() : LockOptions.of(kind);
        try (LockFile file = LockFile.open(counted.kernel(), path(), options)) {
          file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
          long before = counted.count(FaultyKernel.ANY);
          for (int i = 0; i < 10; i++) file.acquire(LockKind.EXCLUSIVE).close();
          assertThat(counted.count(FaultyKernel.ANY) - before).isEqualTo(fixed ? 20 : 30);
        }
      }
    }
  }

  @Test
  void whoWaitsMakesNoSystemCalls() throws Exception {
    FaultyKernel counted = FaultyKernel.over(Kernel.linux());
    try (HeldLock held = open().acquire(LockKind.EXCLUSIVE);
        LockFile file = LockFile.open(counted.kernel(), path(), options())) {
      FutureTask<Optional<HeldLock>> waiter =
          new FutureTask<>(() -> file.acquire(LockKind.EXCLUSIVE, Duration.ofMinutes(1)));
      Thread.ofPlatform().daemon().start(waiter);
      dev.parley.testkit.Await.until(
          "it waits in the kernel", () -> counted.count("flockOrInterrupted") == 1);
      long before = counted.count(FaultyKernel.ANY);
      TimeUnit.MILLISECONDS.sleep(300); // a while in which nothing may happen
      assertThat(counted.count(FaultyKernel.ANY)).isEqualTo(before);
      held.close();
      waiter.get().orElseThrow().close();
    }
  }

  @Test
  void onAFixedFileNobodyLooksWhetherItWasRemoved() throws Exception {
    try (LockFile file = LockFile.open(Kernel.linux(), path(), options().onFixedFile())) {
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
      Files.delete(path());
      try (HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
        assertThat(held.isHeld()).isFalse();
      }
    }
  }

  @Test
  void aFileMarkedForMandatoryLockingIsRefused() throws Exception {
    Files.createFile(path());
    Files.setAttribute(path(), "unix:mode", 02644);
    for (Kind kind : List.of(Kind.FLOCK, Kind.OFD, Kind.POSIX)) {
      try (LockFile file = LockFile.open(Kernel.linux(), path(), LockOptions.of(kind))) {
        assertThatThrownBy(() -> file.tryAcquire(LockKind.EXCLUSIVE))
            .isInstanceOf(UnsafePathException.class)
            .hasMessageContaining("marked for mandatory locking (mode 2644")
            .hasMessageContaining("which its mount has not")
            .hasMessageContaining("chmod g-s " + path());
      }
    }
    Files.setAttribute(path(), "unix:mode", 02755); // setgid proper
    open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
  }

  @Test
  void anotherUsersFileWhereAnybodyMayPutOneIsRefused() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root to be another user");
    Path open = Files.createDirectory(dir().resolve("open"));
    Files.setAttribute(open, "unix:mode", 01777);
    Path planted = Files.createFile(open.resolve("lock"));
    Files.setAttribute(planted, "unix:uid", 12345);
    for (Kind kind : Kind.values()) {
      if (kind == Kind.LEASE) continue; // a directory
      try (LockFile file = LockFile.open(Kernel.linux(), planted, kind)) {
        assertThatThrownBy(() -> file.tryAcquire(LockKind.EXCLUSIVE))
            .as(kind.toString())
            .isInstanceOf(UnsafePathException.class)
            .hasMessageContaining("belongs to user 12345");
      }
    }
  }

  @Test
  void aSymlinkThatAnotherUserPutWhereAnybodyMayIsNotFollowed() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "needs root to be another user");
    Path open = Files.createDirectory(dir().resolve("open"));
    Files.setAttribute(open, "unix:mode", 01777);
    Path victim = dir().resolve("victim");
    Path planted = Files.createSymbolicLink(open.resolve("lock"), victim);
    ProcessHarness.run("chown", "-h", "12345", planted.toString());
    for (Kind kind : Kind.values()) {
      assertThatThrownBy(
              () -> {
                try (LockFile file = LockFile.open(Kernel.linux(), planted, kind)) {
                  file.tryAcquire(LockKind.EXCLUSIVE);
                }
              })
          .as(kind.toString())
          .isInstanceOf(UnsafePathException.class)
          .hasMessageContaining(planted.toString());
    }
    assertThat(victim).doesNotExist();
  }

  @Test
  void aFileIsMadeForItsMakerUnlessMoreIsAsked() throws Exception {
    Path own = dir().resolve("own");
    Path everybodys = dir().resolve("everybodys");
    take(own, options());
    take(everybodys, options().withMode(0666));
    assertThat(Files.getAttribute(own, "unix:mode")).isEqualTo(0100600);
    assertThat(Files.getAttribute(everybodys, "unix:mode")).isEqualTo(0100666);
  }

  private static void take(Path path, LockOptions options) throws IOException {
    try (LockFile file = LockFile.open(Kernel.linux(), path, options)) {
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    }
  }
}
