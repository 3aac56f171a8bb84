package dev.parley.sys;

import java.util.HashMap;
import java.util.Map;

/// The error numbers of Linux that Parley can meet, each with its reason in plain words. Numbers
/// are the same on x86-64 and aarch64. Source: man 3 errno.
///
/// A number that is not listed becomes [#OTHER], and [ErrnoException#number] keeps it.
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  ESRCH(3, "no such process"),
  EINTR(4, "interrupted by a signal"),
  EIO(5, "input/output error of the device"),
  ENXIO(6, "nobody at the other end, or no such device"),
  E2BIG(7, "arguments and environment are too long"),
  ENOEXEC(8, "not a program this machine can run"),
  EBADF(9, "descriptor is closed or open in the wrong mode"),
  ECHILD(10, "no such child process"),
  EAGAIN(11, "not possible right now"),
  ENOMEM(12, "out of memory"),
  EACCES(13, "permission denied"),
  EFAULT(14, "bad address"),
  EBUSY(16, "in use by the system"),
  EEXIST(17, "name is already taken"),
  EXDEV(18, "source and target are on different mounts"),
  ENODEV(19, "no such device, or the filesystem cannot do this"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "is a directory"),
  EINVAL(22, "invalid argument, or the filesystem cannot do this"),
  ENFILE(23, "too many open files in the whole system"),
  EMFILE(24, "too many open files in this process"),
  ENOTTY(25, "not possible on this kind of descriptor"),
  ETXTBSY(26, "program file is being executed or written"),
  EFBIG(27, "file would become too large"),
  ENOSPC(28, "no space left on the device"),
  ESPIPE(29, "pipes and sockets have no position"),
  EROFS(30, "filesystem is mounted read-only"),
  EMLINK(31, "too many links"),
  EPIPE(32, "nobody reads the other end"),
  ERANGE(34, "result does not fit"),
  EDEADLK(35, "waiting would be a deadlock"),
  ENAMETOOLONG(36, "name is too long"),
  ENOLCK(37, "no locks available"),
  ENOSYS(38, "this kernel does not have the call"),
  ENOTEMPTY(39, "directory is not empty"),
  ELOOP(40, "is a symbolic link, or too many of them on the way"),
  ENODATA(61, "no such attribute"),
  EPROTO(71, "protocol error"),
  EOVERFLOW(75, "value does not fit"),
  EILSEQ(84, "name is not valid in the filesystem's encoding"),
  ENOTSOCK(88, "not a socket"),
  EDESTADDRREQ(89, "no destination was given"),
  EMSGSIZE(90, "message is too long"),
  EPROTOTYPE(91, "the socket there is of another type"),
  ENOPROTOOPT(92, "this kernel does not have the option"),
  EPROTONOSUPPORT(93, "this kernel does not have the protocol"),
  ESOCKTNOSUPPORT(94, "this kernel does not have the type of socket"),
  EOPNOTSUPP(95, "the filesystem cannot do this"),
  EAFNOSUPPORT(97, "this kernel does not have the kind of address"),
  EADDRINUSE(98, "address is in use"),
  EADDRNOTAVAIL(99, "address is not available"),
  ECONNABORTED(103, "connection was aborted"),
  ECONNRESET(104, "connection was reset by the peer"),
  ENOBUFS(105, "no buffer space"),
  EISCONN(106, "already connected"),
  ENOTCONN(107, "not connected"),
  ESHUTDOWN(108, "this end was shut down"),
  ETOOMANYREFS(109, "too many descriptors are under way that nobody has received"),
  ETIMEDOUT(110, "timed out"),
  ECONNREFUSED(111, "nobody listens there"),
  EALREADY(114, "already in progress"),
  EINPROGRESS(115, "in progress"),
  ESTALE(116, "the file is gone from the file server"),
  EUCLEAN(117, "the filesystem is damaged"),
  EREMOTEIO(121, "input/output error of the file server"),
  EDQUOT(122, "disk quota is used up"),
  ECANCELED(125, "cancelled"),
  EOWNERDEAD(130, "the owner died"),
  ENOTRECOVERABLE(131, "state cannot be recovered"),

  /// Any number that is not listed here.
  OTHER(-1, "unlisted error");

  private static final Map<Integer, Errno> BY_NUMBER = new HashMap<>();

  static {
    for (Errno errno : values()) BY_NUMBER.put(errno.number, errno);
  }

  private final int number;
  private final String reason;

  Errno(int number, String reason) {
    this.number = number;
    this.reason = reason;
  }

  /// The constant for the kernel's `number`, or [#OTHER].
  public static Errno of(int number) {
    return BY_NUMBER.getOrDefault(number, OTHER);
  }

  /// The kernel's number; -1 for [#OTHER].
  public int number() {
    return number;
  }

  /// What went wrong, as a phrase that fits after a colon.
  public String reason() {
    return reason;
  }
}
