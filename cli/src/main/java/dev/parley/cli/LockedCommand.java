package dev.parley.cli;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Poll;
import dev.parley.sys.SpawnRequest;
import dev.parley.sys.WaitStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;

/// A command that runs under a lock.
///
/// It has the standard streams and every descriptor that parley inherited, so that a lock taken by
/// a parley around this one is handed on, too; and the lock's, from 30 up.
///
/// It is in parley's process group, as under flock(1): what a terminal signals reaches it, and
/// SIGTERM is passed on. Under a lease it leads a group of its own, because the whole of it must
/// end when the lease is lost.
final class LockedCommand {
  /// Above what shell scripts number themselves.
  private static final int LOCK_DESCRIPTOR = 30;

  private static final int KILL = 9;
  private static final int TERM = 15;
  private static final Duration LONGEST_GRACE = Duration.ofSeconds(5);
  private static final long PAUSE_NANOS = 20_000_000;

  private final Kernel kernel;
  private final Shell shell;
  private final Lockable lock;
  private final HeldLock held;
  private final List<String> command;
  private final boolean ownGroup;
  private int pid;
  private int early;

  LockedCommand(Kernel kernel, Shell shell, Lockable lock, HeldLock held, List<String> command) {
    this.kernel = kernel;
    this.shell = shell;
    this.lock = lock;
    this.held = held;
    this.command = command;
    this.ownGroup = lock.kind() == Kind.LEASE;
  }

  /// Makes this process the command.
  ///
  /// @return the exit code, if it cannot
  int become() throws IOException {
    List<Fd> kept = new ArrayList<>(InheritedDescriptors.of(kernel).values());
    // A POSIX lock would go with the closing of the other descriptor.
    Fd descriptor = held.descriptor();
    kept.add(
        lock.kind() == Kind.POSIX ? descriptor : kernel.duplicate(descriptor, LOCK_DESCRIPTOR));
    try (held) {
      kernel.exec(command, environment(), kept);
      throw new IllegalStateException("it became the command, and is here still");
    } catch (ErrnoException e) {
      throw CommandNotFoundException.of(command.getFirst(), e);
    }
  }

  /// Runs it to its end.
  ///
  /// @param inherits whether it gets the lock's descriptor
  /// @return its status
  int run(boolean inherits) throws IOException {
    try (held;
        Fd lost = kernel.eventFd();
        Signals _ = new Signals(this::passOn)) {
      held.onLost(() -> tell(lost));
      start(inherits);
      boolean wasLost = awaitEnd(lost);
      WaitStatus status = kernel.waitFor(pid, true);
      if (wasLost) return ExitCode.BUSY;
      warnIfBroken();
      return status == null ? ExitCode.BUG : status.shellStatus();
    }
  }

  /// A PID file, a dotlock or git's may be removed or renamed by the command itself, when it is
  /// done.
  private void warnIfBroken() throws IOException {
    boolean stays = lock.kind() == Kind.FLOCK || lock.kind() == Kind.OFD;
    if (stays && !held.isHeld()) {
      shell.say(
          lock.path()
              + " was removed or replaced while the command ran, so another may have run beside it;"
              + " leave a lock's file where it is");
    }
  }

  private void start(boolean inherits) throws IOException {
    Map<Integer, Fd> descriptors = new TreeMap<>(InheritedDescriptors.of(kernel));
    boolean hasDescriptor = lock.kind() != Kind.GIT && lock.kind() != Kind.LEASE;
    if (inherits && hasDescriptor) {
      int number = LOCK_DESCRIPTOR;
      while (descriptors.containsKey(number)) number++;
      descriptors.put(number, held.descriptor());
    }
    synchronized (this) {
      try {
        pid = kernel.spawn(new SpawnRequest(command, environment(), descriptors, ownGroup));
      } catch (ErrnoException e) {
        throw CommandNotFoundException.of(command.getFirst(), e);
      }
      if (early != 0) signal(early);
    }
    if (inherits) held.nameHolder(pid);
  }

  private Map<String, String> environment() throws IOException {
    Map<String, String> variables = new TreeMap<>(Environment.exact(kernel));
    variables.put("PARLEY_LOCK", lock.path());
    variables.putAll(lock.environment());
    held.token().ifPresent(token -> variables.put("PARLEY_TOKEN", String.valueOf(token)));
    return variables;
  }

  /// Waits until it has ended; ends it when the lock is lost and a lease.
  ///
  /// @return whether that happened
  private boolean awaitEnd(Fd lost) throws IOException {
    try (Fd process = kernel.pidFd(pid)) {
      List<Fd> fds = List.of(process, lost);
      while (true) {
        int[] ready = kernel.poll(fds, new int[] {Poll.IN, Poll.IN}, -1);
        if (ready[0] != 0) return false;
        if (ready[1] == 0) continue;
        if (ownGroup) break;
        shell.say(lock.path() + " was removed by somebody; the command runs on without it");
        kernel.drain(lost);
      }
    }
    shell.say(lock.path() + ": the lease was lost; the command is ended");
    endGroup();
    return true;
  }

  /// The group's number stays its own until its leader, dead or not, is waited for.
  private void endGroup() throws IOException {
    signal(TERM);
    long start = System.nanoTime();
    while (ProcessGroup.isAlive(pid)) {
      if (System.nanoTime() - start >= grace().toNanos()) {
        signal(KILL);
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /// So that the last of it is gone before anybody else may have the lease.
  private Duration grace() {
    Duration most = lock.lease().dividedBy(8);
    return most.compareTo(LONGEST_GRACE) < 0 ? most : LONGEST_GRACE;
  }

  private void tell(Fd lost) {
    try {
      kernel.signal(lost);
    } catch (IOException | IllegalStateException e) {
      shell.say("the lock was lost: " + e.getMessage());
    }
  }

  // ---- signals

  private synchronized void passOn(int signal) {
    if (!ownGroup && signal != TERM) return; // the terminal sends it to the whole group
    if (pid == 0) early = signal;
    else signal(signal);
  }

  private synchronized void signal(int signal) {
    try {
      kernel.kill(ownGroup ? -pid : pid, signal);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ESRCH)) shell.say(String.valueOf(e.getMessage()));
    }
  }
}
