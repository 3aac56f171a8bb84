package dev.parley.sys;

/// The shapes that most calls have. Each makes its call once, signals apart, and throws the failure
/// with the path it was about.
final class Calls {
  private Calls() {}

  /// A call on a descriptor.
  static long on(Syscall call, Fd fd, long second, long third) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(call, fd.number(), second, third);
      if (result < 0) throw failure(call, fd.path(), result);
      return result;
    }
  }

  /// A call on a name in a directory.
  static long at(Syscall call, Fd dir, String name, long third, long fourth) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long path = scratch.name(name);
      long result = path < 0 ? path : scratch.call(call, dir.number(), path, third, fourth);
      if (result < 0) throw failure(call, dir.path(name), result);
      return result;
    }
  }

  /// A call on two names in two directories.
  static void atTwo(Syscall call, Fd fromDir, String from, Fd toDir, String to, int flags)
      throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long source = scratch.name(from);
      long target = scratch.secondName(to);
      long result = Math.min(source, target);
      if (result >= 0) {
        result = scratch.call(call, fromDir.number(), source, toDir.number(), target, flags, 0);
      }
      if (result < 0) {
        int errno = (int) -result;
        throw new ErrnoException(call.call(), fromDir.path(from), toDir.path(to), errno);
      }
    }
  }

  /// A call on a process.
  static long onProcess(Syscall call, int pid, long second) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(call, pid, second, 0);
      if (result < 0) throw failure(call, "process " + pid, result);
      return result;
    }
  }

  /// A call that is about nothing that exists already.
  static long plain(Syscall call, long first, long second) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(call, first, second, 0);
      if (result < 0) throw failure(call, "", result);
      return result;
    }
  }

  /// All that one call reads, up to [Scratch#DATA_BYTES].
  static byte[] readData(Syscall call, Fd fd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long data = scratch.dataAddress();
      long result = scratch.call(call, fd.number(), data, Scratch.DATA_BYTES);
      if (result < 0) throw failure(call, fd.path(), result);
      return scratch.get((int) result);
    }
  }

  /// A copy of `fd`, whose number will be `lowest` or above.
  static int duplicate(Fd fd, int lowest) throws ErrnoException {
    return (int) on(Syscall.FCNTL, fd, Constants.F_DUPFD_CLOEXEC, lowest);
  }

  /// The descriptor of something without a path: `what` says what it is.
  static Fd opened(String what, long number) {
    return Fd.opened(LinuxKernel.INSTANCE, (int) number, null, what);
  }

  /// What to throw for a negative result.
  static ErrnoException failure(Syscall call, String path, long result) {
    return new ErrnoException(call.call(), path, (int) -result);
  }
}
