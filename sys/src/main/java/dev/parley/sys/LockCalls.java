package dev.parley.sys;

/// Advisory locks. Part of [Kernel].
public interface LockCalls {

  // ---- open file description locks (fcntl, F_OFD_*)

  /// F_OFD_SETLK: takes or changes the lock on bytes [start, start + length) now; length 0 is to
  /// the end.
  ///
  /// @return false if another open file description holds a conflicting one (EAGAIN, EACCES)
  boolean trySetLock(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  /// F_OFD_SETLKW: the same, waiting. Blocks the calling platform thread.
  void setLockWait(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  /// F_OFD_SETLK with F_UNLCK.
  void unlock(Fd fd, long start, long length) throws ErrnoException;

  /// F_OFD_GETLK: would `kind` conflict with a lock that another description holds? Takes nothing
  /// and needs no right to write: a descriptor open for reading does.
  boolean isLockedByOther(Fd fd, LockKind kind, long start, long length) throws ErrnoException;
}
