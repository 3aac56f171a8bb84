package dev.parley.testkit.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.contract.LockContract;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OfdTest extends LockContract {
  @Override
  protected LockOptions options() {
    return LockOptions.of(Kind.OFD);
  }

  @Test
  void rangesThatDoNotOverlapDoNotExcludeEachOther() throws Exception {
    try (LockFile low = range(0, 10);
        LockFile high = range(10, 10);
        LockFile middle = range(5, 10);
        LockFile rest = range(20, 0);
        LockFile far = range(1L << 40, 1);
        HeldLock first = low.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
        HeldLock second = high.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
        HeldLock _ = rest.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      assertThat(middle.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      assertThat(far.tryAcquire(LockKind.SHARED)).as("to the end, however far").isEmpty();
      first.close();
      assertThat(middle.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      second.close();
      middle.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    }
  }

  private LockFile range(long start, long length) throws IOException {
    return LockFile.open(Kernel.linux(), path(), options().withRange(start, length));
  }

  @Test
  void anUpgradeIsOneStepOrNone() throws Exception {
    LockFile one = open();
    LockFile other = open();
    try (HeldLock mine = one.tryAcquire(LockKind.SHARED).orElseThrow();
        HeldLock theirs = other.tryAcquire(LockKind.SHARED).orElseThrow()) {
      assertThat(mine.tryUpgrade()).isFalse();
      assertThat(mine.mode()).isEqualTo(LockKind.SHARED);
      assertThat(theirs.tryUpgrade()).as("mine is held").isFalse();
      theirs.close();
      assertThat(mine.tryUpgrade()).isTrue();
      assertThat(mine.mode()).isEqualTo(LockKind.EXCLUSIVE);
      assertThat(other.tryAcquire(LockKind.SHARED)).isEmpty();
      mine.downgrade();
      assertThat(mine.mode()).isEqualTo(LockKind.SHARED);
      other.tryAcquire(LockKind.SHARED).orElseThrow().close();
      assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    }
  }

  @Test
  void otherKindsSayThatTheyChangeNoMode() throws Exception {
    for (Kind kind : Kind.values()) {
      if (kind == Kind.OFD) continue;
      try (LockFile file =
              LockFile.open(Kernel.linux(), dir().resolve(kind.name()), LockOptions.of(kind));
          HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
        assertThatThrownBy(held::tryUpgrade).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(held::downgrade).isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }
}
