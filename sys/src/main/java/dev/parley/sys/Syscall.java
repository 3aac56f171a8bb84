package dev.parley.sys;

import java.util.Locale;

/// The system calls Parley makes, with their numbers on x86-64 and on aarch64.
///
/// Only forms that both have are used: aarch64 lacks open, rename, epoll_wait and the like, so the
/// table has openat, renameat2, epoll_pwait. A constant's name is the call's name in capitals.
/// Source: asm/unistd_64.h; asm-generic/unistd.h for aarch64.
enum Syscall {
  READ(0, 63),
  WRITE(1, 64),
  CLOSE(3, 57),
  LSEEK(8, 62),
  MMAP(9, 222),
  MUNMAP(11, 215),
  IOCTL(16, 29),
  PREAD64(17, 67),
  PWRITE64(18, 68),
  SOCKET(41, 198),
  CONNECT(42, 203),
  SENDTO(44, 206),
  RECVFROM(45, 207),
  SENDMSG(46, 211),
  RECVMSG(47, 212),
  SHUTDOWN(48, 210),
  BIND(49, 200),
  LISTEN(50, 201),
  GETSOCKNAME(51, 204),
  GETPEERNAME(52, 205),
  SOCKETPAIR(53, 199),
  SETSOCKOPT(54, 208),
  GETSOCKOPT(55, 209),
  WAIT4(61, 260),
  KILL(62, 129),
  FCNTL(72, 25),
  FLOCK(73, 32),
  FSYNC(74, 82),
  FDATASYNC(75, 83),
  FTRUNCATE(77, 46),
  FCHMOD(91, 52),
  FCHOWN(93, 55),
  GETEUID(107, 175),
  GETEGID(108, 177),
  GETGROUPS(115, 158),
  FSTATFS(138, 44),
  GETTID(186, 178),
  FSETXATTR(190, 7),
  GETXATTR(191, 8),
  FGETXATTR(193, 10),
  FLISTXATTR(196, 13),
  FREMOVEXATTR(199, 16),
  FUTEX(202, 98),
  GETDENTS64(217, 61),
  EPOLL_CTL(233, 21),
  TGKILL(234, 131),
  INOTIFY_ADD_WATCH(254, 27),
  INOTIFY_RM_WATCH(255, 28),
  OPENAT(257, 56),
  MKDIRAT(258, 34),
  MKNODAT(259, 33),
  FCHOWNAT(260, 54),
  UNLINKAT(263, 35),
  LINKAT(265, 37),
  SYMLINKAT(266, 36),
  READLINKAT(267, 78),
  FCHMODAT(268, 53),
  PPOLL(271, 73),
  SPLICE(275, 76),
  TEE(276, 77),
  UTIMENSAT(280, 88),
  EPOLL_PWAIT(281, 22),
  FALLOCATE(285, 47),
  ACCEPT4(288, 242),
  EVENTFD2(290, 19),
  EPOLL_CREATE1(291, 20),
  PIPE2(293, 59),
  INOTIFY_INIT1(294, 26),
  SYNCFS(306, 267),
  RENAMEAT2(316, 276),
  MEMFD_CREATE(319, 279),
  STATX(332, 291),
  PIDFD_OPEN(434, 434),
  CLOSE_RANGE(436, 436),
  FACCESSAT2(439, 439),
  FUTEX_WAITV(449, 449);

  private final int x86;
  private final int arm;
  private final int number;

  Syscall(int x86, int arm) {
    this.x86 = x86;
    this.arm = arm;
    this.number = numberOn(Machine.current());
  }

  /// The number on this machine.
  int number() {
    return number;
  }

  int numberOn(Machine machine) {
    return machine == Machine.X86_64 ? x86 : arm;
  }

  /// The call's name as manual pages write it.
  String call() {
    return name().toLowerCase(Locale.ROOT);
  }
}
