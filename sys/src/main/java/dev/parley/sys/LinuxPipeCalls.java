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
}
