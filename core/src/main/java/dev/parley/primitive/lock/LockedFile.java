package dev.parley.primitive.lock;

import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A file that many processes change in place, each while it holds the file's lock, and that may be
/// renamed away or replaced meanwhile.
///
/// Guarantees: whoever acts holds an exclusive OFD lock on byte 0 of the file that the name leads
/// to at that moment; a file that is missing is made first. One thread of the process at a time.
/// The lock ends with the process. Waiting for it cannot be interrupted: hold it for a few system
/// calls only.
///
/// Safe for use by several threads.
public final class LockedFile implements AutoCloseable {
  private static final KernelMethod.Ofd FIRST_BYTE = new KernelMethod.Ofd(0, 1);

  private final Place place;
  private final Kernel kernel;
  private final Maker maker;
  private final int flags;
  private final ReentrantLock inProcess = new ReentrantLock();
  private @Nullable Opened opened;
  private boolean closed;

  /// Makes the file, unless somebody else has made it.
  public interface Maker {
    void make(Dir dir, String name) throws IOException;
  }

  /// What is done under the lock to the file that the name leads to: the same object as long as it
  /// is the same file.
  public interface Action<T> {
    T on(Fd file) throws IOException;
  }

  /// @param flags of [Open], besides reading and writing
  public LockedFile(Place place, int flags, Maker maker) {
    this.place = place;
    this.kernel = place.dir().kernel();
    this.flags = flags | Open.READ_WRITE;
    this.maker = maker;
  }

  /// An open file, and how far its name was made durable.
  private static final class Opened {
    final Fd fd;
    volatile Naming naming = Naming.UNKNOWN;

    Opened(Fd fd) {
      this.fd = fd;
    }
  }

  private enum Naming {
    UNKNOWN,
    DURABLE,
    /// Its sync has failed, which no later success makes good.
    FAILED
  }

  public Place place() {
    return place;
  }

  public String path() {
    return place.path();
  }

  public <T> T exclusively(Action<T> action) throws IOException {
    return locked(file -> action.on(file.fd));
  }

  /// The same, but waits until `deadline` at most.
  ///
  /// @param deadline of [System#nanoTime]; [Long#MAX_VALUE] is never
  /// @return empty if the lock could not be had by then
  /// @throws InterruptedException if the thread was interrupted before it was had
  public <T> Optional<T> exclusively(long deadline, Action<T> action)
      throws IOException, InterruptedException {
    Deadline limit = Deadline.at(deadline);
    if (!inProcess.tryLock(limit.left(), TimeUnit.NANOSECONDS)) return Optional.empty();
    try {
      Opened file = lockedFile(limit);
      if (file == null) return Optional.empty();
      return Optional.of(actOn(file, opened -> action.on(opened.fd)));
    } finally {
      inProcess.unlock();
    }
  }

  /// The same as [#exclusively], and syncs then, without the lock, so that others' syncs join in.
  ///
  /// @throws OutcomeUnknownException if the sync fails: what was done is there, and may not survive
  ///   a power cut
  public <T> T durably(Action<T> action) throws IOException {
    Done<T> done =
        locked(
            file -> {
              Fd copy = kernel.duplicate(file.fd); // before anything is changed
              boolean good = false;
              try {
                T result = action.on(file.fd);
                good = true;
                return new Done<>(result, file, copy);
              } finally {
                if (!good) copy.close();
              }
            });
    try (Fd copy = done.copy) {
      sync(copy, done.file);
    }
    return done.result;
  }

  /// What was done to a file, and a descriptor to sync it by.
  private record Done<T>(T result, Opened file, Fd copy) {}

  private interface OpenedAction<T> {
    T on(Opened file) throws IOException;
  }

  /// Syncs a file that an action has changed and its name, within the action.
  ///
  /// @throws OutcomeUnknownException as [#durably]
  @SuppressWarnings("ReferenceEquality")
  public void sync(Fd file) throws IOException {
    Opened changed = opened;
    if (changed == null || changed.fd != file) throw new IllegalStateException("not its file");
    sync(file, changed);
  }

  private void sync(Fd fd, Opened changed) throws IOException {
    try {
      kernel.fdatasync(fd);
    } catch (IOException e) {
      throw unknown(path(), e);
    }
    if (changed.naming == Naming.DURABLE) return;
    try {
      if (changed.naming == Naming.FAILED) {
        throw new IOException("an earlier sync of " + place.dir() + " has failed");
      }
      place.dir().sync();
      changed.naming = Naming.DURABLE;
    } catch (IOException e) {
      changed.naming = Naming.FAILED;
      throw unknown(path(), e);
    }
  }

  private static OutcomeUnknownException unknown(String path, IOException e) {
    return new OutcomeUnknownException(
        "the change of "
            + path
            + " is made, and may not survive a power cut, for it could not be synced: "
            + e.getMessage(),
        e);
  }

  /// Forgets the file, which the action has replaced.
  public void forget() {
    Opened old = opened;
    opened = null;
    if (old == null) return;
    try {
      FIRST_BYTE.unlock(kernel, old.fd); // a duplicate that is being synced has the lock, too
    } catch (IOException e) {
      // Closing all of them does it.
    }
    old.fd.close();
  }

  /// Whatever interrupts the thread.
  private <T> T locked(OpenedAction<T> action) throws IOException {
    boolean interrupted = false;
    inProcess.lock();
    try {
      while (true) {
        try {
          Opened file = lockedFile(Deadline.NEVER);
          if (file != null) return actOn(file, action);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      inProcess.unlock();
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private <T> T actOn(Opened file, OpenedAction<T> action) throws IOException {
    try {
      return action.on(file);
    } finally {
      unlock(file);
    }
  }

  /// The file of that name, locked; null if the time is up.
  private @Nullable Opened lockedFile(Deadline deadline) throws IOException, InterruptedException {
    while (true) {
      Opened file = open();
      boolean kept = false;
      try {
        if (!lock(file.fd, deadline)) {
          kept = true;
          return null;
        }
        kept = isNamed(file.fd);
        if (kept) return file;
      } finally {
        if (!kept) forget(); // closing unlocks it
      }
    }
  }

  private boolean lock(Fd fd, Deadline deadline) throws IOException, InterruptedException {
    if (FIRST_BYTE.tryLock(kernel, fd, LockKind.EXCLUSIVE)) return true;
    return !deadline.isPast()
        && KernelWait.await(
            kernel, deadline, () -> FIRST_BYTE.lockOrInterrupted(kernel, fd, LockKind.EXCLUSIVE));
  }

  private Opened open() throws IOException {
    if (closed) throw new IllegalStateException(path() + " is closed");
    Opened file = opened;
    while (file == null) {
      Fd fd = place.dir().tryOpenFile(place.name(), flags);
      if (fd == null) {
        maker.make(place.dir(), place.name());
      } else {
        opened = file = new Opened(fd);
      }
    }
    return file;
  }

  /// Whether the name leads to this very file.
  public boolean isNamed(Fd fd) throws IOException {
    FileStatus named = place.dir().statusOf(place.name());
    FileStatus mine = kernel.status(fd);
    return named != null && named.inode() == mine.inode() && named.device() == mine.device();
  }

  @SuppressWarnings("ReferenceEquality") // is it the one that is open still?
  private void unlock(Opened file) {
    if (opened != file) return; // forgotten, and so closed
    try {
      FIRST_BYTE.unlock(kernel, file.fd);
    } catch (IOException e) {
      forget();
    }
  }

  /// Waits for a thread that is at it.
  @Override
  public void close() {
    inProcess.lock();
    try {
      if (closed) return;
      closed = true;
      forget();
      place.close();
    } finally {
      inProcess.unlock();
    }
  }
}
