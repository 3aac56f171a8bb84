package dev.parley.sys;

import java.util.List;

/// Files and directories: opening, bytes, durability, names, metadata. Part of [Kernel].
public interface FileCalls {
  // ---- opening and closing

  /// openat(2). `flags` are those of [Open]; O_CLOEXEC is always added.
  Fd openAt(Fd dir, String name, int flags, int mode) throws ErrnoException;

  /// close(2), by the descriptor's one owner; see [Fd#close]. An EINTR or EIO still closed it.
  void close(Fd fd) throws ErrnoException;

  /// dup(2), close-on-exec. The copy shares the open file description: its offset and its locks.
  Fd duplicate(Fd fd) throws ErrnoException;

  /// The same, as the lowest free number from `lowest` on.
  Fd duplicate(Fd fd, int lowest) throws ErrnoException;

  /// openat(2) of what `fd` is open on (through /proc/self/fd, so no path is walked again): a new
  /// open file description of the same inode, with flags of its own. `fd` may be open with
  /// [Open#PATH] only. Permissions are checked anew.
  Fd reopen(Fd fd, int flags) throws ErrnoException;

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

  /// statx(2) of a name, never following a symlink in the last component, nor mounting what waits
  /// to be mounted there (AT_NO_AUTOMOUNT).
  FileStatus statusAt(Fd dir, String name) throws ErrnoException;

  /// statx(2) of what a name leads to, symlinks and those of /proc followed, as far as this host
  /// knows it: no file server is asked, so a dead one holds nobody up (AT_STATX_DONT_SYNC).
  FileStatus targetStatusAt(Fd dir, String name) throws ErrnoException;

  /// faccessat2(2) of an open file, or one open with [Open#PATH]: whether this process may do all
  /// of `rights` with it, by mode, ACL, capabilities, mount and flags; nothing is opened.
  ///
  /// @param rights bits: 4 to read, 2 to write, 1 to execute or enter
  boolean isPermitted(Fd fd, int rights) throws ErrnoException;

  /// mkdirat(2); the umask is taken off `mode`, as everywhere.
  void makeDirectoryAt(Fd dir, String name, int mode) throws ErrnoException;

  /// mknodat(2) with S_IFIFO.
  void makeFifoAt(Fd dir, String name, int mode) throws ErrnoException;

  /// linkat(2) without following symlinks: a second name for the file; EEXIST if `to` is taken.
  void linkAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException;

  /// linkat(2) of an open file, through /proc/self/fd: gives one that was opened with
  /// [Open#TEMPORARY] its first name; EEXIST if `to` is taken, ENOENT if it may not have one.
  void linkFileAt(Fd file, Fd toDir, String to) throws ErrnoException;

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

  /// renameat2(2) with RENAME_EXCHANGE: each name gets what the other had, at one instant; ENOENT
  /// if one is missing. EINVAL where the filesystem lacks it.
  void renameExchangeAt(Fd oneDir, String one, Fd otherDir, String other) throws ErrnoException;

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

  /// fchmodat(2) of what `file` refers to, whatever the umask; it may be open with [Open#PATH], as
  /// a socket's file must be. Needs /proc.
  void changeModeOf(Fd file, int mode) throws ErrnoException;

  /// fchownat(2) with AT_EMPTY_PATH: as [#changeOwner], also of what is open with [Open#PATH].
  void changeOwnerOf(Fd file, int uid, int gid) throws ErrnoException;

  /// futimens(2): sets the modification time, in nanoseconds since the epoch.
  void setModified(Fd fd, long nanos) throws ErrnoException;

  /// fstatfs(2).
  FilesystemStatus filesystem(Fd fd) throws ErrnoException;
}
