package dev.parley.sys;

import static dev.parley.sys.Constants.CLOSE_RANGE_CLOEXEC;
import static dev.parley.sys.Constants.F_SETFD;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;

/// Makes this process another program: execvpe(3), which looks a command up in PATH.
///
/// The JVM's other threads end in the kernel. Its descriptors are marked close-on-exec before that,
/// whoever opened them, because the JDK opens some without.
final class Replacement {
  private static final long ALL = 0xFFFF_FFFFL;

  private static final MethodHandle EXEC = Libc.function("execvpe").orElseThrow();

  private Replacement() {}

  static void exec(List<String> command, Map<String, String> environment, List<Fd> kept)
      throws ErrnoException {
    try (Arena arena = Arena.ofConfined();
        Scratch scratch = Scratch.borrow()) {
      CStrings strings = new CStrings(arena);
      long program = strings.string(command.getFirst());
      long arguments = strings.array(command);
      long variables = strings.environment(environment);
      if (program == 0 || arguments == 0 || variables == 0) {
        throw failure(command, Errno.EINVAL.number());
      }
      // Where the kernel is too old for that (5.11), what the JDK left open stays open.
      scratch.call(Syscall.CLOSE_RANGE, 3, ALL, CLOSE_RANGE_CLOEXEC);
      for (Fd fd : kept) Calls.on(Syscall.FCNTL, fd, F_SETFD, 0);
      SignalMask.unblockAll();
      scratch.function(EXEC, program, arguments, variables, 0, 0, 0);
      throw failure(command, scratch.errno());
    }
  }

  private static ErrnoException failure(List<String> command, int number) {
    return new ErrnoException("execvpe", command.getFirst(), number);
  }
}
