package dev.parley.primitive.atomic;

import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.UnnamedFile;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An update at work: the lock is held, until it is closed. For updates that another process makes,
/// or that are too large for memory.
public final class PendingUpdate implements AutoCloseable {
  private final NameLock.Held lock;
  private final Installer installer;
  private final @Nullable Fd before;
  private final UnnamedFile after;

  PendingUpdate(NameLock.Held lock, Installer installer, @Nullable Fd before, UnnamedFile after) {
    this.lock = lock;
    this.installer = installer;
    this.before = before;
    this.after = after;
  }

  /// What holds the lock: it is held until this is closed, and as long as any process has a
  /// duplicate.
  public Fd lock() {
    return lock.file();
  }

  /// The present version, for reading from its start; empty if there is none.
  public Optional<Fd> before() {
    return Optional.ofNullable(before);
  }

  /// Where the new version goes: a file without a name, which is not the new version itself, so
  /// whoever writes to it later changes nothing.
  public Fd after() {
    return after.fd();
  }

  /// Puts a copy of what was written to [#after] by now in the file's place.
  ///
  /// @throws OutcomeUnknownException if it is in place, and could not be synced
  public void commit() throws IOException {
    installer.install(lock, new Installer.Source.Copied(after.fd()), false);
  }

  /// Gives up the lock; without a [#commit], nothing was changed.
  @Override
  public void close() throws IOException {
    after.close();
    if (before != null) before.close();
    lock.close();
  }
}
