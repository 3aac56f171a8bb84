package dev.parley.primitive.presence;

import dev.parley.primitive.presence.ProcessFindings.Descriptor;
import dev.parley.primitive.presence.ProcessFindings.WaitingCall;
import dev.parley.sys.BlockingCall;
import dev.parley.sys.ErrnoException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who holds the locks on a file, and who waits for whom.
///
/// /proc/locks names the process that took a lock, and -1 for OFD locks. The descriptors that hold
/// them list them too, so whoever has such a descriptor is a holder; the table is for locks whose
/// descriptors may not be seen, and for those who wait. A request for an OFD lock is matched with a
/// thread that is inside fcntl(F_OFD_SETLKW).
final class LockFindings {
  private static final long F_SETLKW = 7;
  private static final long F_OFD_SETLKW = 38;

  private final Map<HostProcess, ProcessFindings> found;
  private final List<LockLine> table;
  private final Describing processes;
  private final List<Tie.Lock> held = new ArrayList<>();

  /// Who has a PID, if it is to be seen.
  interface Describing {
    Optional<HostProcess> describe(int pid) throws ErrnoException;
  }

  /// @param table the lines of /proc/locks about the file
  LockFindings(
      Map<HostProcess, ProcessFindings> found, List<LockLine> table, Describing processes) {
    this.found = found;
    this.table = table;
    this.processes = processes;
  }

  static boolean isForLock(WaitingCall wait) {
    return wait.call() == BlockingCall.FLOCK
        || (wait.call() == BlockingCall.FCNTL
            && (wait.command() == F_SETLKW || wait.command() == F_OFD_SETLKW));
  }

  void tell(List<Tie> ties) throws ErrnoException {
    findHeld();
    ties.addAll(held);
    ties.addAll(waits());
  }

  // ---- holders

  private record Known(LockRange range, int pid) {}

  private void findHeld() throws ErrnoException {
    Set<Known> explained = new LinkedHashSet<>();
    found.forEach(
        (process, findings) -> {
          Map<Known, List<Integer>> locks = new LinkedHashMap<>();
          for (Descriptor descriptor : findings.descriptors()) {
            for (LockLine lock : descriptor.locks()) {
              locks
                  .computeIfAbsent(new Known(lock.range(), lock.pid()), _ -> new ArrayList<>())
                  .add(descriptor.number());
            }
          }
          locks.forEach((lock, numbers) -> add(process, lock, numbers));
          explained.addAll(locks.keySet());
        });
    for (LockLine line : table) {
      Known lock = new Known(line.range(), line.pid());
      if (line.isRequest() || explained.contains(lock)) continue;
      add(who(line.pid()), lock, List.of());
    }
  }

  private void add(@Nullable HostProcess process, Known lock, List<Integer> descriptors) {
    held.add(new Tie.Lock(process, lock.range(), descriptors, lock.pid()));
  }

  private @Nullable HostProcess who(int pid) throws ErrnoException {
    return pid > 0 ? processes.describe(pid).orElse(null) : null;
  }

  // ---- those who wait

  private List<Tie.Wait> waits() throws ErrnoException {
    List<Tie.Wait> waits = new ArrayList<>();
    Map<HostProcess, List<WaitingCall>> calls = new LinkedHashMap<>();
    found.forEach(
        (process, findings) -> {
          List<WaitingCall> its =
              findings.waits().stream().filter(LockFindings::isForLock).toList();
          if (!its.isEmpty()) calls.put(process, new ArrayList<>(its));
        });
    for (LockLine line : table) {
      if (!line.isRequest()) continue;
      boolean ofd = line.range().family() == LockRange.Family.OFD;
      HostProcess process = ofd ? takeOfdWaiter(calls) : who(line.pid());
      String call = "";
      if (ofd) {
        if (process != null) call = BlockingCall.FCNTL.call();
      } else if (process != null) {
        call = take(calls, process);
      }
      waits.add(new Tie.Wait(process, call, line.range(), blockers(line.range(), process)));
    }
    // Inside the call, though the table does not have it, or not any more.
    calls.forEach(
        (process, left) -> {
          for (WaitingCall call : left) {
            waits.add(new Tie.Wait(process, call.call().call(), null, List.of()));
          }
        });
    return waits;
  }

  /// One of the processes that are inside fcntl(F_OFD_SETLKW), the next one each time.
  private static @Nullable HostProcess takeOfdWaiter(Map<HostProcess, List<WaitingCall>> calls) {
    for (Map.Entry<HostProcess, List<WaitingCall>> entry : calls.entrySet()) {
      for (WaitingCall call : entry.getValue()) {
        if (call.command() != F_OFD_SETLKW || call.call() != BlockingCall.FCNTL) continue;
        entry.getValue().remove(call);
        return entry.getKey();
      }
    }
    return null;
  }

  private static String take(Map<HostProcess, List<WaitingCall>> calls, HostProcess process) {
    List<WaitingCall> its = calls.getOrDefault(process, List.of());
    return its.isEmpty() ? "" : its.removeFirst().call().call();
  }

  private List<HostProcess> blockers(LockRange wanted, @Nullable HostProcess waiter) {
    Set<HostProcess> blockers = new LinkedHashSet<>();
    for (Tie.Lock lock : held) {
      HostProcess holder = lock.process();
      if (holder == null || holder.equals(waiter) || !lock.range().excludes(wanted)) continue;
      blockers.add(holder);
    }
    return List.copyOf(blockers);
  }
}
