package dev.parley.primitive.lock;

import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A file that was opened to be locked, and which file that is.
///
/// @param fd open for reading and writing, or for reading only
/// @param unwritable why it is not open for writing; null if it is
record Inode(Fd fd, Id id, @Nullable ErrnoException unwritable) implements AutoCloseable {
  private static final int SETGID = 02000;
  private static final int GROUP_EXECUTE = 010;

  /// What tells one file of the host from another.
  record Id(long device, long number) {
    static Id of(FileStatus status) {
      return new Id(status.device(), status.inode());
    }
  }

  /// Opens the file, which is made if it is not there.
  ///
  /// @param orDirectory whether a directory will do
  /// @param mode of the file that is made; 0 is the directory's usual one
  /// @throws UnsafePathException if it is of another kind, another user's where anybody could have
  ///   put it, or marked for mandatory locking
  static Inode openOrMake(Dir dir, String name, boolean orDirectory, int mode) throws IOException {
    while (true) {
      Inode inode = tryOpen(dir, name, orDirectory);
      if (inode != null) return inode;
      make(dir, name, mode);
    }
  }

  private static void make(Dir dir, String name, int mode) throws IOException {
    if (mode == 0) {
      dir.touch(name);
      return;
    }
    String temporary = temporary(name);
    boolean moved = false;
    try {
      try (Fd made = dir.create(temporary, mode)) {
        dir.kernel().changeMode(made, mode);
      }
      moved = dir.move(temporary, dir, name) == Move.MOVED;
    } finally {
      if (!moved) dir.tryUnlink(temporary);
    }
  }

  /// A name for a file that is to get `name`.
  static String temporary(String name) {
    return "." + name + "-" + RandomName.hex(12);
  }

  private static @Nullable Inode tryOpen(Dir dir, String name, boolean orDirectory)
      throws IOException {
    ErrnoException unwritable = null;
    Fd fd;
    FileStatus there = orDirectory ? dir.statusOf(name) : null;
    if (there != null && there.isDirectory()) {
      Dir opened = dir.tryOpen(name);
      fd = opened == null ? null : opened.fd();
    } else {
      try {
        fd = dir.tryOpenFile(name, Open.READ_WRITE);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EACCES) && !e.is(Errno.EROFS) && !e.is(Errno.ETXTBSY)) throw e;
        unwritable = e;
        fd = dir.tryOpenFile(name, Open.READ_ONLY);
      }
    }
    if (fd == null) return null;
    boolean good = false;
    try {
      FileStatus status = dir.kernel().status(fd);
      refuseMandatory(dir, fd, status);
      good = true;
      return new Inode(fd, Id.of(status), unwritable);
    } finally {
      if (!good) fd.close();
    }
  }

  private static void refuseMandatory(Dir dir, Fd fd, FileStatus status) throws IOException {
    int mark = status.permissions() & (SETGID | GROUP_EXECUTE);
    if (!status.isRegular() || mark != SETGID) return;
    boolean mounted = dir.kernel().filesystem(fd).mandatoryLocks();
    throw new UnsafePathException(
        fd.path()
            + " is marked for mandatory locking (mode "
            + Integer.toOctalString(status.permissions())
            + ": setgid, and not executable by its group)"
            + (mounted
                ? ", and its mount has it (mand): a lock would stop every reader and writer"
                : ", which its mount has not: a lock would stop less than the mark says")
            + "; chmod g-s "
            + fd.path());
  }

  /// Whether `name` leads to it.
  boolean isAt(Dir dir, String name) throws IOException {
    FileStatus there = dir.statusOf(name);
    return there != null && id.equals(Id.of(there));
  }

  /// @throws ErrnoException if an fcntl lock of this mode needs a right that we do not have
  void requireRightTo(LockKind mode) throws ErrnoException {
    if (mode == LockKind.EXCLUSIVE && unwritable != null) throw unwritable;
  }

  @Override
  public void close() {
    fd.close();
  }
}
