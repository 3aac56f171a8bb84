package dev.parley.sys;

/// The system calls Parley makes, and the one seam through which it makes them.
///
/// Everything above this interface reaches the kernel only through it, so a test can make any call
/// fail and another implementation can stand in where there is no Linux. One method is one system
/// call (a few cover a family); names are those of the manual pages, where each is described.
///
/// Guarantees: every descriptor handed out is close-on-exec; EINTR is retried wherever a retry is
/// right (never for close). Errors are [ErrnoException], naming the call, the path and the reason.
/// Safe for use by any number of threads; nothing here blocks except [#poll], [#epollWait],
/// [#waitFor], [#futexWait], [#futexWaitEither], what waits for a lock, and what a device or a pipe
/// makes slow. What blocks holds its platform thread, or a virtual thread's carrier, and does not
/// hear a Java thread's interrupts.
///
/// Names are the kernel's bytes, read as UTF-8. A byte that is not valid UTF-8 appears as the lone
/// surrogate U+DC00 + byte and is turned back on the way in, so that every name that
/// [#readDirectory] lists can be opened, renamed and removed. A name with a NUL, or with any other
/// lone surrogate, is refused with EINVAL before the call.
///
/// A directory argument of [Fd#CWD] with an absolute name opens from the root. Descriptors may be
/// open with [Open#PATH] wherever they are only directory arguments.
public interface Kernel
    extends FileCalls,
        LockCalls,
        WaitCalls,
        ProcessCalls,
        PipeCalls,
        NetlinkCalls,
        MemoryCalls,
        SocketCalls,
        AttributeCalls {

  /// The real one.
  ///
  /// @throws UnsupportedOperationException if this is not Linux on x86-64 or aarch64
  static Kernel linux() {
    Machine.current();
    return LinuxKernel.INSTANCE;
  }
}
