package dev.parley.sys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

/// Open file description locks, between descriptors and between processes.
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

  private Fd open(int flags) throws ErrnoException {
    return kernel.openAt(Fd.CWD, temp + "/lock", flags, 0600);
  }
}
