package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What lock files of every kind have: a name in a directory, and three ways to ask that come down
/// to one.
abstract class AbstractLockFile implements LockFile {
  final Dir dir;
  final String name;
  final LockOptions options;
  private final @Nullable Place way;
  private volatile boolean closed;
  private int holders;

  /// @param way what closing this closes
  AbstractLockFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    this.dir = dir;
    this.name = name;
    this.options = options;
    this.way = way;
  }

  /// Takes it before the deadline, or returns empty. With [Deadline#PAST] it does not wait, and is
  /// not interrupted.
  abstract Optional<HeldLock> acquire(LockKind mode, Deadline deadline)
      throws IOException, InterruptedException;

  /// Closes what is open between uses.
  void closeIdle() {}

  /// Closes what holders need as well.
  void closeAll() {
    if (way != null) way.close();
  }

  /// Somebody holds it, and needs the directory until [#release].
  final synchronized void retain() {
    holders++;
  }

  final synchronized void release() {
    holders--;
    if (closed && holders == 0) closeAll();
  }

  @Override
  public final Optional<HeldLock> tryAcquire(LockKind mode) throws IOException {
    try {
      return ask(mode, Deadline.PAST);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted though it did not wait", e);
    }
  }

  @Override
  public final Optional<HeldLock> acquire(LockKind mode, Duration atMost)
      throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    return ask(mode, Deadline.after(atMost));
  }

  @Override
  public final HeldLock acquire(LockKind mode) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    return ask(mode, Deadline.NEVER).orElseThrow();
  }

  private Optional<HeldLock> ask(LockKind mode, Deadline deadline)
      throws IOException, InterruptedException {
    if (mode == LockKind.SHARED && !kind().shares()) {
      throw new UnsupportedOperationException("a " + kind() + " lock cannot be shared");
    }
    requireOpen();
    return acquire(mode, deadline);
  }

  final void requireOpen() {
    if (closed) throw new IllegalStateException("the lock file " + path() + " is closed");
  }

  final boolean isClosed() {
    return closed;
  }

  @Override
  public Optional<String> holder() throws IOException {
    return Optional.empty();
  }

  @Override
  public final Kind kind() {
    return options.kind();
  }

  @Override
  public final String path() {
    return dir.pathOf(name);
  }

  @Override
  public final synchronized void close() {
    if (closed) return;
    closed = true;
    closeIdle();
    if (holders == 0) closeAll();
  }

  @Override
  public String toString() {
    return kind() + " " + path();
  }
}
