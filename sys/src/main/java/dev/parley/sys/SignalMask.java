package dev.parley.sys;

import static dev.parley.sys.Constants.SIG_SETMASK;
import static dev.parley.sys.Constants.SIG_UNBLOCK;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.invoke.MethodHandle;

/// Which signals the calling thread takes: pthread_sigmask(3).
final class SignalMask {
  private static final long SIGSET_BYTES = 128;
  private static final MethodHandle SIGMASK = Libc.function("pthread_sigmask").orElseThrow();

  private SignalMask() {}

  /// Lets one through, whatever mask the thread inherited.
  static void unblock(int signal) {
    change(SIG_UNBLOCK, 1L << (signal - 1));
  }

  /// Lets every one through, as a program expects that starts in this thread.
  static void unblockAll() {
    change(SIG_SETMASK, 0);
  }

  private static void change(int how, long signals) {
    try (Scratch scratch = Scratch.borrow()) {
      scratch.memory().asSlice(0, SIGSET_BYTES).fill((byte) 0);
      scratch.memory().set(JAVA_LONG, 0, signals);
      scratch.function(SIGMASK, how, scratch.structAddress(), 0, 0, 0, 0);
    }
  }
}
