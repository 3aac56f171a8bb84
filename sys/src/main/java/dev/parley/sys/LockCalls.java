package dev.parley.sys;

/// Advisory locks. Part of [Kernel].
///
/// Three kinds that differ in whom a lock belongs to, and in whom it excludes:
///
/// | | belongs to | ends with | excludes |
/// | --- | --- | --- | --- |
/// | flock | the open file description | its last duplicate, or any duplicate's unlock | flock |
/// | OFD | the open file description | its last duplicate, or any duplicate's unlock | OFD, POSIX |
/// | POSIX | the process | any close of the file in the process | POSIX, OFD |
///
/// On most network filesystems the kernel makes a POSIX lock of a flock, and they exclude each
/// other. Source: flock(2), fcntl_locking(2).
public interface LockCalls {

  // ---- flock(2): the whole file, through a descriptor open in any mode

  /// Takes or changes the lock now. Changing is two steps: the old lock goes first, and is lost if
  /// somebody else holds a conflicting one.
  ///
  /// @return false if another open file description holds a conflicting one (EAGAIN)
  boolean tryFlock(Fd fd, LockKind kind) throws ErrnoException;

  /// The same, waiting. Blocks the calling platform thread.
  ///
  /// @return false if [ProcessCalls#interrupt], or another signal, ended the wait (EINTR)
  boolean flockOrInterrupted(Fd fd, LockKind kind) throws ErrnoException;

  /// LOCK_UN: gives it up for every duplicate of the descriptor.
  void unflock(Fd fd) throws ErrnoException;

  // ---- open file description locks (fcntl, F_OFD_*)

  /// F_OFD_SETLK: takes or changes the lock on bytes [start, start + length) now, in one step;
  /// length 0 is to the end. Needs a descriptor open for reading, or for writing if exclusive.
  ///
  /// @return false if another open file description holds a conflicting one (EAGAIN, EACCES); what
  ///   was held is held still
  boolean trySetLock(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  /// F_OFD_SETLKW: the same, waiting. Blocks the calling platform thread.
  void setLockWait(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  /// F_OFD_SETLKW: the same.
  ///
  /// @return false if [ProcessCalls#interrupt], or another signal, ended the wait (EINTR)
  boolean setLockOrInterrupted(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  /// F_OFD_SETLK with F_UNLCK.
  void unlock(Fd fd, long start, long length) throws ErrnoException;

  /// F_OFD_GETLK: would `kind` conflict with a lock that another description holds? Takes nothing
  /// and needs no right to write: a descriptor open for reading does.
  boolean isLockedByOther(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  // ---- POSIX locks (fcntl, F_SETLK)

  /// F_SETLK: as [#trySetLock], for this process.
  ///
  /// @return false if another process, or an OFD lock, stands against it
  boolean trySetPosixLock(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  /// F_SETLKW: the same, waiting. Blocks the calling platform thread.
  ///
  /// @return false if [ProcessCalls#interrupt], or another signal, ended the wait (EINTR)
  /// @throws ErrnoException EDEADLK: a process that holds it waits for one of ours
  boolean setPosixLockOrInterrupted(Fd fd, LockKind kind, long start, long length)
      throws ErrnoException;

  /// F_SETLK with F_UNLCK.
  void unlockPosix(Fd fd, long start, long length) throws ErrnoException;
}
