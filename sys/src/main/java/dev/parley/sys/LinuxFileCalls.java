package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/// [FileCalls] over Linux.
interface LinuxFileCalls extends FileCalls {
  // ---- opening and closing

  @Override
  default Fd openAt(Fd dir, String name, int flags, int mode) throws ErrnoException {
    long number = Calls.at(OPENAT, dir, name, Machine.current().openFlags(flags) | O_CLOEXEC, mode);
    return Fd.opened(LinuxKernel.INSTANCE, (int) number, dir, name);
  }

  @Override
  default void close(Fd fd) throws ErrnoException {
    int number = fd.release();
    if (number < 0) return;
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.callOnce(CLOSE, number, 0, 0, 0, 0, 0);
      if (result < 0) throw Calls.failure(CLOSE, fd.path(), result);
    }
  }

  @Override
  default Fd duplicate(Fd fd) throws ErrnoException {
    return duplicate(fd, 3);
  }

  @Override
  default Fd duplicate(Fd fd, int lowest) throws ErrnoException {
    return Calls.opened(fd.path(), Calls.duplicate(fd, lowest));
  }

  @Override
  default Fd reopen(Fd fd, int flags) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long path = scratch.name("/proc/self/fd/" + fd.number());
      int all = Machine.current().openFlags(flags) | O_CLOEXEC;
      long result = scratch.call(OPENAT, AT_FDCWD, path, all, 0);
      if (result < 0) throw Calls.failure(OPENAT, fd.path(), result);
      return Calls.opened(fd.path(), result);
    }
  }

  // ---- bytes

  @Override
  default int read(Fd fd, byte[] into, int offset, int length) throws ErrnoException {
    return transferIn(READ, fd, 0, into, offset, length);
  }

  @Override
  default int readAt(Fd fd, long position, byte[] into, int offset, int length)
      throws ErrnoException {
    return transferIn(PREAD64, fd, position, into, offset, length);
  }

  @Override
  default int write(Fd fd, byte[] from, int offset, int length) throws ErrnoException {
    return transferOut(WRITE, fd, 0, from, offset, length);
  }

  @Override
  default int writeAt(Fd fd, long position, byte[] from, int offset, int length)
      throws ErrnoException {
    return transferOut(PWRITE64, fd, position, from, offset, length);
  }

  private static int transferIn(
      Syscall call, Fd fd, long position, byte[] into, int offset, int length)
      throws ErrnoException {
    Objects.checkFromIndexSize(offset, length, into.length);
    try (Scratch scratch = Scratch.borrow()) {
      int most = Math.min(length, Scratch.DATA_BYTES);
      long result = scratch.call(call, fd.number(), scratch.dataAddress(), most, position);
      if (result < 0) throw Calls.failure(call, fd.path(), result);
      scratch.get(into, offset, (int) result);
      return (int) result;
    }
  }

  private static int transferOut(
      Syscall call, Fd fd, long position, byte[] from, int offset, int length)
      throws ErrnoException {
    Objects.checkFromIndexSize(offset, length, from.length);
    try (Scratch scratch = Scratch.borrow()) {
      int count = scratch.put(from, offset, length);
      long result = scratch.call(call, fd.number(), scratch.dataAddress(), count, position);
      if (result < 0) throw Calls.failure(call, fd.path(), result);
      return (int) result;
    }
  }

  @Override
  default void truncate(Fd fd, long lengthBytes) throws ErrnoException {
    Calls.on(FTRUNCATE, fd, lengthBytes, 0);
  }

  @Override
  default void rewind(Fd fd) throws ErrnoException {
    Calls.on(LSEEK, fd, 0, SEEK_SET);
  }

  // ---- durability

  @Override
  default void fsync(Fd fd) throws ErrnoException {
    Calls.on(FSYNC, fd, 0, 0);
  }

  @Override
  default void fdatasync(Fd fd) throws ErrnoException {
    Calls.on(FDATASYNC, fd, 0, 0);
  }

  @Override
  default void syncfs(Fd fd) throws ErrnoException {
    Calls.on(SYNCFS, fd, 0, 0);
  }

  // ---- names

  @Override
  default FileStatus status(Fd fd) throws ErrnoException {
    return statx(fd, "", AT_EMPTY_PATH);
  }

  @Override
  default FileStatus statusAt(Fd dir, String name) throws ErrnoException {
    return statx(dir, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
  }

  @Override
  default FileStatus targetStatusAt(Fd dir, String name) throws ErrnoException {
    return statx(dir, name, AT_STATX_DONT_SYNC);
  }

  private static FileStatus statx(Fd dir, String name, int flags) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long path = scratch.name(name);
      int members = STATX_BASIC_STATS | STATX_MNT_ID;
      long result =
          path < 0
              ? path
              : scratch.call(STATX, dir.number(), path, flags, members, scratch.structAddress(), 0);
      if (result < 0) throw Calls.failure(STATX, dir.path(name), result);
      return Structs.Statx.read(scratch.memory());
    }
  }

  @Override
  default boolean isPermitted(Fd fd, int rights) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long empty = scratch.name("");
      int flags = AT_EACCESS | AT_EMPTY_PATH;
      long result = scratch.call(FACCESSAT2, fd.number(), empty, rights, flags);
      if (result >= 0) return true;
      return switch (Errno.of((int) -result)) {
        case EACCES, EPERM, EROFS, ETXTBSY -> false;
        default -> throw Calls.failure(FACCESSAT2, fd.path(), result);
      };
    }
  }

  @Override
  default void makeDirectoryAt(Fd dir, String name, int mode) throws ErrnoException {
    Calls.at(MKDIRAT, dir, name, mode, 0);
  }

  @Override
  default void makeFifoAt(Fd dir, String name, int mode) throws ErrnoException {
    Calls.at(MKNODAT, dir, name, S_IFIFO | mode, 0);
  }

  @Override
  default void linkAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException {
    Calls.atTwo(LINKAT, fromDir, from, toDir, to, 0);
  }

  @Override
  default void linkFileAt(Fd file, Fd toDir, String to) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long source = scratch.name("/proc/self/fd/" + file.number());
      long target = scratch.secondName(to);
      long result = Math.min(source, target);
      if (result >= 0) {
        result =
            scratch.call(LINKAT, AT_FDCWD, source, toDir.number(), target, AT_SYMLINK_FOLLOW, 0);
      }
      if (result < 0)
        throw new ErrnoException("linkat", file.path(), toDir.path(to), (int) -result);
    }
  }

  @Override
  default void renameAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException {
    Calls.atTwo(RENAMEAT2, fromDir, from, toDir, to, 0);
  }

  @Override
  default void renameNoReplaceAt(Fd fromDir, String from, Fd toDir, String to)
      throws ErrnoException {
    Calls.atTwo(RENAMEAT2, fromDir, from, toDir, to, RENAME_NOREPLACE);
  }

  @Override
  default void renameExchangeAt(Fd oneDir, String one, Fd otherDir, String other)
      throws ErrnoException {
    Calls.atTwo(RENAMEAT2, oneDir, one, otherDir, other, RENAME_EXCHANGE);
  }

  @Override
  default void symlinkAt(String target, Fd dir, String name) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long content = scratch.name(target);
      long path = scratch.secondName(name);
      long result = Math.min(content, path);
      if (result >= 0) result = scratch.call(SYMLINKAT, content, dir.number(), path);
      if (result < 0) throw Calls.failure(SYMLINKAT, dir.path(name), result);
    }
  }

  @Override
  default String readLinkAt(Fd dir, String name) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long path = scratch.name(name);
      long result =
          path < 0
              ? path
              : scratch.call(READLINKAT, dir.number(), path, scratch.dataAddress(), PATH_MAX);
      if (result < 0) throw Calls.failure(READLINKAT, dir.path(name), result);
      return Names.decode(scratch.get((int) result), 0, (int) result);
    }
  }

  @Override
  default void unlinkAt(Fd dir, String name) throws ErrnoException {
    Calls.at(UNLINKAT, dir, name, 0, 0);
  }

  @Override
  default void removeDirectoryAt(Fd dir, String name) throws ErrnoException {
    Calls.at(UNLINKAT, dir, name, AT_REMOVEDIR, 0);
  }

  @Override
  default List<String> readDirectory(Fd dir) throws ErrnoException {
    while (true) {
      byte[] entries = Calls.readData(GETDENTS64, dir);
      List<String> names = Structs.Dirent64.names(entries);
      if (!names.isEmpty() || entries.length == 0) return names;
    }
  }

  // ---- metadata

  @Override
  default void changeMode(Fd fd, int mode) throws ErrnoException {
    Calls.on(FCHMOD, fd, mode, 0);
  }

  @Override
  default void changeOwner(Fd fd, int uid, int gid) throws ErrnoException {
    Calls.on(FCHOWN, fd, uid, gid);
  }

  @Override
  default void changeModeOf(Fd file, int mode) throws ErrnoException {
    Calls.at(FCHMODAT, Fd.CWD, "/proc/self/fd/" + file.number(), mode, 0);
  }

  @Override
  default void changeOwnerOf(Fd file, int uid, int gid) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result =
          scratch.call(FCHOWNAT, file.number(), scratch.name(""), uid, gid, AT_EMPTY_PATH, 0);
      if (result < 0) throw Calls.failure(FCHOWNAT, file.path(), result);
    }
  }

  @Override
  default void setModified(Fd fd, long nanos) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      MemorySegment times = scratch.memory();
      times.set(ValueLayout.JAVA_LONG, Structs.Timespec.TV_NSEC, UTIME_OMIT); // the access time
      Structs.Timespec.putNanos(times, Structs.Timespec.SIZE, nanos);
      long result = scratch.call(UTIMENSAT, fd.number(), 0, scratch.structAddress(), 0);
      if (result < 0) throw Calls.failure(UTIMENSAT, fd.path(), result);
    }
  }

  @Override
  default FilesystemStatus filesystem(Fd fd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(FSTATFS, fd.number(), scratch.structAddress(), 0);
      if (result < 0) throw Calls.failure(FSTATFS, fd.path(), result);
      return Structs.Statfs.read(scratch.memory());
    }
  }
}
