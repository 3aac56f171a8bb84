package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// [Kind#FLOCK] and [Kind#OFD]: the lock of an open file description.
///
/// Each holder has a description of its own, so that the kernel keeps threads apart as it does
/// processes. One that is given back is kept for the next.
final class KernelLockFile implements LockFile {
  private final Dir dir;
  private final String name;
  private final Kind kind;
  private final KernelMethod method;
  private final boolean fixed;
  private final @Nullable Place way;
  private final AtomicReference<@Nullable Inode> idle = new AtomicReference<>();
  private volatile boolean closed;

  /// @param way what closing this closes
  KernelLockFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    this.dir = dir;
    this.name = name;
    this.kind = options.kind();
    this.method =
        kind == Kind.FLOCK
            ? new KernelMethod.Flock()
            : new KernelMethod.Ofd(options.start(), options.length());
    this.fixed = options.fixed();
    this.way = way;
  }

  @Override
  public Optional<HeldLock> tryAcquire(LockKind mode) throws IOException {
    while (true) {
      Inode inode = take();
      boolean kept = false;
      try {
        require(inode, mode);
        if (!method.tryLock(dir.kernel(), inode.fd(), mode)) {
          kept = true;
          put(inode);
          return Optional.empty();
        }
        if (isRightFile(inode)) {
          kept = true;
          return Optional.of(held(inode, mode));
        }
      } finally {
        if (!kept) inode.close();
      }
    }
  }

  @Override
  public Optional<HeldLock> acquire(LockKind mode, Duration atMost)
      throws IOException, InterruptedException {
    return Optional.ofNullable(acquire(mode, Deadline.after(atMost)));
  }

  @Override
  public HeldLock acquire(LockKind mode) throws IOException, InterruptedException {
    HeldLock held = acquire(mode, Deadline.NEVER);
    if (held == null) throw new IllegalStateException("waited without end, and in vain");
    return held;
  }

  private @Nullable HeldLock acquire(LockKind mode, Deadline deadline)
      throws IOException, InterruptedException {
    while (true) {
      if (Thread.interrupted()) throw new InterruptedException();
      Inode inode = take();
      boolean kept = false;
      try {
        require(inode, mode);
        if (!lock(inode, mode, deadline)) return null;
        if (isRightFile(inode)) {
          kept = true;
          return held(inode, mode);
        }
      } finally {
        if (!kept) inode.close();
      }
    }
  }

  private boolean lock(Inode inode, LockKind mode, Deadline deadline)
      throws IOException, InterruptedException {
    if (method.tryLock(dir.kernel(), inode.fd(), mode)) return true;
    if (deadline.isPast()) return false;
    return KernelWait.await(
        dir.kernel(), deadline, () -> method.lockOrInterrupted(dir.kernel(), inode.fd(), mode));
  }

  private HeldLock held(Inode inode, LockKind mode) {
    return new KernelLock(dir, name, method, inode, mode, this);
  }

  private void require(Inode inode, LockKind mode) throws IOException {
    if (kind == Kind.OFD) inode.requireRightTo(mode);
  }

  private boolean isRightFile(Inode inode) throws IOException {
    return fixed || inode.isAt(dir, name);
  }

  // ---- descriptors

  private Inode take() throws IOException {
    if (closed) throw new IllegalStateException("the lock file " + path() + " is closed");
    Inode kept = idle.getAndSet(null);
    return kept != null ? kept : Inode.openOrMake(dir, name, kind == Kind.FLOCK);
  }

  private void put(Inode inode) {
    if (!idle.compareAndSet(null, inode)) inode.close();
    if (closed) closeIdle();
  }

  /// Gives a lock back, and its descriptor.
  void giveBack(Inode inode) {
    try {
      method.unlock(dir.kernel(), inode.fd());
    } catch (IOException e) {
      inode.close(); // which unlocks as well
      return;
    }
    put(inode);
  }

  private void closeIdle() {
    Inode kept = idle.getAndSet(null);
    if (kept != null) kept.close();
  }

  @Override
  public void close() {
    closed = true;
    closeIdle();
    if (way != null) way.close();
  }

  @Override
  public Optional<String> holder() {
    return Optional.empty();
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public String path() {
    return dir.pathOf(name);
  }

  @Override
  public String toString() {
    return kind + " " + path();
  }
}
