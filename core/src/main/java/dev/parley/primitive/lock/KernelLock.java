package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A flock or OFD lock in this process's hands; and the shortest way to one of the second kind,
/// exclusive, on byte 0 of a file in a directory that is open.
///
/// Guarantees: one holder among all threads and processes of the host, until close or death. No
/// fairness. Not on network filesystems. Source: fcntl(2), "Open file description locks".
public final class KernelLock implements HeldLock {
  private static final KernelMethod.Ofd FIRST_BYTE = new KernelMethod.Ofd(0, 1);

  private final Dir dir;
  private final String name;
  private final KernelMethod method;
  private final Inode inode;
  private final @Nullable KernelLockFile file;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile LockKind mode;
  private volatile boolean passedOn;

  /// @param file what it is given back to, to be taken again; null closes it
  KernelLock(
      Dir dir,
      String name,
      KernelMethod method,
      Inode inode,
      LockKind mode,
      @Nullable KernelLockFile file) {
    this.dir = dir;
    this.name = name;
    this.method = method;
    this.inode = inode;
    this.mode = mode;
    this.file = file;
    if (file != null) file.retain();
  }

  /// Takes it now, or returns null if somebody holds it. The file is made if it is not there, and
  /// stays; nobody may remove it while it may be locked.
  public static @Nullable KernelLock tryAcquire(Dir dir, String name) throws IOException {
    Inode inode = Inode.openOrMake(dir, name, false, 0);
    boolean held = false;
    try {
      held = FIRST_BYTE.tryLock(dir.kernel(), inode.fd(), LockKind.EXCLUSIVE);
      return held ? ofFirstByte(dir, name, inode) : null;
    } finally {
      if (!held) inode.close();
    }
  }

  /// Takes it, waiting in the kernel, whatever interrupts the thread. For locks that are held for a
  /// few system calls only.
  public static KernelLock acquire(Dir dir, String name) throws IOException {
    Inode inode = Inode.openOrMake(dir, name, false, 0);
    boolean held = false;
    try {
      dir.kernel().setLockWait(inode.fd(), LockKind.EXCLUSIVE, 0, 1);
      held = true;
      return ofFirstByte(dir, name, inode);
    } finally {
      if (!held) inode.close();
    }
  }

  private static KernelLock ofFirstByte(Dir dir, String name, Inode inode) {
    return new KernelLock(dir, name, FIRST_BYTE, inode, LockKind.EXCLUSIVE, null);
  }

  @Override
  public LockKind mode() {
    return mode;
  }

  @Override
  public boolean isHeld() throws IOException {
    return !closed.get() && inode.isAt(dir, name);
  }

  @Override
  public boolean tryUpgrade() throws IOException {
    return change(LockKind.EXCLUSIVE);
  }

  @Override
  public void downgrade() throws IOException {
    if (!change(LockKind.SHARED)) {
      throw new IllegalStateException("nobody stands against sharing what one holds alone");
    }
  }

  private boolean change(LockKind wanted) throws IOException {
    if (method instanceof KernelMethod.Flock) {
      throw new UnsupportedOperationException(
          "flock(2) gives up a lock before it takes another; take an OFD lock");
    }
    if (closed.get())
      throw new IllegalStateException("the lock " + inode.fd().path() + " is closed");
    inode.requireRightTo(wanted);
    if (!method.tryLock(dir.kernel(), inode.fd(), wanted)) return false;
    mode = wanted;
    return true;
  }

  @Override
  public Fd descriptor() {
    passedOn = true;
    return inode.fd();
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    if (file == null || passedOn) {
      inode.close();
    } else {
      file.giveBack(inode);
    }
    if (file != null) file.release();
  }
}
