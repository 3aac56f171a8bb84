package dev.parley.primitive.fifo;

import static dev.parley.sys.Open.NON_BLOCKING;
import static dev.parley.sys.Open.NO_FOLLOW;
import static dev.parley.sys.Open.PATH;

import dev.parley.NoSuchNameException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;

/// Makes and opens FIFOs.
public final class Fifo {
  private Fifo() {}

  /// Makes a FIFO unless it is there, with these permission bits whatever the umask. Nobody meets
  /// it before it has them.
  ///
  /// Killed in between, it leaves `.fifo-RANDOM`, which may be removed.
  ///
  /// @return false if it was there
  /// @throws UnsafePathException if something else is there, or another user could have put it
  ///   there
  /// @throws ErrnoException EACCES, ENOSPC; EPERM: the filesystem has no FIFOs
  public static boolean make(Place place, int mode) throws IOException {
    Dir dir = place.dir();
    FileStatus there = dir.statusOf(place.name());
    if (there != null) {
      check(there, dir, place.name());
      return false;
    }
    String temporary = ".fifo-" + RandomName.hex(16);
    makeHidden(dir, temporary, mode);
    return reveal(dir, temporary, place.name());
  }

  /// Makes one under a name that nobody looks for.
  static void makeHidden(Dir dir, String name, int mode) throws IOException {
    Kernel kernel = dir.kernel();
    kernel.makeFifoAt(dir.fd(), name, mode);
    boolean done = false;
    try (Fd made = kernel.openAt(dir.fd(), name, PATH | NO_FOLLOW, 0)) {
      kernel.changeModeOf(made, mode);
      done = true;
    } finally {
      if (!done) dir.tryUnlink(name);
    }
  }

  /// Gives it the name it shall have.
  ///
  /// @return false if a FIFO has that name, and the hidden one is gone
  static boolean reveal(Dir dir, String hidden, String name) throws IOException {
    Move move = Move.MISSING;
    try {
      move = dir.move(hidden, dir, name);
    } finally {
      if (move != Move.MOVED) dir.tryUnlink(hidden);
    }
    if (move == Move.MOVED) return true;
    FileStatus other = dir.statusOf(name);
    if (other == null) throw noSuchFifo(dir.pathOf(name));
    check(other, dir, name);
    return false;
  }

  /// Opens it, never blocking, once it is known what it is and whose: opening a planted device
  /// could do harm by itself.
  ///
  /// @param flags of [dev.parley.sys.Open]
  /// @throws NoSuchNameException if it is not there
  /// @throws UnsafePathException if it is no FIFO, or another user could have put it there
  /// @throws ErrnoException ENXIO: opened for writing, and nobody reads; EACCES, EMFILE
  static Fd open(Dir dir, String name, int flags) throws IOException {
    Kernel kernel = dir.kernel();
    Fd inode;
    try {
      inode = kernel.openAt(dir.fd(), name, PATH | NO_FOLLOW, 0);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) throw noSuchFifo(dir.pathOf(name));
      throw e;
    }
    boolean kept = false;
    try {
      check(kernel.status(inode), dir, name);
      kept = flags == PATH;
      return kept ? inode : kernel.reopen(inode, flags | NON_BLOCKING);
    } finally {
      if (!kept) inode.close();
    }
  }

  private static NoSuchNameException noSuchFifo(String path) {
    return new NoSuchNameException(
        "there is no FIFO at " + path + "; make it with Fifo.make, or mkfifo " + path);
  }

  private static void check(FileStatus status, Dir dir, String name) throws UnsafePathException {
    if (!status.isFifo()) {
      throw new UnsafePathException(
          dir.pathOf(name)
              + " is a "
              + status.kind()
              + " where a FIFO should be; look who put it there, and remove it");
    }
    dir.access().checkOwner(status, () -> dir.pathOf(name));
  }

  /// Has the pipe hold `wantedBytes` at least, if this user may.
  static void grow(Kernel kernel, Fd pipe, int wantedBytes) throws IOException {
    if (wantedBytes <= kernel.pipeCapacity(pipe)) return;
    try {
      kernel.setPipeCapacity(pipe, wantedBytes);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EPERM) && !e.is(Errno.EBUSY) && !e.is(Errno.ENOMEM)) throw e;
    }
  }
}
