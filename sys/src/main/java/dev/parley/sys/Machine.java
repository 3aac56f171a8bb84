package dev.parley.sys;

/// The two machines whose system calls Parley knows, and the few places where their kernels differ
/// besides the numbers of [Syscall].
enum Machine {
  X86_64,
  AARCH64;

  private static final int ARM_DIRECTORY = 0x4000;
  private static final int ARM_NO_FOLLOW = 0x8000;
  private static final int ARM_DIRECT = 0x10000;

  /// The machine this JVM runs on.
  ///
  /// @throws UnsupportedOperationException if it is neither, or the system is not Linux
  static Machine current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static Machine of(String system, String architecture) {
    if (system.equals("Linux")) {
      if (architecture.equals("amd64")) return X86_64;
      if (architecture.equals("aarch64")) return AARCH64;
    }
    throw new UnsupportedOperationException(
        "Linux system calls are known here for Linux on amd64 and aarch64 only, and this is "
            + (system + " on " + architecture));
  }

  /// The flags of [Open] in this machine's numbers; three of them differ on aarch64.
  int openFlags(int flags) {
    if (this == X86_64) return flags;
    int same = flags & ~(Open.DIRECTORY | Open.NO_FOLLOW | Open.DIRECT);
    return same
        | ((flags & Open.DIRECTORY) != 0 ? ARM_DIRECTORY : 0)
        | ((flags & Open.NO_FOLLOW) != 0 ? ARM_NO_FOLLOW : 0)
        | ((flags & Open.DIRECT) != 0 ? ARM_DIRECT : 0);
  }

  /// Where epoll_event keeps its data: right behind the 32-bit mask on x86-64, where the struct is
  /// packed; aligned elsewhere.
  int epollDataOffset() {
    return this == X86_64 ? 4 : 8;
  }
}
