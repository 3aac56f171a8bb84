package dev.parley.testkit.lock;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.OutcomeUnknownException;
import dev.parley.ParleyException;
import dev.parley.primitive.lock.GitLock;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.contract.LockContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class GitLockTest extends LockContract {
  private static final byte[] NEW = "new\n".getBytes(UTF_8);

  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.GIT);
  }

  @Override
  protected Orphan orphan() {
    return Orphan.HELD;
  }

  @Override
  protected boolean isInherited() {
    return false;
  }

  @Override
  protected void clear() throws IOException {
    Files.deleteIfExists(lock());
  }

  @Override
  protected void breakLock() throws IOException {
    Files.delete(lock());
  }

  private Path lock() {
    return dir().resolve("lock.lock");
  }

  @Test
  void aCommitReplacesTheFileAndKeepsItsMode() throws Exception {
    Files.writeString(path(), "old");
    Files.setAttribute(path(), "unix:mode", 0640);
    try (GitLock lock = GitLock.tryAcquire(Kernel.linux(), path()).orElseThrow()) {
      assertThat(GitLock.tryAcquire(Kernel.linux(), path())).isEmpty();
      lock.write(NEW);
      assertThat(path()).hasContent("old");
      lock.commit(true);
      assertThat(lock.isHeld()).isFalse();
      GitLock.acquire(Kernel.linux(), path(), Duration.ofSeconds(1)).orElseThrow().close();
    }
    assertThat(path()).hasContent("new\n");
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100640);
    assertThat(lock()).doesNotExist();
  }

  @Test
  void withoutACommitTheFileIsAsItWas() throws Exception {
    Files.writeString(path(), "old");
    try (GitLock lock = GitLock.tryAcquire(Kernel.linux(), path()).orElseThrow()) {
      lock.write(NEW);
    }
    assertThat(path()).hasContent("old");
    assertThat(lock()).doesNotExist();
    Files.delete(path());
    GitLock.tryAcquire(Kernel.linux(), path()).orElseThrow().close();
    assertThat(path()).doesNotExist();
  }

  @Test
  void aNewFileIsItsMakersAlone() throws Exception {
    try (GitLock lock = GitLock.tryAcquire(Kernel.linux(), path()).orElseThrow()) {
      lock.write(NEW);
      lock.commit(false);
    }
    assertThat(Files.getAttribute(path(), "unix:mode")).isEqualTo(0100600);
  }

  @Test
  void whatOthersPutInItsPlaceIsNotCommittedAndNotRemoved() throws Exception {
    GitLock lock = GitLock.tryAcquire(Kernel.linux(), path()).orElseThrow();
    Files.delete(lock());
    Files.writeString(lock(), "somebody else's");
    assertThatThrownBy(() -> lock.commit(false))
        .isInstanceOf(ParleyException.class)
        .hasMessageContaining("was removed or replaced");
    lock.close();
    assertThat(lock()).hasContent("somebody else's");
    assertThat(path()).doesNotExist();
  }

  @Test
  void aCommitThatFailsLeavesTheLock() throws Exception {
    Files.writeString(path(), "old");
    for (String call : new String[] {"fsync", "renameAt"}) {
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux()).fail(call, 1, Errno.EIO);
      try (GitLock lock = GitLock.tryAcquire(faulty.kernel(), path()).orElseThrow()) {
        lock.write(NEW);
        assertThatThrownBy(() -> lock.commit(true)).hasMessageContaining("EIO");
        assertThat(lock.isHeld()).isTrue();
        assertThat(path()).hasContent("old");
      }
    }
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux()).fail("fsync", 2, Errno.EIO);
    try (GitLock lock = GitLock.tryAcquire(faulty.kernel(), path()).orElseThrow()) {
      lock.write(NEW);
      assertThatThrownBy(() -> lock.commit(true)).isInstanceOf(OutcomeUnknownException.class);
      assertThat(lock.isHeld()).isFalse();
    }
    assertThat(path()).hasContent("new\n");
  }

  @Test
  void aDurableCommitSyncsTheFileThenRenamesThenSyncsTheDirectory() throws Exception {
    for (boolean durable : new boolean[] {true, false}) {
      FaultyKernel counted = FaultyKernel.over(Kernel.linux());
      counted.before(
          "renameAt", 1, _ -> assertThat(counted.count("fsync")).isEqualTo(durable ? 1 : 0));
      try (GitLock lock = GitLock.tryAcquire(counted.kernel(), path()).orElseThrow()) {
        lock.write(NEW);
        lock.commit(durable);
      }
      assertThat(counted.count("fsync")).isEqualTo(durable ? 2 : 0);
    }
  }
}
