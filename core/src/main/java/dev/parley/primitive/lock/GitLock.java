package dev.parley.primitive.lock;

import dev.parley.OutcomeUnknownException;
import dev.parley.ParleyException;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// A lock on a file that is to be replaced, as git takes it: PATH.lock exists, made with O_EXCL,
/// and is the new content.
///
/// ```java
/// try (GitLock lock = GitLock.tryAcquire(kernel, path).orElseThrow()) {
///   lock.write(content);
///   lock.commit(true);
/// }
/// ```
///
/// Guarantees: of those who go by PATH.lock one at a time holds it; readers of PATH see the old or
/// the new content, never a part. PATH keeps its mode, and, replaced by root, its owner. Killed
/// before the commit: PATH is as it was, PATH.lock stays, and counts as held until somebody removes
/// it by hand. Source: git's lockfile.h; book 8.2.2.
public final class GitLock implements HeldLock {
  private final GitLockFile file;
  private final Kernel kernel;
  private final Fd fd;
  private final Inode.Id id;
  private boolean closed;

  GitLock(GitLockFile file, Fd fd, Inode.Id id) {
    this.file = file;
    this.kernel = file.dir.kernel();
    this.fd = fd;
    this.id = id;
    file.retain();
  }

  /// Takes the lock on the file at `path`, which need not be there, if that is possible now.
  public static Optional<GitLock> tryAcquire(Kernel kernel, Path path) throws IOException {
    try (LockFile file = LockFile.open(kernel, path, Kind.GIT)) {
      return file.tryAcquire(LockKind.EXCLUSIVE).map(GitLock.class::cast);
    }
  }

  /// The same, waiting `atMost` that long.
  public static Optional<GitLock> acquire(Kernel kernel, Path path, Duration atMost)
      throws IOException, InterruptedException {
    try (LockFile file = LockFile.open(kernel, path, Kind.GIT)) {
      return file.acquire(LockKind.EXCLUSIVE, atMost).map(GitLock.class::cast);
    }
  }

  /// Adds to the new content.
  public synchronized void write(byte[] bytes) throws IOException {
    requireOpen();
    file.dir.writeFully(fd, bytes);
  }

  /// Puts the new content in place, and gives the lock back.
  ///
  /// @param durable whether it is on disk when this returns: the content is synced before, the
  ///   directory after
  /// @throws OutcomeUnknownException if the directory could not be synced: it is in place, and may
  ///   not be after a power cut
  /// @throws IOException otherwise nothing has happened, and the lock is still held
  public synchronized void commit(boolean durable) throws IOException {
    requireOpen();
    if (durable) kernel.fsync(fd);
    if (!file.leads(file.lockName, id)) {
      throw new ParleyException(
          file.dir.pathOf(file.lockName)
              + " was removed or replaced while it was held, so "
              + file.path()
              + " may be somebody else's by now; begin again");
    }
    file.dir.replace(file.lockName, file.name);
    try {
      if (durable) file.dir.sync();
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          file.path() + " is replaced, and may not be after a power cut: " + e.getMessage(), e);
    } finally {
      end();
    }
  }

  private void requireOpen() {
    if (closed) throw new IllegalStateException("the lock on " + file.path() + " is closed");
  }

  private void end() {
    closed = true;
    fd.close();
    file.release();
  }

  @Override
  public LockKind mode() {
    return LockKind.EXCLUSIVE;
  }

  @Override
  public synchronized boolean isHeld() throws IOException {
    return !closed && file.leads(file.lockName, id);
  }

  /// Gives it back and leaves the file as it was.
  ///
  /// @throws IOException if PATH.lock could not be removed: others take it for held
  @Override
  public synchronized void close() throws IOException {
    if (closed) return;
    try {
      file.remove(file.lockName, id);
    } finally {
      end();
    }
  }
}
