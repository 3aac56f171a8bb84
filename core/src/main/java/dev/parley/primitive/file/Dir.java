package dev.parley.primitive.file;

import static dev.parley.sys.Open.CREATE;
import static dev.parley.sys.Open.DIRECTORY;
import static dev.parley.sys.Open.EXCLUSIVE;
import static dev.parley.sys.Open.NON_BLOCKING;
import static dev.parley.sys.Open.NO_FOLLOW;
import static dev.parley.sys.Open.READ_ONLY;
import static dev.parley.sys.Open.READ_WRITE;
import static dev.parley.sys.Open.WRITE_ONLY;

import dev.parley.BadFormatException;
import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An open directory inside a space, whose kind, owner and mode were checked through its
/// descriptor; and the one way to reach what is in it.
///
/// Guarantees: names are single components; no symlink is followed; no open blocks on a FIFO; what
/// is made has the space's mode whatever the umask. Expected outcomes are values; everything else
/// is an [ErrnoException] that names the path, or an [UnsafePathException]. Safe for use by several
/// threads; listings of one `Dir`, which has one offset, wait for each other.
public final class Dir implements AutoCloseable {
  private final Kernel kernel;
  private final Fd fd;
  private final Access access;

  private Dir(Kernel kernel, Fd fd, Access access) {
    this.kernel = kernel;
    this.fd = fd;
    this.access = access;
  }

  /// The directory behind `fd`, which it takes over.
  ///
  /// @throws UnsafePathException if it is not for those in `access` alone
  public static Dir verified(Kernel kernel, Fd fd, Access access) throws IOException {
    boolean good = false;
    try {
      access.checkDirectory(kernel.status(fd), fd::path);
      good = true;
      return new Dir(kernel, fd, access);
    } finally {
      if (!good) fd.close();
    }
  }

  public Kernel kernel() {
    return kernel;
  }

  public Fd fd() {
    return fd;
  }

  public Access access() {
    return access;
  }

  public String path() {
    return fd.path();
  }

  public String pathOf(String name) {
    return fd.path() + "/" + name;
  }

  // ---- directories in it

  /// Opens a directory in it, or returns null if there is none.
  public @Nullable Dir tryOpen(String name) throws IOException {
    return tryOpen(name, access);
  }

  /// The same for a directory that is for others than this one, such as a private one in a place
  /// for all.
  public @Nullable Dir tryOpen(String name, Access access) throws IOException {
    try {
      return verified(
          kernel, kernel.openAt(fd, name, READ_ONLY | DIRECTORY | NO_FOLLOW, 0), access);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return null;
      if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
        access.checkDirectory(kernel.statusAt(fd, name), () -> pathOf(name));
      }
      throw e;
    }
  }

  /// Opens this directory once more, with an offset of its own.
  public Dir reopen() throws IOException {
    return verified(kernel, kernel.openAt(fd, ".", READ_ONLY | DIRECTORY, 0), access);
  }

  /// @throws ErrnoException ENOENT if there is none
  public Dir open(String name) throws IOException {
    Dir dir = tryOpen(name);
    if (dir == null) throw new ErrnoException("openat", pathOf(name), Errno.ENOENT);
    return dir;
  }

  /// Opens a directory in it, which is made if it is not there.
  public Dir openOrMake(String name) throws IOException {
    while (true) {
      Dir dir = tryOpen(name);
      if (dir != null) return dir;
      tryMake(name);
    }
  }

  /// Makes a directory in it, with the space's mode whatever the umask.
  ///
  /// In a group space it is made under a name that starts with a dot, and moved into place once it
  /// is open to the group: killed in between, nobody meets a folder that only its maker may use.
  ///
  /// @return false if the name is taken
  public boolean tryMake(String name) throws IOException {
    if (!access.isShared()) return tryMakePlain(name);
    String temporary = "." + name + "-" + RandomName.hex(12);
    if (!tryMakePlain(temporary)) return false;
    boolean moved = false;
    try {
      try (Fd made = kernel.openAt(fd, temporary, READ_ONLY | DIRECTORY | NO_FOLLOW, 0)) {
        setMode(made, access.directoryMode());
      }
      moved = move(temporary, this, name) == Move.MOVED;
      return moved;
    } finally {
      if (!moved) tryRemove(temporary);
    }
  }

  private boolean tryMakePlain(String name) throws IOException {
    try {
      kernel.makeDirectoryAt(fd, name, access.directoryMode());
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST)) return false;
      throw e;
    }
  }

  /// Gives a file of ours the mode, whatever the umask, and in a group space the group.
  public void setMode(Fd made, int mode) throws IOException {
    if (access instanceof Access.Shared shared) kernel.changeOwner(made, -1, shared.group());
    kernel.changeMode(made, mode);
  }

  /// rmdir(2).
  ///
  /// @return false if something is in it; true if it is gone, whoever removed it
  public boolean tryRemove(String name) throws IOException {
    try {
      kernel.removeDirectoryAt(fd, name);
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return true;
      if (e.is(Errno.ENOTEMPTY) || e.is(Errno.EEXIST)) return false;
      throw e;
    }
  }

  /// Removes a directory in it with everything below, if it is there. No symlink is followed.
  public void removeTree(String name) throws IOException {
    removeTree(name, access);
  }

  /// The same for a directory that is for others than this one.
  public void removeTree(String name, Access its) throws IOException {
    Dir dir = tryOpen(name, its);
    if (dir == null) return;
    try (dir) {
      for (String child : dir.list().names()) {
        FileStatus status = dir.statusOf(child);
        if (status == null) continue;
        if (status.isDirectory()) {
          dir.removeTree(child);
        } else {
          dir.tryUnlink(child);
        }
      }
    }
    tryRemove(name);
  }

  // ---- files in it

  /// Makes a file for writing.
  ///
  /// @throws ErrnoException EEXIST if the name is taken; ENOSPC, EDQUOT, EMFILE
  public Fd create(String name) throws IOException {
    return create(name, access.fileMode());
  }

  public Fd create(String name, int mode) throws IOException {
    Fd file = kernel.openAt(fd, name, READ_WRITE | CREATE | EXCLUSIVE | NO_FOLLOW, mode);
    if (access.isShared()) {
      boolean good = false;
      try {
        setMode(file, mode);
        good = true;
      } finally {
        if (!good) file.close();
      }
    }
    return file;
  }

  /// Opens a regular file in it for reading, or returns null if there is none.
  ///
  /// @throws UnsafePathException if it is no regular file, or not of this space's people
  public @Nullable Fd tryOpenFile(String name) throws IOException {
    return tryOpenFile(name, READ_ONLY);
  }

  /// The same for [dev.parley.sys.Open#READ_WRITE], [dev.parley.sys.Open#APPEND] and their like.
  public @Nullable Fd tryOpenFile(String name, int flags) throws IOException {
    return tryOpenFile(name, flags, Integer.MAX_VALUE);
  }

  private @Nullable Fd tryOpenFile(String name, int flags, int mostLinks) throws IOException {
    Fd file;
    try {
      file = kernel.openAt(fd, name, flags | NO_FOLLOW | NON_BLOCKING, 0);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return null;
      if (e.is(Errno.ELOOP) || e.is(Errno.EISDIR) || e.is(Errno.ENXIO)) {
        access.checkFile(kernel.statusAt(fd, name), () -> pathOf(name));
      }
      throw e;
    }
    boolean good = false;
    try {
      FileStatus status = kernel.status(file);
      access.checkFile(status, file::path);
      if (status.links() > mostLinks && access.isShared()) {
        throw new UnsafePathException(
            file.path()
                + " has "
                + status.links()
                + " names (hard links), so whoever has another can change it; copy it, and put the copy in its place");
      }
      good = true;
      return file;
    } finally {
      if (!good) file.close();
    }
  }

  /// Opens a FIFO in it for reading and writing, without blocking; made if it is not there.
  public Fd openFifo(String name) throws IOException {
    if (!has(name)) makeFifo(name);
    Fd fifo = kernel.openAt(fd, name, READ_WRITE | NO_FOLLOW | NON_BLOCKING, 0);
    boolean good = false;
    try {
      FileStatus status = kernel.status(fifo);
      if (!status.isFifo()) {
        throw new UnsafePathException(
            pathOf(name) + " is a " + status.kind() + " where a FIFO should be; remove it");
      }
      good = true;
      return fifo;
    } finally {
      if (!good) fifo.close();
    }
  }

  /// As with [#tryMake], nobody meets it before it has its mode.
  private void makeFifo(String name) throws IOException {
    String temporary = "." + name + "-" + RandomName.hex(12);
    kernel.makeFifoAt(fd, temporary, access.fileMode());
    boolean moved = false;
    try {
      if (access.isShared()) {
        try (Fd made = kernel.openAt(fd, temporary, READ_WRITE | NO_FOLLOW | NON_BLOCKING, 0)) {
          setMode(made, access.fileMode());
        }
      }
      moved = move(temporary, this, name) == Move.MOVED;
    } finally {
      if (!moved) tryUnlink(temporary);
    }
  }

  /// unlink(2).
  ///
  /// @return false if there is no such file (ENOENT)
  public boolean tryUnlink(String name) throws IOException {
    try {
      kernel.unlinkAt(fd, name);
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return false;
      throw e;
    }
  }

  /// link(2): a second name in `to` for a file in this directory.
  public Move link(String name, Dir to, String newName) throws IOException {
    try {
      kernel.linkAt(fd, name, to.fd, newName);
      return Move.MOVED;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return Move.MISSING;
      if (e.is(Errno.EEXIST)) return Move.TAKEN;
      throw e;
    }
  }

  /// Renames into `to` without replacing.
  ///
  /// @throws ErrnoException EINVAL where the filesystem lacks RENAME_NOREPLACE; Parley needs it
  public Move move(String name, Dir to, String newName) throws IOException {
    try {
      kernel.renameNoReplaceAt(fd, name, to.fd, newName);
      return Move.MOVED;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return Move.MISSING;
      if (e.is(Errno.EEXIST)) return Move.TAKEN;
      throw e;
    }
  }

  /// The same for a file, and also where the filesystem lacks RENAME_NOREPLACE: by link(2) and
  /// unlink(2) there, and killed in between it has both names.
  public Move moveFile(String name, Dir to, String newName) throws IOException {
    try {
      return move(name, to, newName);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EINVAL)) throw e;
    }
    Move linked = link(name, to, newName);
    if (linked == Move.MOVED) tryUnlink(name);
    return linked;
  }

  /// Exchanges two names at one instant: neither is ever missing.
  ///
  /// @throws ErrnoException ENOENT if one is missing; EINVAL where the filesystem lacks
  ///   RENAME_EXCHANGE
  public void exchange(String name, Dir with, String other) throws IOException {
    kernel.renameExchangeAt(fd, name, with.fd, other);
  }

  /// Renames into `to` without replacing, where a file of that name can only be this very one:
  /// under a second link, which a power cut left of an earlier rename, or a link that was made
  /// twice. Then this name goes and that one stays.
  ///
  /// @throws BadFormatException if another file has the name
  public Move moveOnce(String name, Dir to, String newName) throws IOException {
    Move move = move(name, to, newName);
    if (move != Move.TAKEN) return move;
    FileStatus mine = statusOf(name);
    FileStatus other = to.statusOf(newName);
    if (mine == null || other == null) return Move.MISSING;
    if (mine.inode() != other.inode()) {
      throw new BadFormatException(
          to.pathOf(newName)
              + " is there already, and is not "
              + pathOf(name)
              + "; names are never used twice, so"
              + " look who put it there, and remove one of them");
    }
    tryUnlink(name);
    return Move.MOVED;
  }

  /// Renames a file in it over another one in it, if there is one.
  public void replace(String name, String newName) throws IOException {
    kernel.renameAt(fd, name, fd, newName);
  }

  // ---- what is in it

  /// Everything in it but `.` and `..`; empty if it was removed.
  public synchronized Listing list() throws IOException {
    kernel.rewind(fd);
    try {
      List<String> names = kernel.readDirectory(fd);
      boolean oneInstant = true;
      for (List<String> more = names; !more.isEmpty(); ) {
        more = kernel.readDirectory(fd);
        if (!more.isEmpty()) {
          if (oneInstant) names = new ArrayList<>(names);
          oneInstant = false;
          names.addAll(more);
        }
      }
      return new Listing(names, oneInstant);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return new Listing(List.of(), true);
      throw e;
    }
  }

  /// The names in it that do not start with a dot, sorted.
  public List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : list().names()) {
      if (!name.startsWith(".")) names.add(name);
    }
    names.sort(null);
    return names;
  }

  public boolean has(String name) throws IOException {
    return statusOf(name) != null;
  }

  /// What `name` is, or null if there is nothing.
  public @Nullable FileStatus statusOf(String name) throws IOException {
    try {
      return kernel.statusAt(fd, name);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return null;
      throw e;
    }
  }

  public FileStatus status() throws IOException {
    return kernel.status(fd);
  }

  /// Whether it was removed while it was open.
  public boolean isGone() throws IOException {
    return status().links() == 0;
  }

  /// fsync(2): its entries survive a power cut.
  public void sync() throws IOException {
    kernel.fsync(fd);
  }

  // ---- whole files

  public void writeFully(Fd file, byte[] bytes) throws IOException {
    int written = 0;
    while (written < bytes.length) {
      written += kernel.write(file, bytes, written, bytes.length - written);
    }
  }

  /// Reads a file in it whole, or returns null if there is none.
  ///
  /// @throws UnsafePathException if it has more than `mostBytes`, or, in a group space, a second
  ///   name somewhere: in a private one only its owner could have made that
  public byte @Nullable [] tryRead(String name, int mostBytes) throws IOException {
    Fd file = tryOpenFile(name, READ_ONLY, 1);
    if (file == null) return null;
    try (file) {
      return readFully(file, mostBytes);
    }
  }

  /// Reads from the start of a file to its end.
  public byte[] readFully(Fd file, int mostBytes) throws IOException {
    byte[] bytes = new byte[Math.min(mostBytes + 1, 4096)];
    int length = 0;
    while (true) {
      int n = kernel.readAt(file, length, bytes, length, bytes.length - length);
      if (n == 0) return Arrays.copyOf(bytes, length);
      length += n;
      if (length == bytes.length) {
        if (length > mostBytes) {
          throw new UnsafePathException(
              file.path() + " has more than the " + mostBytes + " bytes that are expected there");
        }
        bytes = Arrays.copyOf(bytes, (int) Math.min(mostBytes + 1L, length * 2L));
      }
    }
  }

  /// Puts a whole file in place, over what was there: the old or the new is seen, never a part.
  ///
  /// On disk, in order: the new file under a name that starts with a dot and is nobody else's; its
  /// data, if `durable`; the rename; the directory, if `durable`. Killed before the rename, the dot
  /// file stays.
  public void replaceFile(String name, byte[] bytes, boolean durable) throws IOException {
    String temporary = Companion.of(name, "-" + RandomName.hex(12));
    boolean done = false;
    try {
      try (Fd file = create(temporary)) {
        writeFully(file, bytes);
        if (durable) kernel.fsync(file);
      }
      replace(temporary, name);
      done = true;
      if (durable) sync();
    } finally {
      if (!done) tryUnlink(temporary);
    }
  }

  /// Makes an empty file unless it is there. As with [#tryMake], nobody meets it before it has its
  /// mode.
  public void touch(String name) throws IOException {
    if (has(name)) return;
    String temporary = Companion.of(name, "-" + RandomName.hex(12));
    create(temporary).close();
    if (moveFile(temporary, this, name) != Move.MOVED) tryUnlink(temporary);
  }

  /// Adds bytes to the end of a file in it, which is made if it is not there; one write, so that
  /// others' lines stay whole.
  public void append(String name, byte[] bytes) throws IOException {
    while (true) {
      Fd file = tryOpenFile(name, WRITE_ONLY | dev.parley.sys.Open.APPEND);
      if (file != null) {
        try (file) {
          writeFully(file, bytes);
          return;
        }
      }
      touch(name);
    }
  }

  @Override
  public void close() {
    fd.close();
  }

  @Override
  public String toString() {
    return path();
  }
}
