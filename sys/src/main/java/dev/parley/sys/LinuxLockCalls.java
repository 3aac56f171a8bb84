package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

/// [LockCalls] over Linux.
interface LinuxLockCalls extends LockCalls {

  // ---- flock

  @Override
  default boolean tryFlock(Fd fd, LockKind kind) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(FLOCK, fd.number(), operation(kind) | LOCK_NB, 0);
      return isDone(FLOCK, fd, result, Errno.EAGAIN);
    }
  }

  @Override
  default boolean flockOrInterrupted(Fd fd, LockKind kind) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.callOnce(FLOCK, fd.number(), operation(kind), 0, 0, 0, 0);
      return isDone(FLOCK, fd, result, Errno.EINTR);
    }
  }

  @Override
  default void unflock(Fd fd) throws ErrnoException {
    Calls.on(FLOCK, fd, LOCK_UN, 0);
  }

  private static int operation(LockKind kind) {
    return kind == LockKind.SHARED ? LOCK_SH : LOCK_EX;
  }

  // ---- open file description locks

  @Override
  default boolean trySetLock(Fd fd, LockKind kind, long start, long length) throws ErrnoException {
    return tryLock(fd, F_OFD_SETLK, kind, start, length);
  }

  @Override
  default void setLockWait(Fd fd, LockKind kind, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_SETLKW, type(kind), start, length);
      if (result < 0) throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  @Override
  default boolean setLockOrInterrupted(Fd fd, LockKind kind, long start, long length)
      throws ErrnoException {
    return lockOrInterrupted(fd, F_OFD_SETLKW, kind, start, length);
  }

  @Override
  default void unlock(Fd fd, long start, long length) throws ErrnoException {
    unlock(fd, F_OFD_SETLK, start, length);
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

  // ---- POSIX locks

  @Override
  default boolean trySetPosixLock(Fd fd, LockKind kind, long start, long length)
      throws ErrnoException {
    return tryLock(fd, F_SETLK, kind, start, length);
  }

  @Override
  default boolean setPosixLockOrInterrupted(Fd fd, LockKind kind, long start, long length)
      throws ErrnoException {
    return lockOrInterrupted(fd, F_SETLKW, kind, start, length);
  }

  @Override
  default void unlockPosix(Fd fd, long start, long length) throws ErrnoException {
    unlock(fd, F_SETLK, start, length);
  }

  // ---- what fcntl's two kinds share

  private static boolean tryLock(Fd fd, int command, LockKind kind, long start, long length)
      throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, command, type(kind), start, length);
      if (result == -Errno.EACCES.number()) return false;
      return isDone(FCNTL, fd, result, Errno.EAGAIN);
    }
  }

  private static boolean lockOrInterrupted(
      Fd fd, int command, LockKind kind, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      Structs.Flock.write(scratch.memory(), type(kind), start, length);
      long result = scratch.callOnce(FCNTL, fd.number(), command, scratch.structAddress(), 0, 0, 0);
      return isDone(FCNTL, fd, result, Errno.EINTR);
    }
  }

  private static void unlock(Fd fd, int command, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, command, F_UNLCK, start, length);
      if (result < 0) throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  private static long lock(Scratch scratch, Fd fd, int command, int type, long start, long length) {
    Structs.Flock.write(scratch.memory(), type, start, length);
    return scratch.call(FCNTL, fd.number(), command, scratch.structAddress());
  }

  private static int type(LockKind kind) {
    return kind == LockKind.SHARED ? F_RDLCK : F_WRLCK;
  }

  /// @return false if `otherwise` is what it says
  private static boolean isDone(Syscall call, Fd fd, long result, Errno otherwise)
      throws ErrnoException {
    if (result >= 0) return true;
    if (result == -otherwise.number()) return false;
    throw Calls.failure(call, fd.path(), result);
  }
}
