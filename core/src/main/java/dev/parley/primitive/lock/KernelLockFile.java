package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// [Kind#FLOCK] and [Kind#OFD]: the lock of an open file description.
///
/// Each holder has a description of its own, so that the kernel keeps threads apart as it does
/// processes. One that is given back is kept for the next.
final class KernelLockFile extends AbstractLockFile {
  /// How often it is tried before this thread goes to sleep: all of that takes less time than being
  /// put to sleep and woken, and many locks are held for less.
  private static final int TRIES = Runtime.getRuntime().availableProcessors() > 1 ? 20 : 1;

  private final Kernel kernel;
  private final KernelMethod method;
  private final AtomicReference<@Nullable Inode> idle = new AtomicReference<>();

  KernelLockFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    super(dir, name, options, way);
    this.kernel = dir.kernel();
    this.method =
        options.kind() == Kind.FLOCK
            ? new KernelMethod.Flock()
            : new KernelMethod.Ofd(options.start(), options.length());
  }

  @Override
  Optional<HeldLock> acquire(LockKind mode, Deadline deadline)
      throws IOException, InterruptedException {
    while (true) {
      Inode inode = take();
      boolean kept = false;
      try {
        if (kind() == Kind.OFD) inode.requireRightTo(mode);
        if (!lock(inode, mode, deadline)) {
          kept = true;
          put(inode);
          return Optional.empty();
        }
        if (options.fixed() || inode.isAt(dir, name)) {
          kept = true;
          return Optional.of(new KernelLock(dir, name, method, inode, mode, this));
        }
      } finally {
        if (!kept) inode.close();
      }
    }
  }

  private boolean lock(Inode inode, LockKind mode, Deadline deadline)
      throws IOException, InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      if (method.tryLock(kernel, inode.fd(), mode)) return true;
      if (deadline.isPast()) return false;
      Thread.onSpinWait();
    }
    return KernelWait.await(
        kernel, deadline, () -> method.lockOrInterrupted(kernel, inode.fd(), mode));
  }

  // ---- descriptors

  private Inode take() throws IOException {
    Inode kept = idle.getAndSet(null);
    if (kept != null) return kept;
    return Inode.openOrMake(dir, name, kind() == Kind.FLOCK, options.mode());
  }

  private void put(Inode inode) {
    if (!idle.compareAndSet(null, inode)) inode.close();
    if (isClosed()) closeIdle();
  }

  /// Gives a lock back, and its descriptor.
  void giveBack(Inode inode) {
    try {
      method.unlock(kernel, inode.fd());
    } catch (IOException e) {
      inode.close(); // which unlocks as well
      return;
    }
    put(inode);
  }

  @Override
  void closeIdle() {
    Inode kept = idle.getAndSet(null);
    if (kept != null) kept.close();
  }
}
