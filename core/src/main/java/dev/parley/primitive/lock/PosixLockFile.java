package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// [Kind#POSIX]: the process's own lock on a file; see [PosixInode].
final class PosixLockFile extends AbstractLockFile {
  private @Nullable PosixInode current;

  PosixLockFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    super(dir, name, options, way);
  }

  @Override
  Optional<HeldLock> acquire(LockKind mode, Deadline deadline)
      throws IOException, InterruptedException {
    while (true) {
      PosixInode inode = take();
      boolean locked = false;
      boolean kept = false;
      try {
        locked = inode.lock(mode, deadline);
        if (!locked) return Optional.empty();
        if (options.fixed() || inode.inode().isAt(dir, name)) {
          kept = true;
          return Optional.of(new Held(inode, mode));
        }
        forget(inode);
      } finally {
        if (!kept) giveBack(inode, locked);
      }
    }
  }

  private static void giveBack(PosixInode inode, boolean locked) throws IOException {
    try {
      if (locked) inode.unlock();
    } finally {
      inode.release();
    }
  }

  /// The file that was locked last, or the one that the name leads to; in use once more.
  private synchronized PosixInode take() throws IOException {
    requireOpen();
    PosixInode known = current;
    if (known == null) {
      known = PosixInode.acquire(dir, name, options.mode());
      current = known;
    }
    known.use();
    return known;
  }

  private synchronized void forget(PosixInode inode) {
    if (current != inode) return;
    current = null;
    inode.release();
  }

  @Override
  synchronized void closeIdle() {
    if (current != null) current.release();
    current = null;
  }

  private final class Held implements HeldLock {
    private final PosixInode inode;
    private final LockKind mode;
    private final AtomicBoolean closed = new AtomicBoolean();

    Held(PosixInode inode, LockKind mode) {
      this.inode = inode;
      this.mode = mode;
      retain();
    }

    @Override
    public LockKind mode() {
      return mode;
    }

    @Override
    public boolean isHeld() throws IOException {
      return !closed.get() && inode.inode().isAt(dir, name);
    }

    @Override
    public Fd descriptor() {
      return inode.inode().fd();
    }

    @Override
    public void close() throws IOException {
      if (!closed.compareAndSet(false, true)) return;
      try {
        giveBack(inode, true);
      } finally {
        PosixLockFile.this.release();
      }
    }
  }
}
