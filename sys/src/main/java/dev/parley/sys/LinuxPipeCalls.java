package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

import java.lang.foreign.ValueLayout;

/// [PipeCalls] over Linux.
interface LinuxPipeCalls extends PipeCalls {
  @Override
  default Fd[] pipe() throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(PIPE2, scratch.structAddress(), O_CLOEXEC, 0);
      if (result < 0) throw Calls.failure(PIPE2, "", result);
      int reading = scratch.memory().get(ValueLayout.JAVA_INT, 0);
      int writing = scratch.memory().get(ValueLayout.JAVA_INT, 4);
      return new Fd[] {
        Calls.opened("pipe, reading end", reading), Calls.opened("pipe, writing end", writing)
      };
    }
  }

  @Override
  default int pipeCapacity(Fd pipe) throws ErrnoException {
    return (int) Calls.on(FCNTL, pipe, F_GETPIPE_SZ, 0);
  }

  @Override
  default int setPipeCapacity(Fd pipe, int bytes) throws ErrnoException {
    return (int) Calls.on(FCNTL, pipe, F_SETPIPE_SZ, bytes);
  }

  @Override
  default int unreadBytes(Fd fd) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(IOCTL, fd.number(), FIONREAD, scratch.structAddress());
      if (result < 0) throw Calls.failure(IOCTL, fd.path(), result);
      return scratch.memory().get(ValueLayout.JAVA_INT, 0);
    }
  }

  @Override
  default int tee(Fd from, Fd to, int length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(TEE, from.number(), to.number(), length, SPLICE_F_NONBLOCK);
      return transferred(TEE, from, to, result);
    }
  }

  @Override
  default int splice(Fd from, Fd to, int length) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result =
          scratch.call(SPLICE, from.number(), 0, to.number(), 0, length, SPLICE_F_NONBLOCK);
      return transferred(SPLICE, from, to, result);
    }
  }

  private static int transferred(Syscall call, Fd from, Fd to, long result) throws ErrnoException {
    if (result >= 0) return (int) result;
    throw new ErrnoException(call.call(), from.path(), to.path(), (int) -result);
  }
}
