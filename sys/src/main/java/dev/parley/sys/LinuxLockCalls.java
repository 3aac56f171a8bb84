package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

/// [LockCalls] over Linux.
interface LinuxLockCalls extends LockCalls {

  // ---- open file description locks

  @Override
  default boolean trySetLock(Fd fd, LockKind kind, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_SETLK, type(kind), start, length);
      if (result >= 0) return true;
      Errno errno = Errno.of((int) -result);
      if (errno == Errno.EAGAIN || errno == Errno.EACCES) return false;
      throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  @Override
  default void setLockWait(Fd fd, LockKind kind, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_SETLKW, type(kind), start, length);
      if (result < 0) throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  @Override
  default void unlock(Fd fd, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_SETLK, F_UNLCK, start, length);
      if (result < 0) throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  @Override
  default boolean isLockedByOther(Fd fd, LockKind kind, long start, long length)
      throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_GETLK, type(kind), start, length);
      if (result < 0) throw Calls.failure(FCNTL, fd.path(), result);
      return Structs.Flock.type(scratch.memory()) != F_UNLCK;
    }
  }

  private static int type(LockKind kind) {
    return kind == LockKind.SHARED ? F_RDLCK : F_WRLCK;
  }

  private static long lock(Scratch scratch, Fd fd, int command, int type, long start, long length) {
    Structs.Flock.write(scratch.memory(), type, start, length);
    return scratch.call(FCNTL, fd.number(), command, scratch.structAddress());
  }
}
