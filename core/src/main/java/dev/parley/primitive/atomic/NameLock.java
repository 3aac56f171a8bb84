package dev.parley.primitive.atomic;

import dev.parley.ParleyException;
import dev.parley.primitive.file.Companion;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.NewFile;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.time.Duration;

/// The lock of a name, whatever file the name leads to: flock(2) on `.NAME.lock`, which is made and
/// stays.
///
/// The lock file gets the owner of the file, or else of the directory, and is for the group if the
/// file or the directory is: so nobody who may change the file is kept out by who was there first.
final class NameLock implements AutoCloseable {
  private static final int GROUP_WRITES = 020;

  private final Place place;
  private final String name;
  private final LockFile lock;

  NameLock(Place place) {
    this.place = place;
    this.name = Companion.of(place.name(), ".lock");
    this.lock = LockFile.at(place.dir(), name, LockOptions.of(LockFile.Kind.FLOCK));
  }

  /// In somebody's hands.
  ///
  /// @param file the lock file, to be passed on
  /// @param inode its inode number, which no other holder's lock file has, should the lock be
  ///   broken
  record Held(HeldLock lock, Fd file, long inode) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  /// @throws FileBusyException if it cannot be had in time
  Held acquire(LockKind kind, Duration atMost) throws IOException, InterruptedException {
    HeldLock held = take(kind, atMost);
    boolean good = false;
    try {
      Fd file = held.descriptor();
      Held result = new Held(held, file, settle(file));
      if (kind == LockKind.EXCLUSIVE) new Redo(place).finish();
      good = true;
      return result;
    } finally {
      if (!good) held.close();
    }
  }

  private HeldLock take(LockKind kind, Duration atMost) throws IOException, InterruptedException {
    // Without a name until it is complete: a killed process leaves nothing.
    if (!place.dir().has(name)) NewFile.make(place.dir(), name, 0600, new byte[0], false);
    try {
      HeldLock held = lock.acquire(kind, atMost).orElse(null);
      if (held != null) return held;
    } catch (ErrnoException e) {
      if (!e.is(Errno.EACCES) || !e.path().equals(place.dir().pathOf(name))) throw e;
      throw new ParleyException(
          e.getMessage()
              + "; give it the file's owner and group: chown --reference="
              + place
              + " "
              + e.path(),
          e);
    }
    throw new FileBusyException(place.path(), place.dir().pathOf(name), atMost);
  }

  /// @return the lock file's inode number
  private long settle(Fd file) throws IOException {
    Dir dir = place.dir();
    Kernel kernel = dir.kernel();
    FileStatus now = kernel.status(file);
    FileStatus directory = dir.status();
    FileStatus target = dir.statusOf(place.name());
    boolean fileForGroup = target != null && (target.permissions() & GROUP_WRITES) != 0;
    boolean forGroup = fileForGroup || (directory.permissions() & GROUP_WRITES) != 0;
    int uid = target != null ? target.uid() : directory.uid();
    int gid = target != null && (fileForGroup || !forGroup) ? target.gid() : directory.gid();
    int mode = now.permissions() & 0660 | (forGroup ? 0660 : 0600);
    boolean right = now.uid() == uid && now.gid() == gid && now.permissions() == mode;
    int user = kernel.effectiveUserId();
    if (right || user != 0 && user != now.uid()) return now.inode();
    if (now.gid() != gid) tryChangeOwner(kernel, file, -1, gid);
    kernel.changeMode(file, kernel.status(file).gid() == gid ? mode : 0600);
    if (now.uid() != uid) tryChangeOwner(kernel, file, uid, -1);
    return now.inode();
  }

  private static void tryChangeOwner(Kernel kernel, Fd file, int uid, int gid) throws IOException {
    try {
      kernel.changeOwner(file, uid, gid);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EPERM)) throw e;
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
