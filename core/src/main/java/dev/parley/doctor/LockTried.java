package dev.parley.doctor;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.util.Locale;

/// The kinds of kernel locks that are tried, and whom each excludes on a local filesystem.
enum LockTried {
  FLOCK(Guarantee.FLOCK_EXCLUDES) {
    @Override
    boolean tryLock(Kernel kernel, Fd file) throws ErrnoException {
      return kernel.tryFlock(file, LockKind.EXCLUSIVE);
    }
  },
  OFD(Guarantee.OFD_LOCKS_EXCLUDE) {
    @Override
    boolean tryLock(Kernel kernel, Fd file) throws ErrnoException {
      return kernel.trySetLock(file, LockKind.EXCLUSIVE, 0, 1);
    }
  },
  POSIX(Guarantee.POSIX_LOCKS_EXCLUDE) {
    @Override
    boolean tryLock(Kernel kernel, Fd file) throws ErrnoException {
      return kernel.trySetPosixLock(file, LockKind.EXCLUSIVE, 0, 1);
    }
  };

  private final Guarantee guarantee;

  LockTried(Guarantee guarantee) {
    this.guarantee = guarantee;
  }

  /// That it excludes what it should.
  Guarantee guarantee() {
    return guarantee;
  }

  abstract boolean tryLock(Kernel kernel, Fd file) throws ErrnoException;

  /// Whether it should exclude `other`: flock is blind to the two kinds of fcntl(2), which see each
  /// other.
  boolean shouldExclude(LockTried other) {
    return (this == FLOCK) == (other == FLOCK);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
