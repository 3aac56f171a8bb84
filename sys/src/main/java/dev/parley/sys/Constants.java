package dev.parley.sys;

/// Numbers from the C headers, under their C names; the same on x86-64 and aarch64. A test has a C
/// compiler print each of them and compares, so a new one needs its line here and nothing else.
final class Constants {
  // fcntl.h, sys/stat.h
  static final int O_CLOEXEC = 0x80000;
  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_SYMLINK_FOLLOW = 0x400;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_EACCESS = 0x200;
  static final int AT_NO_AUTOMOUNT = 0x800;
  static final int AT_EMPTY_PATH = 0x1000;
  static final int AT_STATX_DONT_SYNC = 0x4000;
  static final int RENAME_NOREPLACE = 1;
  static final int RENAME_EXCHANGE = 2;
  static final int XATTR_CREATE = 1;
  static final int XATTR_REPLACE = 2;
  static final int S_IFIFO = 0x1000;
  static final int STATX_BASIC_STATS = 0x7FF;
  static final int STATX_MNT_ID = 0x1000;
  static final int UTIME_OMIT = (1 << 30) - 2;
  static final int SEEK_SET = 0;
  static final int ST_RDONLY = 1;
  static final int ST_MANDLOCK = 64;
  static final int PATH_MAX = 4096;
  static final int NGROUPS_MAX = 65536;

  // fcntl(2), flock(2)
  static final int F_DUPFD_CLOEXEC = 1030;
  static final int F_ADD_SEALS = 1033;
  static final int F_GET_SEALS = 1034;
  static final int F_SETFD = 2;
  static final int CLOSE_RANGE_CLOEXEC = 4;
  static final int F_SETLK = 6;
  static final int F_SETLKW = 7;
  static final int F_OFD_GETLK = 36;
  static final int F_OFD_SETLK = 37;
  static final int F_OFD_SETLKW = 38;
  static final int F_RDLCK = 0;
  static final int F_WRLCK = 1;
  static final int F_UNLCK = 2;
  static final int LOCK_SH = 1;
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;
  static final int LOCK_UN = 8;

  // pipes: fcntl.h, sys/ioctl.h
  static final int F_SETPIPE_SZ = 1031;
  static final int F_GETPIPE_SZ = 1032;
  static final int SPLICE_F_NONBLOCK = 2;
  static final int FIONREAD = 0x541B;

  // sys/inotify.h, sys/eventfd.h, sys/epoll.h
  static final int IN_CLOEXEC = 0x80000;
  static final int IN_NONBLOCK = 0x800;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;
  static final int EPOLL_CLOEXEC = 0x80000;
  static final int EPOLL_CTL_ADD = 1;
  static final int EPOLL_CTL_DEL = 2;
  static final int EPOLLIN = 1;
  static final int EPOLLEXCLUSIVE = 1 << 28;
  static final int EPOLLONESHOT = 1 << 30;

  // sys/socket.h, linux/netlink.h
  static final int AF_UNIX = 1;
  static final int AF_NETLINK = 16;
  static final int SOCK_STREAM = 1;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_RAW = 3;
  static final int SOCK_SEQPACKET = 5;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOL_SOCKET = 1;
  static final int SO_TYPE = 3;
  static final int SO_ERROR = 4;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_PASSCRED = 16;
  static final int SO_PEERCRED = 17;
  static final int SO_ACCEPTCONN = 30;
  static final int SO_PEERGROUPS = 59;
  static final int SCM_RIGHTS = 1;
  static final int SCM_CREDENTIALS = 2;
  static final int MSG_CTRUNC = 0x8;
  static final int MSG_TRUNC = 0x20;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int MSG_CMSG_CLOEXEC = 0x40000000;
  static final int SHUT_RD = 0;
  static final int SHUT_WR = 1;
  static final int SHUT_RDWR = 2;

  // sys/mman.h
  static final int PROT_READ = 1;
  static final int PROT_WRITE = 2;
  static final int MAP_SHARED = 1;
  static final int MAP_PRIVATE = 2;
  static final int MAP_ANONYMOUS = 0x20;
  static final int MFD_CLOEXEC = 1;
  static final int MFD_ALLOW_SEALING = 2;

  // linux/futex.h
  static final int FUTEX_WAIT = 0;
  static final int FUTEX_WAKE = 1;
  static final int FUTEX_32 = 2;

  // sys/wait.h, signal.h, spawn.h, time.h
  static final int WNOHANG = 1;
  static final int SIGINT = 2;
  static final int SIGPIPE = 13;
  static final int SIGTERM = 15;
  static final int SIG_SETMASK = 2;
  static final int SIG_UNBLOCK = 1;
  static final int POSIX_SPAWN_SETPGROUP = 0x02;
  static final int POSIX_SPAWN_SETSIGDEF = 0x04;
  static final int POSIX_SPAWN_SETSIGMASK = 0x08;
  static final int CLOCK_MONOTONIC = 1;
  static final int CLOCK_BOOTTIME = 7;

  private Constants() {}
}
