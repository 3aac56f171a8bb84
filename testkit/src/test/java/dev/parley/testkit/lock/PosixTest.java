package dev.parley.testkit.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.contract.LockContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PosixTest extends LockContract {
  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.POSIX);
  }

  /// Not by a command: see [dev.parley.testkit.ExecTest].
  @Override
  protected boolean isInherited() {
    return false;
  }

  @Override
  protected boolean isOfTheWholeProcess() {
    return true;
  }

  @Test
  void otherUsersOfTheFileInThisProcessDropNothing() throws Exception {
    Child child = puppet();
    HeldLock held = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    for (int i = 0; i < 3; i++) {
      try (LockFile other = LockFile.open(Kernel.linux(), path(), options())) {
        assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      }
    }
    assertThat(child.ask("try")).isEqualTo("busy");
    held.close();
    assertThat(child.ask("try")).isEqualTo("held");
  }

  @Test
  void theLastSharerGivesItBack() throws Exception {
    Child child = puppet();
    HeldLock one = open().tryAcquire(LockKind.SHARED).orElseThrow();
    HeldLock other = open().tryAcquire(LockKind.SHARED).orElseThrow();
    one.close();
    assertThat(child.ask("try")).isEqualTo("busy");
    other.close();
    assertThat(child.ask("try")).isEqualTo("held");
  }

  @Test
  void twoNamesOfOneFileAreOneLock() throws Exception {
    Files.createFile(path());
    Path alias = Files.createLink(dir().resolve("alias"), path());
    try (LockFile other = LockFile.open(Kernel.linux(), alias, options());
        HeldLock _ = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      other.close();
      assertThat(puppet().ask("try")).as("still held").isEqualTo("busy");
    }
  }

  @Test
  void aFileThatTakesTheNameOfALockedOneDropsNothing() throws Exception {
    Path other = dir().resolve("other");
    try (LockFile elsewhere = LockFile.open(Kernel.linux(), other, options());
        HeldLock _ = elsewhere.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      LockFile file = open();
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
      Files.move(other, path(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      assertThat(file.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      file.close();
      assertThat(puppet().ask("try")).as("the moved file is locked").isEqualTo("busy");
    }
  }

  /// For the kernel the process is one owner: that another thread would give back what they wait
  /// for is unknown to it.
  @Test
  void whoWaitsForOneThatWaitsForThisProcessIsToldAndLosesNothing() throws Exception {
    assumeTrue(ProcessHarness.has("python3"), "python3 is not installed");
    Path other = dir().resolve("other");
    try (LockFile theirs = LockFile.open(Kernel.linux(), other, options())) {
      HeldLock ours = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
      Child child =
          processes().program("python3", "-c", CROSSWISE, other.toString(), path().toString());
      child.awaitLine("held");
      Await.until(
          "it waits for ours",
          () ->
              Files.readString(Path.of("/proc/locks"))
                  .contains("-> POSIX  ADVISORY  WRITE " + child.pid() + " "));
      assertThatThrownBy(() -> theirs.acquire(LockKind.EXCLUSIVE))
          .isInstanceOf(ErrnoException.class)
          .hasMessageContaining("EDEADLK");
      assertThat(ours.isHeld()).isTrue();
      ours.close();
      child.awaitLine("got");
      child.hangUp();
      theirs.acquire(LockKind.EXCLUSIVE, Duration.ofMinutes(1)).orElseThrow().close();
    }
  }

  private static final String CROSSWISE =
      """
      import fcntl, sys
      first = open(sys.argv[1], "w")
      fcntl.lockf(first, fcntl.LOCK_EX)
      print("held", flush=True)
      second = open(sys.argv[2], "r+")
      fcntl.lockf(second, fcntl.LOCK_EX)
      print("got", flush=True)
      sys.stdin.readline()
      """;
}
