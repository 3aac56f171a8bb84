package dev.parley.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// The C library, reached through one shape of function: seven longs in, a long out, errno caught.
///
/// Each distinct shape costs about 10 ms at start-up and a repeated one nothing, so everything
/// shares this one: syscall(2) first, and the few functions that are not system calls. That is
/// sound because all of them take only integers and pointers, of which both machines pass the first
/// six in registers: arguments that a function does not have land where it never looks. An `int`
/// result fills the lower half of the long; callers cast.
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final long ERRNO_OFFSET =
      Linker.Option.captureStateLayout().byteOffset(PathElement.groupElement("errno"));
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(
          JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final Linker.Option VARIADIC = Linker.Option.firstVariadicArg(1);
  private static final Linker.Option CATCHES_ERRNO = Linker.Option.captureCallState("errno");

  /// `long syscall(long number, ...)`.
  static final MethodHandle SYSCALL = function("syscall").orElseThrow();

  private Libc() {}

  /// The function, or empty if this C library lacks it.
  static Optional<MethodHandle> function(String name) {
    Optional<MemorySegment> address = LINKER.defaultLookup().find(name);
    if (address.isEmpty()) return Optional.empty();
    return Optional.of(LINKER.downcallHandle(address.get(), SHAPE, VARIADIC, CATCHES_ERRNO));
  }

  /// Where the function is, for C to call.
  static Optional<Long> address(String name) {
    return LINKER.defaultLookup().find(name).map(MemorySegment::address);
  }

  /// What a call left in its `state`.
  static int errno(MemorySegment state) {
    return state.get(JAVA_INT, ERRNO_OFFSET);
  }

  /// Calls `function`; its errno, if it failed, is in `state` afterwards. 64 aligned bytes are room
  /// enough for that.
  static long invoke(
      MethodHandle function,
      MemorySegment state,
      long a,
      long b,
      long c,
      long d,
      long e,
      long f,
      long g) {
    try {
      return (long) function.invokeExact(state, a, b, c, d, e, f, g);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
  }
}
