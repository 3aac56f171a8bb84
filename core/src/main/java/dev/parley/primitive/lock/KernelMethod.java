package dev.parley.primitive.lock;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;

/// The two kernel locks that belong to an open file description.
sealed interface KernelMethod {
  /// @return false if another description stands against it
  boolean tryLock(Kernel kernel, Fd fd, LockKind mode) throws IOException;

  /// Blocks the thread.
  ///
  /// @return false if a signal ended the wait
  boolean lockOrInterrupted(Kernel kernel, Fd fd, LockKind mode) throws IOException;

  void unlock(Kernel kernel, Fd fd) throws IOException;

  /// flock(2).
  record Flock() implements KernelMethod {
    @Override
    public boolean tryLock(Kernel kernel, Fd fd, LockKind mode) throws IOException {
      return kernel.tryFlock(fd, mode);
    }

    @Override
    public boolean lockOrInterrupted(Kernel kernel, Fd fd, LockKind mode) throws IOException {
      return kernel.flockOrInterrupted(fd, mode);
    }

    @Override
    public void unlock(Kernel kernel, Fd fd) throws IOException {
      kernel.unflock(fd);
    }
  }

  /// fcntl(2), F_OFD_SETLK.
  record Ofd(long start, long length) implements KernelMethod {
    @Override
    public boolean tryLock(Kernel kernel, Fd fd, LockKind mode) throws IOException {
      return kernel.trySetLock(fd, mode, start, length);
    }

    @Override
    public boolean lockOrInterrupted(Kernel kernel, Fd fd, LockKind mode) throws IOException {
      return kernel.setLockOrInterrupted(fd, mode, start, length);
    }

    @Override
    public void unlock(Kernel kernel, Fd fd) throws IOException {
      kernel.unlock(fd, start, length);
    }
  }
}
