package dev.parley.primitive.file;

import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An exclusive OFD lock on byte 0 of a file, which is made if it is not there and stays.
///
/// Guarantees: one holder among all threads and processes of the host, until close or death. No
/// fairness. Not on network filesystems. Source: fcntl(2), "Open file description locks".
public final class KernelLock implements AutoCloseable {
  private final Fd fd;

  private KernelLock(Fd fd) {
    this.fd = fd;
  }

  /// Takes it now, or returns null if somebody holds it.
  public static @Nullable KernelLock tryAcquire(Dir dir, String name) throws IOException {
    Fd fd = open(dir, name);
    boolean held = false;
    try {
      held = dir.kernel().trySetLock(fd, LockKind.EXCLUSIVE, 0, 1);
      return held ? new KernelLock(fd) : null;
    } finally {
      if (!held) fd.close();
    }
  }

  /// Takes it, waiting in the kernel. For locks that are held for a few system calls only.
  public static KernelLock acquire(Dir dir, String name) throws IOException {
    Fd fd = open(dir, name);
    boolean held = false;
    try {
      dir.kernel().setLockWait(fd, LockKind.EXCLUSIVE, 0, 1);
      held = true;
      return new KernelLock(fd);
    } finally {
      if (!held) fd.close();
    }
  }

  private static Fd open(Dir dir, String name) throws IOException {
    while (true) {
      Fd fd = dir.tryOpenFile(name, Open.READ_WRITE);
      if (fd != null) return fd;
      dir.touch(name);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
