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
/// Safe for use by any number of threads; nothing here blocks except [#epollWait], [#setLockWait]
/// and what a device makes slow.
///
/// A directory argument of [Fd#CWD] with an absolute name opens from the root.
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

  /// read(2): 0 at the end, fewer than asked when the kernel has fewer.
  int read(Fd fd, byte[] into, int offset, int length) throws ErrnoException;

  /// pread(2).
  int readAt(Fd fd, long position, byte[] into, int offset, int length) throws ErrnoException;

  /// write(2): may write fewer bytes than asked.
  int write(Fd fd, byte[] from, int offset, int length) throws ErrnoException;

  /// pwrite(2).
  int writeAt(Fd fd, long position, byte[] from, int offset, int length) throws ErrnoException;

  /// ftruncate(2).
  void truncate(Fd fd, long lengthBytes) throws ErrnoException;

  // ---- durability

  void fsync(Fd fd) throws ErrnoException;

  void fdatasync(Fd fd) throws ErrnoException;

  /// syncfs(2): waits for every dirty page of the filesystem, strangers' included.
  void syncfs(Fd fd) throws ErrnoException;

  // ---- names

  /// statx(2) of an open descriptor.
  FileStatus status(Fd fd) throws ErrnoException;

  /// statx(2) of a name, never following a symlink in the last component.
  FileStatus statusAt(Fd dir, String name) throws ErrnoException;

  void makeDirectoryAt(Fd dir, String name, int mode) throws ErrnoException;

  /// mknodat(2) with S_IFIFO.
  void makeFifoAt(Fd dir, String name, int mode) throws ErrnoException;

  /// linkat(2) without following symlinks: a second name for the file; EEXIST if `to` is taken.
  void linkAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException;

  void symlinkAt(String target, Fd dir, String name) throws ErrnoException;

  String readLinkAt(Fd dir, String name) throws ErrnoException;

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

  void changeMode(Fd fd, int mode) throws ErrnoException;

  /// fchown(2); -1 leaves the user or the group as it is.
  void changeOwner(Fd fd, int uid, int gid) throws ErrnoException;

  /// futimens(2): sets the modification time, in nanoseconds since the epoch.
  void setModified(Fd fd, long nanos) throws ErrnoException;

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

  /// F_OFD_GETLK: would `kind` conflict with a lock that another description holds? Takes nothing;
  /// asking for [LockKind#SHARED] needs a descriptor open for reading only.
  boolean isLockedByOther(Fd fd, LockKind kind, long start, long length) throws ErrnoException;

  // ---- waiting

  /// inotify_init1(2), non-blocking.
  Fd inotifyInit() throws ErrnoException;

  /// inotify_add_watch(2) on the inode behind `target` (through /proc/self/fd, so no path is walked
  /// again), and the watch number.
  int inotifyAddWatch(Fd inotify, Fd target, int mask) throws ErrnoException;

  void inotifyRemoveWatch(Fd inotify, int watch) throws ErrnoException;

  /// read(2) of an inotify descriptor: what is there now, possibly nothing.
  List<InotifyEvent> inotifyRead(Fd inotify) throws ErrnoException;

  /// eventfd(2), non-blocking, starting at 0. Write and read it with [#signal] and [#drain].
  Fd eventFd() throws ErrnoException;

  /// Adds one to an eventfd.
  void signal(Fd eventFd) throws ErrnoException;

  /// Sets an eventfd back to 0.
  void drain(Fd eventFd) throws ErrnoException;

  Fd epollCreate() throws ErrnoException;

  /// epoll_ctl(2) with EPOLL_CTL_ADD for reading. `key` comes back from [#epollWait]; `exclusive`
  /// is EPOLLEXCLUSIVE: of all the instances that wait for one descriptor's event, one is woken.
  void epollAdd(Fd epoll, Fd fd, long key, boolean exclusive) throws ErrnoException;

  void epollRemove(Fd epoll, Fd fd) throws ErrnoException;

  /// epoll_wait(2): the keys of the descriptors that are readable or broken.
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

  void kill(int pid, int signal) throws ErrnoException;

  /// pipe2(2): the reading end, then the writing end.
  Fd[] pipe() throws ErrnoException;

  // ---- this process and this host

  int effectiveUserId();

  int effectiveGroupId();

  /// getgroups(2), the effective group included.
  List<Integer> groups() throws ErrnoException;

  /// clock_gettime(CLOCK_REALTIME), nanoseconds since the epoch.
  long realtimeNanos();

  /// clock_gettime(CLOCK_BOOTTIME): nanoseconds since this host booted, suspends included; the same
  /// clock in every process of the host.
  long boottimeNanos();
}
