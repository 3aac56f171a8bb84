package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

/// [MemoryCalls] over Linux.
interface LinuxMemoryCalls extends MemoryCalls {

  // ---- memory

  @Override
  default Mapping map(Fd fd, long lengthBytes) throws ErrnoException {
    return map(fd.path(), lengthBytes, MAP_SHARED, fd.number());
  }

  @Override
  default Mapping mapAnonymous(long lengthBytes) throws ErrnoException {
    return map("", lengthBytes, MAP_PRIVATE | MAP_ANONYMOUS, -1);
  }

  private static Mapping map(String path, long lengthBytes, int flags, int fd)
      throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(MMAP, 0, lengthBytes, PROT_READ | PROT_WRITE, flags, fd, 0);
      if (result < 0) throw Calls.failure(MMAP, path, result);
      return LinuxMapping.at(result, lengthBytes);
    }
  }

  @Override
  default void unmap(Mapping mapping) {
    mapping.release();
  }

  @Override
  default void allocate(Fd fd, long lengthBytes) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(FALLOCATE, fd.number(), 0, 0, lengthBytes);
      if (result < 0) throw Calls.failure(FALLOCATE, fd.path(), result);
    }
  }

  // ---- memfds

  @Override
  default Fd memfdCreate(String name) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long text = scratch.name(name);
      long result =
          text < 0 ? text : scratch.call(MEMFD_CREATE, text, MFD_CLOEXEC | MFD_ALLOW_SEALING, 0);
      if (result < 0) throw Calls.failure(MEMFD_CREATE, name, result);
      return Calls.opened("memfd:" + name, result);
    }
  }

  @Override
  default void addSeals(Fd fd, int seals) throws ErrnoException {
    Calls.on(FCNTL, fd, F_ADD_SEALS, seals);
  }

  @Override
  default int seals(Fd fd) throws ErrnoException {
    return (int) Calls.on(FCNTL, fd, F_GET_SEALS, 0);
  }

  // ---- futexes

  @Override
  default boolean futexWait(Mapping mapping, long offset, int expected, long timeoutNanos)
      throws ErrnoException {
    long word = mapping.pin(offset);
    try (Scratch scratch = Scratch.borrow()) {
      long timeout = 0;
      if (timeoutNanos >= 0) {
        Structs.Timespec.putNanos(scratch.memory(), 0, timeoutNanos);
        timeout = scratch.structAddress();
      }
      long result = scratch.callOnce(FUTEX, word, FUTEX_WAIT, expected, timeout, 0, 0);
      return isWoken(FUTEX, result);
    } finally {
      mapping.unpin();
    }
  }

  @Override
  default boolean futexWaitEither(
      Mapping mapping,
      long offset,
      int expected,
      Mapping otherMapping,
      long otherOffset,
      int otherExpected,
      long timeoutNanos)
      throws ErrnoException {
    long word = mapping.pin(offset);
    try {
      long other = otherMapping.pin(otherOffset);
      try {
        return waitEither(word, expected, other, otherExpected, timeoutNanos);
      } finally {
        otherMapping.unpin();
      }
    } finally {
      mapping.unpin();
    }
  }

  /// The time limit of futex_waitv(2) is a point in time of the monotonic clock, which is also that
  /// of [System#nanoTime].
  private static boolean waitEither(
      long word, int expected, long other, int otherExpected, long timeoutNanos)
      throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long deadline = 0;
      long now = System.nanoTime();
      if (timeoutNanos >= 0 && timeoutNanos < Long.MAX_VALUE - now) {
        int at = 2 * Structs.FutexWaitv.SIZE;
        Structs.Timespec.putNanos(scratch.memory(), at, now + timeoutNanos);
        deadline = scratch.structAddress() + at;
      }
      Structs.FutexWaitv.write(scratch.memory(), 0, expected, word);
      Structs.FutexWaitv.write(scratch.memory(), 1, otherExpected, other);
      long result =
          scratch.callOnce(
              FUTEX_WAITV, scratch.structAddress(), 2, 0, deadline, CLOCK_MONOTONIC, 0);
      return isWoken(FUTEX_WAITV, result);
    }
  }

  private static boolean isWoken(Syscall call, long result) throws ErrnoException {
    if (result >= 0) return true;
    return switch (Errno.of((int) -result)) {
      case ETIMEDOUT -> false;
      case EAGAIN, EINTR -> true;
      default -> throw Calls.failure(call, "", result);
    };
  }

  @Override
  default int futexWake(Mapping mapping, long offset, int most) throws ErrnoException {
    long word = mapping.pin(offset);
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(FUTEX, word, FUTEX_WAKE, most);
      if (result < 0) throw Calls.failure(FUTEX, "", result);
      return (int) result;
    } finally {
      mapping.unpin();
    }
  }
}
