package dev.parley.sys;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The system calls Parley makes, and the one seam through which it makes them.
///
/// Everything above this interface reaches the kernel only through it, so a test can make any call
/// fail and another implementation can stand in where there is no Linux. One method is one system
/// call (a few cover a family); names are those of the manual pages, where each is described.
///
/// Guarantees: every descriptor handed out is close-on-exec; EINTR is retried wherever a retry is
/// right (never for close). Errors are [ErrnoException], naming the call, the path and the reason.
/// Safe for use by any number of threads; nothing here blocks except [#epollWait], [#setLockWait],
/// [#waitFor] and what a device or a pipe makes slow. What blocks holds its platform thread, or a
/// virtual thread's carrier, and does not hear interrupts.
///
/// Names are the kernel's bytes, read as UTF-8. A byte that is not valid UTF-8 appears as the lone
/// surrogate U+DC00 + byte and is turned back on the way in, so that every name that
/// [#readDirectory] lists can be opened, renamed and removed. A name with a NUL, or with any other
/// lone surrogate, is refused with EINVAL before the call.
///
/// A directory argument of [Fd#CWD] with an absolute name opens from the root. Descriptors may be
/// open with [Open#PATH] wherever they are only directory arguments.
public interface Kernel {

  /// The real one.
  ///
  /// @throws UnsupportedOperationException if this is not Linux on x86-64 or aarch64
  static Kernel linux() {
    Machine.current();
    return LinuxKernel.INSTANCE;
  }

  // ---- opening and closing

  /// openat(2). `flags` are those of [Open]; O_CLOEXEC is always added.
  Fd openAt(Fd dir, String name, int flags, int mode) throws ErrnoException;

  /// close(2), by the descriptor's one owner; see [Fd#close]. An EINTR or EIO still closed it.
  void close(Fd fd) throws ErrnoException;

  /// dup(2), close-on-exec. The copy shares the open file description: its offset and its locks.
  Fd duplicate(Fd fd) throws ErrnoException;

  // ---- bytes

  /// read(2): 0 at the end, fewer than asked when the kernel has fewer or the implementation takes
  /// no more at once (256 kB on Linux).
  int read(Fd fd, byte[] into, int offset, int length) throws ErrnoException;

  /// pread(2).
  int readAt(Fd fd, long position, byte[] into, int offset, int length) throws ErrnoException;

  /// write(2): may write fewer bytes than asked; the implementation takes at most 256 kB at once on
  /// Linux. To a pipe whose readers are gone: EPIPE, never a signal.
  int write(Fd fd, byte[] from, int offset, int length) throws ErrnoException;

  /// pwrite(2).
  int writeAt(Fd fd, long position, byte[] from, int offset, int length) throws ErrnoException;

  /// ftruncate(2).
  void truncate(Fd fd, long lengthBytes) throws ErrnoException;

  // ---- durability

  /// fsync(2). A failure is final: the pages it was about count as written afterwards, so a retry
  /// that succeeds says nothing.
  void fsync(Fd fd) throws ErrnoException;

  /// fdatasync(2): the data and what is needed to read it back, such as the size.
  void fdatasync(Fd fd) throws ErrnoException;

  /// syncfs(2): waits for every dirty page of the filesystem, strangers' included.
  void syncfs(Fd fd) throws ErrnoException;

  // ---- names

  /// statx(2) of an open descriptor.
  FileStatus status(Fd fd) throws ErrnoException;

  /// statx(2) of a name, never following a symlink in the last component.
  FileStatus statusAt(Fd dir, String name) throws ErrnoException;

  /// mkdirat(2); the umask is taken off `mode`, as everywhere.
  void makeDirectoryAt(Fd dir, String name, int mode) throws ErrnoException;

  /// mknodat(2) with S_IFIFO.
  void makeFifoAt(Fd dir, String name, int mode) throws ErrnoException;

  /// linkat(2) without following symlinks: a second name for the file; EEXIST if `to` is taken.
  void linkAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException;

  /// symlinkat(2): makes `name` a symbolic link that says `target`.
  void symlinkAt(String target, Fd dir, String name) throws ErrnoException;

  /// readlinkat(2): what the link says. EINVAL if it is not a symbolic link.
  String readLinkAt(Fd dir, String name) throws ErrnoException;

  /// unlinkat(2): removes the name; not a directory's (EISDIR).
  void unlinkAt(Fd dir, String name) throws ErrnoException;

  /// unlinkat(2) with AT_REMOVEDIR: ENOTEMPTY if anything is in it.
  void removeDirectoryAt(Fd dir, String name) throws ErrnoException;

  /// renameat(2): replaces what `to` names.
  void renameAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException;

  /// renameat2(2) with RENAME_NOREPLACE: EEXIST if `to` is taken. EINVAL where the filesystem lacks
  /// it.
  void renameNoReplaceAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException;

  /// getdents64(2) from the current offset: one call's worth of names, `.` and `..` left out; empty
  /// at the end. Call [#rewind] first to start over.
  ///
  /// @implNote On Linux one call holds the directory's lock from its first entry to its last, so
  ///   the names of one call are the directory at one instant. Names of several calls are not.
  List<String> readDirectory(Fd dir) throws ErrnoException;

  /// lseek(2) to the start, for [#readDirectory] and [#read].
  void rewind(Fd fd) throws ErrnoException;

  // ---- metadata

  /// fchmod(2): the permission bits, whatever the umask.
  void changeMode(Fd fd, int mode) throws ErrnoException;

  /// fchown(2); -1 leaves the user or the group as it is.
  void changeOwner(Fd fd, int uid, int gid) throws ErrnoException;

  /// futimens(2): sets the modification time, in nanoseconds since the epoch.
  void setModified(Fd fd, long nanos) throws ErrnoException;

  /// fstatfs(2).
  FilesystemStatus filesystem(Fd fd) throws ErrnoException;

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

  // ---- waiting

  /// inotify_init1(2), non-blocking.
  Fd inotifyInit() throws ErrnoException;

  /// inotify_add_watch(2) on the inode behind `target` (through /proc/self/fd, so no path is walked
  /// again), and the watch number.
  int inotifyAddWatch(Fd inotify, Fd target, int mask) throws ErrnoException;

  /// inotify_rm_watch(2); [InotifyEvent#IGNORED] follows.
  void inotifyRemoveWatch(Fd inotify, int watch) throws ErrnoException;

  /// read(2) of an inotify descriptor: what is there now, possibly nothing; thousands of events at
  /// once, more with the next call.
  List<InotifyEvent> inotifyRead(Fd inotify) throws ErrnoException;

  /// eventfd(2), non-blocking, starting at 0. Write and read it with [#signal] and [#drain].
  Fd eventFd() throws ErrnoException;

  /// Adds one to an eventfd.
  void signal(Fd eventFd) throws ErrnoException;

  /// Sets an eventfd back to 0.
  void drain(Fd eventFd) throws ErrnoException;

  /// epoll_create1(2).
  Fd epollCreate() throws ErrnoException;

  /// epoll_ctl(2) with EPOLL_CTL_ADD for reading. `key` comes back from [#epollWait]; `exclusive`
  /// is EPOLLEXCLUSIVE: of all the instances that wait for one descriptor's event, one is woken.
  void epollAdd(Fd epoll, Fd fd, long key, boolean exclusive) throws ErrnoException;

  /// epoll_ctl(2) with EPOLL_CTL_DEL; before `fd` is closed. ENOENT if it is not there.
  void epollRemove(Fd epoll, Fd fd) throws ErrnoException;

  /// epoll_wait(2): the keys of the descriptors that are readable or broken, 64 at most; empty when
  /// time is up.
  ///
  /// @param timeoutMillis how long at most; negative waits without end
  long[] epollWait(Fd epoll, int timeoutMillis) throws ErrnoException;

  // ---- processes

  /// posix_spawnp(3): starts `command` with exactly the descriptors that are named.
  ///
  /// @throws ErrnoException ENOENT, EACCES: the command cannot be run
  int spawn(SpawnRequest request) throws ErrnoException;

  /// waitpid(2) for a child of ours.
  ///
  /// @return the wait status, or null if it still runs and `block` is false
  @Nullable WaitStatus waitFor(int pid, boolean block) throws ErrnoException;

  /// pidfd_open(2): readable once the process has ended.
  Fd pidFd(int pid) throws ErrnoException;

  /// kill(2). A negative `pid` means the process group of that number; signal 0 only asks.
  void kill(int pid, int signal) throws ErrnoException;

  /// pipe2(2): the reading end, then the writing end.
  Fd[] pipe() throws ErrnoException;

  // ---- this process and this host

  /// geteuid(2).
  int effectiveUserId();

  /// getegid(2).
  int effectiveGroupId();

  /// getgroups(2), the effective group included.
  List<Integer> groups() throws ErrnoException;

  /// clock_gettime(CLOCK_REALTIME), nanoseconds since the epoch.
  long realtimeNanos();

  /// clock_gettime(CLOCK_BOOTTIME): nanoseconds since this host booted, suspends included; the same
  /// clock in every process of the host.
  long boottimeNanos();
}
