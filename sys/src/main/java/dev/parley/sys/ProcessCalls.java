package dev.parley.sys;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Other processes, this one, and the clocks of the host. Part of [Kernel].
public interface ProcessCalls {

  // ---- other processes

  /// posix_spawnp(3): starts `command` with exactly the descriptors that are named.
  ///
  /// @throws ErrnoException ENOENT, EACCES: the command cannot be run
  int spawn(SpawnRequest request) throws ErrnoException;

  /// waitpid(2) for a child of ours.
  ///
  /// @return the wait status, or null if it still runs and `block` is false
  @Nullable WaitStatus waitFor(int pid, boolean block) throws ErrnoException;

  /// pidfd_open(2): readable once the process has ended.
  Fd pidFd(int pid) throws ErrnoException;

  /// kill(2). A negative `pid` means the process group of that number; signal 0 only asks.
  void kill(int pid, int signal) throws ErrnoException;

  // ---- this process and this host

  /// geteuid(2).
  int effectiveUserId();

  /// getegid(2).
  int effectiveGroupId();

  /// getgroups(2), the effective group included.
  List<Integer> groups() throws ErrnoException;

  /// clock_gettime(CLOCK_REALTIME), nanoseconds since the epoch.
  long realtimeNanos();

  /// clock_gettime(CLOCK_BOOTTIME): nanoseconds since this host booted, suspends included; the same
  /// clock in every process of the host.
  long boottimeNanos();
}
