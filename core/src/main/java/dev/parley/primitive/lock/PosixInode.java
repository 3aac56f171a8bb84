package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A file that this process locks, or wants to, by POSIX locks: for those the process is one owner,
/// and closing any descriptor of the file would drop them. So there is one such object a file, with
/// one descriptor, and threads exclude each other here before they ask the kernel.
final class PosixInode {
  private static final ReentrantLock TABLE_LOCK = new ReentrantLock();
  private static final Map<Inode.Id, PosixInode> TABLE = new HashMap<>();

  private final Kernel kernel;
  private final Inode inode;

  /// Descriptors of the same file that were opened by chance; they may not be closed before it.
  private final List<Inode> surplus = new ArrayList<>();

  private int users; // guarded by TABLE_LOCK

  private final ReentrantLock gate = new ReentrantLock();
  private final Condition changed = gate.newCondition();
  private int sharers;
  private boolean taken;
  private boolean asking;

  private PosixInode(Kernel kernel, Inode inode) {
    this.kernel = kernel;
    this.inode = inode;
  }

  /// The file that `name` leads to, which is made if it is not there. Pair with [#release].
  static PosixInode acquire(Dir dir, String name, int mode) throws IOException {
    TABLE_LOCK.lock();
    try {
      FileStatus there = dir.statusOf(name);
      PosixInode known = there == null ? null : TABLE.get(Inode.Id.of(there));
      if (known == null) {
        Inode opened = Inode.openOrMake(dir, name, false, mode);
        known = TABLE.get(opened.id());
        if (known == null) {
          known = new PosixInode(dir.kernel(), opened);
          TABLE.put(opened.id(), known);
        } else {
          known.surplus.add(opened); // it was replaced right now by one that is in use
        }
      } else if (there != null) {
        dir.access().checkFile(there, () -> dir.pathOf(name));
      }
      known.users++;
      return known;
    } finally {
      TABLE_LOCK.unlock();
    }
  }

  void use() {
    TABLE_LOCK.lock();
    try {
      users++;
    } finally {
      TABLE_LOCK.unlock();
    }
  }

  void release() {
    TABLE_LOCK.lock();
    try {
      if (--users > 0) return;
      TABLE.remove(inode.id());
      inode.close();
      surplus.forEach(Inode::close);
    } finally {
      TABLE_LOCK.unlock();
    }
  }

  Inode inode() {
    return inode;
  }

  // ---- locking: first among the threads of this process, then in the kernel

  /// @return whether it was taken before the deadline
  boolean lock(LockKind mode, Deadline deadline) throws IOException, InterruptedException {
    inode.requireRightTo(mode);
    switch (enter(mode, deadline)) {
      case BUSY -> {
        return false;
      }
      case JOINED -> {
        return true;
      }
      case FIRST -> {}
    }
    boolean granted = false;
    try {
      granted = ask(mode, deadline);
      return granted;
    } finally {
      answered(mode, granted);
    }
  }

  private enum Entry {
    /// Another thread stands against it.
    BUSY,
    /// The process shares it already.
    JOINED,
    /// This thread is the one that asks the kernel.
    FIRST
  }

  private Entry enter(LockKind mode, Deadline deadline) throws InterruptedException {
    gate.lock();
    try {
      while (asking || taken || (mode == LockKind.EXCLUSIVE && sharers > 0)) {
        if (deadline.isPast()) return Entry.BUSY;
        changed.await(deadline.left(), TimeUnit.NANOSECONDS);
      }
      if (sharers > 0) {
        sharers++;
        return Entry.JOINED;
      }
      asking = true;
      return Entry.FIRST;
    } finally {
      gate.unlock();
    }
  }

  private boolean ask(LockKind mode, Deadline deadline) throws IOException, InterruptedException {
    if (kernel.trySetPosixLock(inode.fd(), mode, 0, 0)) return true;
    if (deadline.isPast()) return false;
    return KernelWait.await(
        kernel, deadline, () -> kernel.setPosixLockOrInterrupted(inode.fd(), mode, 0, 0));
  }

  private void answered(LockKind mode, boolean granted) {
    gate.lock();
    try {
      asking = false;
      if (granted && mode == LockKind.SHARED) sharers++;
      if (granted && mode == LockKind.EXCLUSIVE) taken = true;
      changed.signalAll();
    } finally {
      gate.unlock();
    }
  }

  /// Gives back what one thread took.
  void unlock() throws IOException {
    gate.lock();
    try {
      if (sharers > 0) sharers--;
      taken = false;
      if (sharers == 0) kernel.unlockPosix(inode.fd(), 0, 0);
    } finally {
      changed.signalAll();
      gate.unlock();
    }
  }
}
