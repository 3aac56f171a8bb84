package dev.parley.primitive.lock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is done for a dotlock each minute, while it is held.
class ProvenLockTest {
  private static final FileTime LONG_AGO = FileTime.fromMillis(0);

  @TempDir private Path dir;

  @Test
  void aDotlockIsKeptYoungForThoseWhoGoByAge() throws Exception {
    Path path = dir.resolve("lock");
    try (LockFile file = LockFile.open(Kernel.linux(), path, Kind.DOT);
        ProvenLock held = (ProvenLock) file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      String content = Files.readString(path);
      Files.setLastModifiedTime(path, LONG_AGO);
      held.touch();
      assertThat(Files.getLastModifiedTime(path)).isGreaterThan(LONG_AGO);
      assertThat(path).hasContent(content);
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void aHolderWhoseFileIsGoneIsToldAndTouchesNobodyElses() throws Exception {
    Path path = dir.resolve("lock");
    CountDownLatch lost = new CountDownLatch(1);
    try (LockFile file = LockFile.open(Kernel.linux(), path, Kind.DOT);
        ProvenLock held = (ProvenLock) file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      held.onLost(lost::countDown);
      Files.delete(path);
      Files.writeString(path, "another's");
      Files.setLastModifiedTime(path, LONG_AGO);
      held.touch();
      assertThat(lost.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(Files.getLastModifiedTime(path)).isEqualTo(LONG_AGO);
    }
    assertThat(path).hasContent("another's");
  }
}
