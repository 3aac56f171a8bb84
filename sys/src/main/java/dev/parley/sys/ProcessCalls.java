package dev.parley.sys;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Other processes, this one, and the clocks of the host. Part of [Kernel].
public interface ProcessCalls {

  // ---- other processes

  /// posix_spawnp(3): starts `command` with exactly the descriptors that are named.
  ///
  /// @throws ErrnoException ENOENT, EACCES: the command cannot be run
  int spawn(SpawnRequest request) throws ErrnoException;

  /// execvpe(3): this process becomes `command`, with the same PID. It keeps 0, 1, 2 and these
  /// descriptors, under their own numbers; every other is closed. No signal is blocked then, and
  /// those that were handled are at their defaults. Nothing of the JVM runs any more, shutdown
  /// hooks included. So this returns only by throwing.
  ///
  /// @throws ErrnoException ENOENT, EACCES, E2BIG: the command cannot be run, and nothing has
  ///   changed but that descriptors which are not in `kept` are close-on-exec
  void exec(List<String> command, Map<String, String> environment, List<Fd> kept)
      throws ErrnoException;

  /// waitpid(2) for a child of ours.
  ///
  /// @return the wait status, or null if it still runs and `block` is false
  @Nullable WaitStatus waitFor(int pid, boolean block) throws ErrnoException;

  /// pidfd_open(2): readable once the process has ended.
  Fd pidFd(int pid) throws ErrnoException;

  /// kill(2). A negative `pid` means the process group of that number; signal 0 only asks.
  void kill(int pid, int signal) throws ErrnoException;

  // ---- threads of this process

  /// Lets [#interrupt] end system calls that the calling platform thread is blocked in.
  ///
  /// @return the thread's number, for [#interrupt]: gettid(2)
  int interruptibleThread() throws ErrnoException;

  /// tgkill(2) with a signal that does nothing but end the call a thread is blocked in with EINTR.
  /// One that arrives before the call is lost: send it again until the thread is out, and never to
  /// one that may be in somebody else's call.
  ///
  /// @throws ErrnoException ESRCH: the thread has ended
  void interrupt(int thread) throws ErrnoException;

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
