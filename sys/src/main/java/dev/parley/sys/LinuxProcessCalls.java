package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;

import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// [ProcessCalls] over Linux.
interface LinuxProcessCalls extends ProcessCalls {

  // ---- other processes

  @Override
  default int spawn(SpawnRequest request) throws ErrnoException {
    return Spawner.spawn(request);
  }

  @Override
  default void exec(List<String> command, Map<String, String> environment, List<Fd> kept)
      throws ErrnoException {
    Replacement.exec(command, environment, kept);
  }

  @Override
  default @Nullable WaitStatus waitFor(int pid, boolean block) throws ErrnoException {
    if (pid <= 0) throw new IllegalArgumentException("not a process: " + pid);
    try (Scratch scratch = Scratch.borrow()) {
      long status = scratch.structAddress();
      long result = scratch.call(WAIT4, pid, status, block ? 0 : WNOHANG);
      if (result < 0) throw Calls.failure(WAIT4, "process " + pid, result);
      return result == 0 ? null : WaitStatus.of(scratch.memory().get(ValueLayout.JAVA_INT, 0));
    }
  }

  @Override
  default Fd pidFd(int pid) throws ErrnoException {
    return Calls.opened("process " + pid, Calls.onProcess(PIDFD_OPEN, pid, 0));
  }

  @Override
  default void kill(int pid, int signal) throws ErrnoException {
    Calls.onProcess(KILL, pid, signal);
  }

  // ---- threads of this process

  @Override
  default int interruptibleThread() throws ErrnoException {
    WakeSignal.unblock();
    return (int) Calls.plain(GETTID, 0, 0);
  }

  @Override
  default void interrupt(int thread) throws ErrnoException {
    WakeSignal.send(thread);
  }

  // ---- this process and this host

  @Override
  default int effectiveUserId() {
    return identity(GETEUID);
  }

  @Override
  default int effectiveGroupId() {
    return identity(GETEGID);
  }

  private static int identity(Syscall call) {
    try (Scratch scratch = Scratch.borrow()) {
      return (int) scratch.call(call, 0);
    }
  }

  @Override
  default List<Integer> groups() throws ErrnoException {
    List<Integer> groups = new ArrayList<>();
    groups.add(effectiveGroupId());
    try (Scratch scratch = Scratch.borrow()) {
      long count = scratch.call(GETGROUPS, NGROUPS_MAX, scratch.dataAddress(), 0);
      if (count < 0) throw Calls.failure(GETGROUPS, "", count);
      for (int group : scratch.getInts((int) count)) {
        if (!groups.contains(group)) groups.add(group);
      }
    }
    return List.copyOf(groups);
  }

  @Override
  default long realtimeNanos() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
  }

  @Override
  default long boottimeNanos() {
    try (Scratch scratch = Scratch.borrow()) {
      long time = scratch.structAddress();
      scratch.function(ClockGettime.FUNCTION, CLOCK_BOOTTIME, time, 0, 0, 0, 0);
      return Structs.Timespec.nanos(scratch.memory());
    }
  }

  /// The C library's clock_gettime, which answers without entering the kernel.
  final class ClockGettime {
    static final MethodHandle FUNCTION = Libc.function("clock_gettime").orElseThrow();
  }
}
