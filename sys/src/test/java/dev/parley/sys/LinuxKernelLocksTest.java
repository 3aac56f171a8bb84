package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Locks between descriptors and between processes, as `LockCalls` says.
class LinuxKernelLocksTest {
  private static final int SIGKILL = 9;

  private final Kernel kernel = Kernel.linux();

  @TempDir Path temp;
  private Fd mine;
  private Fd other;

  @BeforeEach
  void open() throws ErrnoException {
    mine = open(Open.CREATE | Open.READ_WRITE);
    other = open(Open.READ_WRITE);
  }

  @AfterEach
  void close() {
    mine.close();
    other.close();
  }

  @Test
  void anExclusiveLockKeepsAnotherDescriptorOut() throws Exception {
    assertThat(kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1)).isTrue();
    assertThat(kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1)).as("held already").isTrue();
    assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 0, 1)).isFalse();
    assertThat(kernel.trySetLock(other, LockKind.SHARED, 0, 1)).isFalse();
    assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 1, 1)).as("next byte").isTrue();
    kernel.unlock(mine, 0, 1);
    assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 0, 1)).isTrue();
  }

  @Test
  void sharedLocksGoTogether() throws Exception {
    assertThat(kernel.trySetLock(mine, LockKind.SHARED, 0, 0)).isTrue();
    assertThat(kernel.trySetLock(other, LockKind.SHARED, 0, 0)).isTrue();
    assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 1_000_000, 1)).isFalse();
  }

  @Test
  void aReaderSeesALockAndTakesNothing() throws Exception {
    try (Fd reader = open(Open.READ_ONLY)) {
      assertThat(kernel.isLockedByOther(reader, LockKind.SHARED, 0, 1)).isFalse();
      kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
      assertThat(kernel.isLockedByOther(reader, LockKind.SHARED, 0, 1)).isTrue();
      assertThat(kernel.isLockedByOther(reader, LockKind.SHARED, 1, 1)).isFalse();
      assertThat(kernel.isLockedByOther(mine, LockKind.SHARED, 0, 1)).as("own lock").isFalse();
      kernel.unlock(mine, 0, 1);
      assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 0, 1)).isTrue();
    }
  }

  @Test
  void theWrongModeCannotLock() throws Exception {
    try (Fd reader = open(Open.READ_ONLY)) {
      assertThatThrownBy(() -> kernel.trySetLock(reader, LockKind.EXCLUSIVE, 0, 1))
          .isInstanceOf(ErrnoException.class)
          .hasMessageStartingWith("fcntl " + temp + "/lock: ")
          .hasMessageEndingWith("(EBADF)");
    }
  }

  @Test
  void closingAnotherDescriptorOfTheFileKeepsTheLock() throws Exception {
    kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
    open(Open.READ_WRITE).close();
    assertThat(kernel.isLockedByOther(other, LockKind.EXCLUSIVE, 0, 1)).isTrue();
  }

  @Test
  void theLockGoesWithTheLastDuplicate() throws Exception {
    kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
    Fd copy = kernel.duplicate(mine);
    mine.close();
    assertThat(kernel.isLockedByOther(other, LockKind.EXCLUSIVE, 0, 1)).isTrue();
    copy.close();
    assertThat(kernel.isLockedByOther(other, LockKind.EXCLUSIVE, 0, 1)).isFalse();
  }

  @Test
  void aWaiterGetsTheLockWhenItIsFreed() throws Exception {
    kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
    CompletableFuture<Void> waiter =
        CompletableFuture.runAsync(
            () -> {
              try {
                kernel.setLockWait(other, LockKind.EXCLUSIVE, 0, 1);
              } catch (ErrnoException e) {
                throw new AssertionError(e);
              }
            });
    assertThat(waiter).isNotDone();
    kernel.unlock(mine, 0, 1);
    waiter.join();
    assertThat(kernel.isLockedByOther(mine, LockKind.EXCLUSIVE, 0, 1)).isTrue();
  }

  @Test
  void aChildThatInheritedTheDescriptorHoldsTheLockUntilItDies() throws Exception {
    kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
    int child =
        kernel.spawn(new SpawnRequest(List.of("sleep", "60"), Map.of(), Map.of(7, mine), false));
    mine.close();
    assertThat(kernel.isLockedByOther(other, LockKind.EXCLUSIVE, 0, 1)).isTrue();
    kernel.kill(child, SIGKILL);
    kernel.waitFor(child, true);
    assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 0, 1)).isTrue();
  }

  @Test
  void theJdksFileLocksAreSeenAndSeeOurs() throws Exception {
    try (FileChannel channel =
        FileChannel.open(temp.resolve("lock"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      try (FileLock theirs = channel.lock(0, 1, false)) {
        assertThat(theirs.isValid()).isTrue();
        assertThat(kernel.isLockedByOther(mine, LockKind.SHARED, 0, 1)).isTrue();
        assertThat(kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1)).isFalse();
      }
      kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
      assertThat(channel.tryLock(0, 1, false)).isNull();
    }
  }

  // ---- flock

  @Test
  void flockExcludesFlockThroughAnyModeAndNothingElse() throws Exception {
    try (Fd reader = open(Open.READ_ONLY)) {
      assertThat(kernel.tryFlock(reader, LockKind.EXCLUSIVE)).isTrue();
      assertThat(kernel.tryFlock(other, LockKind.SHARED)).isFalse();
      assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 0, 0)).as("blind to it").isTrue();
      assertThat(kernel.trySetPosixLock(other, LockKind.EXCLUSIVE, 0, 0)).isFalse();
      kernel.unflock(reader);
      assertThat(kernel.tryFlock(mine, LockKind.SHARED)).isTrue();
      assertThat(kernel.tryFlock(other, LockKind.SHARED)).isTrue();
    }
  }

  @Test
  void aFlockThatCannotBeUpgradedIsLost() throws Exception {
    kernel.tryFlock(mine, LockKind.SHARED);
    kernel.tryFlock(other, LockKind.SHARED);
    assertThat(kernel.tryFlock(mine, LockKind.EXCLUSIVE)).isFalse();
    assertThat(kernel.tryFlock(other, LockKind.EXCLUSIVE)).as("alone by now").isTrue();
  }

  @Test
  void anOfdLockIsUpgradedAndDowngradedInOneStepOrKept() throws Exception {
    kernel.trySetLock(mine, LockKind.SHARED, 0, 1);
    kernel.trySetLock(other, LockKind.SHARED, 0, 1);
    assertThat(kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1)).isFalse();
    assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 0, 1)).as("mine is held").isFalse();
    kernel.unlock(other, 0, 1);
    assertThat(kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1)).isTrue();
    assertThat(kernel.trySetLock(other, LockKind.SHARED, 0, 1)).isFalse();
    assertThat(kernel.trySetLock(mine, LockKind.SHARED, 0, 1)).isTrue();
    assertThat(kernel.trySetLock(other, LockKind.SHARED, 0, 1)).isTrue();
  }

  // ---- POSIX

  @Test
  void aPosixLockIsTheProcesssAndGoesWithAnyCloseOfTheFile() throws Exception {
    assertThat(kernel.trySetPosixLock(mine, LockKind.EXCLUSIVE, 0, 0)).isTrue();
    assertThat(kernel.trySetPosixLock(other, LockKind.EXCLUSIVE, 0, 0)).as("same owner").isTrue();
    assertThat(kernel.trySetLock(other, LockKind.SHARED, 0, 0)).as("OFD sees it").isFalse();
    kernel.unlockPosix(mine, 0, 0);
    assertThat(kernel.trySetLock(other, LockKind.SHARED, 0, 0)).isTrue();
    assertThat(kernel.trySetPosixLock(mine, LockKind.EXCLUSIVE, 0, 0)).as("sees OFD").isFalse();
    kernel.unlock(other, 0, 0);
    kernel.trySetPosixLock(mine, LockKind.EXCLUSIVE, 0, 0);
    open(Open.READ_ONLY).close();
    assertThat(kernel.trySetLock(other, LockKind.EXCLUSIVE, 0, 0)).as("dropped").isTrue();
  }

  // ---- waits that end

  private interface Wait {
    boolean granted() throws ErrnoException;
  }

  @Test
  void anInterruptEndsEachWaitAndItCanBeDoneAgain() throws Exception {
    kernel.tryFlock(mine, LockKind.EXCLUSIVE);
    kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
    List<Wait> waits =
        List.of(
            () -> kernel.flockOrInterrupted(other, LockKind.SHARED),
            () -> kernel.setLockOrInterrupted(other, LockKind.SHARED, 0, 1),
            () -> kernel.setPosixLockOrInterrupted(other, LockKind.SHARED, 0, 1));
    for (Wait wait : waits) {
      CompletableFuture<Integer> thread = new CompletableFuture<>();
      CompletableFuture<Boolean> first = new CompletableFuture<>();
      CompletableFuture<Boolean> second = new CompletableFuture<>();
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                try {
                  thread.complete(kernel.interruptibleThread());
                  first.complete(wait.granted());
                  boolean granted = wait.granted();
                  while (!granted) granted = wait.granted();
                  second.complete(granted);
                } catch (ErrnoException e) {
                  thread.completeExceptionally(e);
                  first.completeExceptionally(e);
                  second.completeExceptionally(e);
                }
              });
      await()
          .until(
              () -> {
                if (!first.isDone()) kernel.interrupt(thread.join());
                return first.isDone();
              });
      assertThat(first.join()).isFalse();
      assertThat(second).isNotDone();
      kernel.unflock(mine);
      kernel.unlock(mine, 0, 1);
      assertThat(second.join()).isTrue();
      kernel.unflock(other);
      kernel.unlock(other, 0, 1);
      kernel.unlockPosix(other, 0, 1);
      kernel.tryFlock(mine, LockKind.EXCLUSIVE);
      kernel.trySetLock(mine, LockKind.EXCLUSIVE, 0, 1);
    }
  }

  @Test
  void aThreadThatHasEndedCannotBeInterrupted() throws Exception {
    CompletableFuture<Integer> number = new CompletableFuture<>();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    number.complete(kernel.interruptibleThread());
                  } catch (ErrnoException e) {
                    number.completeExceptionally(e);
                  }
                });
    thread.join();
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> kernel.interrupt(number.join()))
                    .hasMessageContaining("ESRCH"));
  }

  private Fd open(int flags) throws ErrnoException {
    return kernel.openAt(Fd.CWD, temp + "/lock", flags, 0600);
  }
}
