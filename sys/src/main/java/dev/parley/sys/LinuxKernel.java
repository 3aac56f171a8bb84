package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// [Kernel] over Linux itself. It keeps no state: one instance serves everybody.
///
/// Each method borrows a [Scratch], puts the arguments down there, makes the call and turns a
/// negative result into an [ErrnoException].
final class LinuxKernel implements Kernel {
  static final LinuxKernel INSTANCE = new LinuxKernel();

  private static final int MAX_EPOLL_EVENTS = 64;

  private final Machine machine = Machine.current();

  private LinuxKernel() {}

  // ---- opening and closing

  @Override
  public Fd openAt(Fd dir, String name, int flags, int mode) throws ErrnoException {
    long number = Calls.at(OPENAT, dir, name, machine.openFlags(flags) | O_CLOEXEC, mode);
    return Fd.opened(this, (int) number, dir, name);
  }

  @Override
  public void close(Fd fd) throws ErrnoException {
    int number = fd.release();
    if (number < 0) return;
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.callOnce(CLOSE, number, 0, 0, 0, 0, 0);
      if (result < 0) throw Calls.failure(CLOSE, fd.path(), result);
    }
  }

  @Override
  public Fd duplicate(Fd fd) throws ErrnoException {
    return Fd.opened(this, duplicateNumber(fd, 3), null, fd.path());
  }

  /// The copy's number, which will be `lowest` or above.
  int duplicateNumber(Fd fd, int lowest) throws ErrnoException {
    return (int) Calls.on(FCNTL, fd, F_DUPFD_CLOEXEC, lowest);
  }

  // ---- bytes

  @Override
  public int read(Fd fd, byte[] into, int offset, int length) throws ErrnoException {
    return transferIn(READ, fd, 0, into, offset, length);
  }

  @Override
  public int readAt(Fd fd, long position, byte[] into, int offset, int length)
      throws ErrnoException {
    return transferIn(PREAD64, fd, position, into, offset, length);
  }

  @Override
  public int write(Fd fd, byte[] from, int offset, int length) throws ErrnoException {
    return transferOut(WRITE, fd, 0, from, offset, length);
  }

  @Override
  public int writeAt(Fd fd, long position, byte[] from, int offset, int length)
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
  public void truncate(Fd fd, long lengthBytes) throws ErrnoException {
    Calls.on(FTRUNCATE, fd, lengthBytes, 0);
  }

  @Override
  public void rewind(Fd fd) throws ErrnoException {
    Calls.on(LSEEK, fd, 0, SEEK_SET);
  }

  // ---- durability

  @Override
  public void fsync(Fd fd) throws ErrnoException {
    Calls.on(FSYNC, fd, 0, 0);
  }

  @Override
  public void fdatasync(Fd fd) throws ErrnoException {
    Calls.on(FDATASYNC, fd, 0, 0);
  }

  @Override
  public void syncfs(Fd fd) throws ErrnoException {
    Calls.on(SYNCFS, fd, 0, 0);
  }

  // ---- names

  @Override
  public FileStatus status(Fd fd) throws ErrnoException {
    return statx(fd, "", AT_EMPTY_PATH);
  }

  @Override
  public FileStatus statusAt(Fd dir, String name) throws ErrnoException {
    return statx(dir, name, AT_SYMLINK_NOFOLLOW);
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
  public void makeDirectoryAt(Fd dir, String name, int mode) throws ErrnoException {
    Calls.at(MKDIRAT, dir, name, mode, 0);
  }

  @Override
  public void makeFifoAt(Fd dir, String name, int mode) throws ErrnoException {
    Calls.at(MKNODAT, dir, name, S_IFIFO | mode, 0);
  }

  @Override
  public void linkAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException {
    Calls.atTwo(LINKAT, fromDir, from, toDir, to, 0);
  }

  @Override
  public void renameAt(Fd fromDir, String from, Fd toDir, String to) throws ErrnoException {
    Calls.atTwo(RENAMEAT2, fromDir, from, toDir, to, 0);
  }

  @Override
  public void renameNoReplaceAt(Fd fromDir, String from, Fd toDir, String to)
      throws ErrnoException {
    Calls.atTwo(RENAMEAT2, fromDir, from, toDir, to, RENAME_NOREPLACE);
  }

  @Override
  public void symlinkAt(String target, Fd dir, String name) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long content = scratch.name(target);
      long path = scratch.secondName(name);
      long result = Math.min(content, path);
      if (result >= 0) result = scratch.call(SYMLINKAT, content, dir.number(), path);
      if (result < 0) throw Calls.failure(SYMLINKAT, dir.path(name), result);
    }
  }

  @Override
  public String readLinkAt(Fd dir, String name) throws ErrnoException {
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
  public void unlinkAt(Fd dir, String name) throws ErrnoException {
    Calls.at(UNLINKAT, dir, name, 0, 0);
  }

  @Override
  public void removeDirectoryAt(Fd dir, String name) throws ErrnoException {
    Calls.at(UNLINKAT, dir, name, AT_REMOVEDIR, 0);
  }

  @Override
  public List<String> readDirectory(Fd dir) throws ErrnoException {
    while (true) {
      byte[] entries = Calls.readData(GETDENTS64, dir);
      List<String> names = Structs.Dirent64.names(entries);
      if (!names.isEmpty() || entries.length == 0) return names;
    }
  }

  // ---- metadata

  @Override
  public void changeMode(Fd fd, int mode) throws ErrnoException {
    Calls.on(FCHMOD, fd, mode, 0);
  }

  @Override
  public void changeOwner(Fd fd, int uid, int gid) throws ErrnoException {
    Calls.on(FCHOWN, fd, uid, gid);
  }

  @Override
  public void setModified(Fd fd, long nanos) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      MemorySegment times = scratch.memory();
      times.set(ValueLayout.JAVA_LONG, Structs.Timespec.TV_NSEC, UTIME_OMIT); // the access time
      Structs.Timespec.putNanos(times, Structs.Timespec.SIZE, nanos);
      long result = scratch.call(UTIMENSAT, fd.number(), 0, scratch.structAddress(), 0);
      if (result < 0) throw Calls.failure(UTIMENSAT, fd.path(), result);
    }
  }

  @Override
  public FilesystemStatus filesystem(Fd fd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(FSTATFS, fd.number(), scratch.structAddress(), 0);
      if (result < 0) throw Calls.failure(FSTATFS, fd.path(), result);
      return Structs.Statfs.read(scratch.memory());
    }
  }

  // ---- open file description locks

  @Override
  public boolean trySetLock(Fd fd, LockKind kind, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_SETLK, type(kind), start, length);
      if (result >= 0) return true;
      Errno errno = Errno.of((int) -result);
      if (errno == Errno.EAGAIN || errno == Errno.EACCES) return false;
      throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  @Override
  public void setLockWait(Fd fd, LockKind kind, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_SETLKW, type(kind), start, length);
      if (result < 0) throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  @Override
  public void unlock(Fd fd, long start, long length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = lock(scratch, fd, F_OFD_SETLK, F_UNLCK, start, length);
      if (result < 0) throw Calls.failure(FCNTL, fd.path(), result);
    }
  }

  @Override
  public boolean isLockedByOther(Fd fd, LockKind kind, long start, long length)
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

  // ---- waiting

  @Override
  public Fd inotifyInit() throws ErrnoException {
    return unnamed("inotify", Calls.plain(INOTIFY_INIT1, IN_CLOEXEC | IN_NONBLOCK, 0));
  }

  @Override
  public int inotifyAddWatch(Fd inotify, Fd target, int mask) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long path = scratch.name("/proc/self/fd/" + target.number());
      long result = scratch.call(INOTIFY_ADD_WATCH, inotify.number(), path, mask);
      if (result < 0) throw Calls.failure(INOTIFY_ADD_WATCH, target.path(), result);
      return (int) result;
    }
  }

  @Override
  public void inotifyRemoveWatch(Fd inotify, int watch) throws ErrnoException {
    Calls.on(INOTIFY_RM_WATCH, inotify, watch, 0);
  }

  @Override
  public List<InotifyEvent> inotifyRead(Fd inotify) throws ErrnoException {
    try {
      return Structs.InotifyHeader.events(Calls.readData(READ, inotify));
    } catch (ErrnoException e) {
      if (e.is(Errno.EAGAIN)) return List.of();
      throw e;
    }
  }

  @Override
  public Fd eventFd() throws ErrnoException {
    return unnamed("eventfd", Calls.plain(EVENTFD2, 0, EFD_CLOEXEC | EFD_NONBLOCK));
  }

  @Override
  public void signal(Fd eventFd) throws ErrnoException {
    moveCount(WRITE, eventFd);
  }

  @Override
  public void drain(Fd eventFd) throws ErrnoException {
    moveCount(READ, eventFd);
  }

  /// Writes 1 to an eventfd, or reads what it holds. EAGAIN says that it is full or empty: as
  /// wanted.
  private static void moveCount(Syscall call, Fd eventFd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      scratch.memory().set(ValueLayout.JAVA_LONG, 0, 1);
      long result = scratch.call(call, eventFd.number(), scratch.structAddress(), Long.BYTES);
      if (result < 0 && result != -Errno.EAGAIN.number()) {
        throw Calls.failure(call, eventFd.path(), result);
      }
    }
  }

  @Override
  public Fd epollCreate() throws ErrnoException {
    return unnamed("epoll", Calls.plain(EPOLL_CREATE1, EPOLL_CLOEXEC, 0));
  }

  @Override
  public void epollAdd(Fd epoll, Fd fd, long key, boolean exclusive) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      int events = exclusive ? EPOLLIN | EPOLLEXCLUSIVE : EPOLLIN;
      Structs.EpollEvent.write(scratch.memory(), events, key);
      long event = scratch.structAddress();
      long result = scratch.call(EPOLL_CTL, epoll.number(), EPOLL_CTL_ADD, fd.number(), event);
      if (result < 0) throw Calls.failure(EPOLL_CTL, fd.path(), result);
    }
  }

  @Override
  public void epollRemove(Fd epoll, Fd fd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(EPOLL_CTL, epoll.number(), EPOLL_CTL_DEL, fd.number());
      if (result < 0) throw Calls.failure(EPOLL_CTL, fd.path(), result);
    }
  }

  @Override
  public long[] epollWait(Fd epoll, int timeoutMillis) throws ErrnoException {
    long start = System.nanoTime();
    int remaining = timeoutMillis;
    try (Scratch scratch = Scratch.borrow()) {
      while (true) {
        long events = scratch.structAddress();
        long result =
            scratch.callOnce(
                EPOLL_PWAIT, epoll.number(), events, MAX_EPOLL_EVENTS, remaining, 0, 0);
        if (result >= 0) return keys(scratch.memory(), (int) result);
        if (result != -Errno.EINTR.number()) throw Calls.failure(EPOLL_PWAIT, epoll.path(), result);
        if (timeoutMillis > 0) {
          long elapsed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
          remaining = (int) Math.max(0, timeoutMillis - elapsed);
        }
      }
    }
  }

  private static long[] keys(MemorySegment events, int count) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) keys[i] = Structs.EpollEvent.data(events, i);
    return keys;
  }

  // ---- processes

  @Override
  public int spawn(SpawnRequest request) throws ErrnoException {
    return Spawner.spawn(this, request);
  }

  @Override
  public @Nullable WaitStatus waitFor(int pid, boolean block) throws ErrnoException {
    if (pid <= 0) throw new IllegalArgumentException("not a process: " + pid);
    try (Scratch scratch = Scratch.borrow()) {
      long status = scratch.structAddress();
      long result = scratch.call(WAIT4, pid, status, block ? 0 : WNOHANG);
      if (result < 0) throw Calls.failure(WAIT4, "process " + pid, result);
      return result == 0 ? null : WaitStatus.of(scratch.memory().get(ValueLayout.JAVA_INT, 0));
    }
  }

  @Override
  public Fd pidFd(int pid) throws ErrnoException {
    return unnamed("process " + pid, Calls.onProcess(PIDFD_OPEN, pid, 0));
  }

  @Override
  public void kill(int pid, int signal) throws ErrnoException {
    Calls.onProcess(KILL, pid, signal);
  }

  private Fd unnamed(String what, long number) {
    return Fd.opened(this, (int) number, null, what);
  }

  @Override
  public Fd[] pipe() throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(PIPE2, scratch.structAddress(), O_CLOEXEC, 0);
      if (result < 0) throw Calls.failure(PIPE2, "", result);
      int reading = scratch.memory().get(ValueLayout.JAVA_INT, 0);
      int writing = scratch.memory().get(ValueLayout.JAVA_INT, 4);
      return new Fd[] {
        unnamed("pipe, reading end", reading), unnamed("pipe, writing end", writing)
      };
    }
  }

  // ---- this process and this host

  @Override
  public int effectiveUserId() {
    return identity(GETEUID);
  }

  @Override
  public int effectiveGroupId() {
    return identity(GETEGID);
  }

  private static int identity(Syscall call) {
    try (Scratch scratch = Scratch.borrow()) {
      return (int) scratch.call(call, 0);
    }
  }

  @Override
  public List<Integer> groups() throws ErrnoException {
    List<Integer> groups = new ArrayList<>();
    groups.add(effectiveGroupId());
    try (Scratch scratch = Scratch.borrow()) {
      long count = scratch.call(GETGROUPS, NGROUPS_MAX, scratch.dataAddress(), 0);
      if (count < 0) throw Calls.failure(GETGROUPS, "", count);
      for (int group : scratch.getInts((int) count)) {
        if (!groups.contains(group)) groups.add(group);
      }
    }
    return List.copyOf(groups);
  }

  @Override
  public long realtimeNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  @Override
  public long boottimeNanos() {
    try (Scratch scratch = Scratch.borrow()) {
      long time = scratch.structAddress();
      scratch.function(ClockGettime.FUNCTION, CLOCK_BOOTTIME, time, 0, 0, 0, 0);
      return Structs.Timespec.nanos(scratch.memory());
    }
  }

  /// The C library's clock_gettime, which answers without entering the kernel.
  private static final class ClockGettime {
    static final MethodHandle FUNCTION = Libc.function("clock_gettime").orElseThrow();
  }
}
