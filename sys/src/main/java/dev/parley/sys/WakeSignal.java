package dev.parley.sys;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// A real-time signal that does nothing but end the system call that a thread is blocked in.
///
/// Its handler is the C library's abs(3): it is safe in a handler, and takes the signal's number as
/// it would any other. Installed without SA_RESTART, so that the call fails with EINTR. Programs
/// that this process starts do not inherit it: exec sets handled signals back to their defaults.
///
/// The JDK does the same for its blocking channels, with signal 62. This takes the first below that
/// which nobody handles, on first use. Source: signal(7), "Interruption of system calls".
final class WakeSignal {
  private static final int HIGHEST = 61;
  private static final int LOWEST = 35;
  private static final long SIG_IGN = 1;
  private static final int SECOND = Structs.Sigaction.SIZE;

  private static final MethodHandle SIGACTION = Libc.function("sigaction").orElseThrow();
  private static final int NUMBER = install();
  private static final int PROCESS = (int) ProcessHandle.current().pid();

  private WakeSignal() {}

  private static int install() {
    long handler = Libc.address("abs").orElseThrow();
    try (Scratch scratch = Scratch.borrow()) {
      for (int signal = HIGHEST; signal >= LOWEST; signal--) {
        long before = scratch.structAddress() + SECOND;
        if (scratch.function(SIGACTION, signal, 0, before, 0, 0, 0) != 0) continue;
        MemorySegment old = scratch.memory().asSlice(SECOND, Structs.Sigaction.SIZE);
        if (Structs.Sigaction.handler(old) > SIG_IGN) continue;
        Structs.Sigaction.write(scratch.memory(), handler);
        if (scratch.function(SIGACTION, signal, scratch.structAddress(), 0, 0, 0, 0) == 0) {
          return signal;
        }
      }
    }
    throw new UnsupportedOperationException("every real-time signal has a handler already");
  }

  /// Lets it through to the calling thread.
  static void unblock() {
    SignalMask.unblock(NUMBER);
  }

  /// Sends it to a thread of this process.
  static void send(int thread) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(Syscall.TGKILL, PROCESS, thread, NUMBER);
      if (result < 0) throw Calls.failure(Syscall.TGKILL, "thread " + thread, result);
    }
  }
}
