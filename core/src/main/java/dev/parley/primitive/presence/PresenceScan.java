package dev.parley.primitive.presence;

import dev.parley.primitive.presence.ProcessFindings.Descriptor;
import dev.parley.primitive.presence.ProcessFindings.WaitingCall;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One look at who is at a file: through every process that may be seen, and the tables of locks
/// and sockets.
final class PresenceScan {
  /// The inode of the initial PID namespace, fixed in the kernel (PROC_PID_INIT_INO).
  private static final String OUTERMOST = "pid:[4026531836]";

  private final Kernel kernel;
  private final Map<HostProcess, ProcessFindings> found = new LinkedHashMap<>();
  private final List<Tie> ties = new ArrayList<>();
  private final Set<String> unseen = new LinkedHashSet<>();
  private String self = "";
  private int selfDescriptor = -1;
  private final Set<Integer> looked = new HashSet<>();
  private final Set<Integer> refused = new HashSet<>();
  private int inOtherNetworks;

  PresenceScan(Kernel kernel) {
    this.kernel = kernel;
  }

  Presence of(Fd file) throws IOException {
    try (Proc proc = Proc.open(kernel, "/proc")) {
      MountTable mounts = MountTable.read(proc);
      FileKey key = FileKey.of(kernel, proc, mounts, file);
      List<LockLine> locks = locksOn(key, proc);
      // Whoever looks is nobody, but for what else he has open.
      self = proc.link("self").orElse("");
      selfDescriptor = file.number();
      Optional<UnixSockets> sockets = Optional.empty();
      if (key.status().isSocket()) {
        sockets = Optional.of(UnixSockets.boundTo(kernel, proc, key, file.path()));
      }
      look(proc, Optional.of(key), sockets);
      tellFiles();
      if (key.isAmbiguous()) locks.removeIf(this::isOnAnotherFile);
      new LockFindings(found, locks, pid -> describe(proc, pid)).tell(ties);
      tellOtherWaits();
      if (sockets.isPresent()) tellSockets(sockets.get());
      tellUnseen(proc, mounts);
      return new Presence(List.copyOf(ties), List.copyOf(unseen));
    }
  }

  Presence ofAbstract(String name) throws IOException {
    try (Proc proc = Proc.open(kernel, "/proc")) {
      UnixSockets sockets = UnixSockets.named(kernel, proc, name);
      look(proc, Optional.empty(), Optional.of(sockets));
      tellOtherWaits();
      tellSockets(sockets);
      tellUnseen(proc, MountTable.read(proc));
      return new Presence(List.copyOf(ties), List.copyOf(unseen));
    }
  }

  private static List<LockLine> locksOn(FileKey key, Proc proc) throws ErrnoException {
    List<LockLine> locks = new ArrayList<>();
    for (String line : proc.lines("locks")) {
      LockLine.parse(line)
          .filter(lock -> key.is(lock.device(), lock.inode()))
          .ifPresent(locks::add);
    }
    return locks;
  }

  /// Where the table's numbers may mean another file, a lock has to be listed by a descriptor of
  /// this one; unless that may not be seen.
  private boolean isOnAnotherFile(LockLine line) {
    if (isListed(line)) return false;
    if (line.isRequest() && hasItOpen(line.pid())) return false;
    boolean another = looked.contains(line.pid()) || refused.isEmpty();
    if (!another) {
      unseen.add(
          "whether each lock that is told without a descriptor is on this file, or on another one"
              + " with its number in another subvolume or layer");
    }
    return another;
  }

  private boolean isListed(LockLine line) {
    return found.values().stream()
        .flatMap(findings -> findings.descriptors().stream())
        .flatMap(descriptor -> descriptor.locks().stream())
        .anyMatch(lock -> lock.pid() == line.pid() && lock.range().equals(line.range()));
  }

  /// @param pid whose; -1 is anybody's
  private boolean hasItOpen(int pid) {
    return found.entrySet().stream()
        .filter(each -> pid <= 0 || each.getKey().pid() == pid)
        .anyMatch(each -> !each.getValue().descriptors().isEmpty());
  }

  private void look(Proc proc, Optional<FileKey> file, Optional<UnixSockets> sockets)
      throws ErrnoException {
    Set<Long> inodes = new HashSet<>();
    sockets.ifPresent(
        these -> {
          these.bound().forEach(socket -> inodes.add(socket.inode()));
          inodes.addAll(these.callers());
        });
    Optional<String> network = sockets.isPresent() ? proc.link("self/ns/net") : Optional.empty();
    Instant boot = HostProcess.boot(proc);
    for (int pid : proc.processes()) {
      Optional<Proc> folder = proc.child(String.valueOf(pid));
      if (folder.isEmpty()) continue;
      try (Proc process = folder.get()) {
        int own = self.equals(String.valueOf(pid)) ? selfDescriptor : -1;
        ProcessFindings findings = findings(process, file, inodes, own);
        if (!findings.isEmpty()) {
          HostProcess.read(process, pid, boot).ifPresent(who -> found.put(who, findings));
        }
        if (network.isPresent()) {
          Optional<String> its = process.link("ns/net");
          if (its.isPresent() && !its.equals(network)) inOtherNetworks++;
        }
        (process.wasRefused() ? refused : looked).add(pid);
      }
    }
    if (sockets.isPresent() && sockets.get().withoutPeers()) {
      unseen.add("who is connected: the kernel does not answer sock_diag here");
    }
  }

  /// A process whose first thread has ended shows nothing in its own directory, though the others
  /// hold all that it held.
  private static ProcessFindings findings(
      Proc process, Optional<FileKey> file, Set<Long> inodes, int own) throws ErrnoException {
    if (process.list("fd").isEmpty()) {
      for (String thread : process.list("task")) {
        Optional<Proc> folder = process.child("task/" + thread);
        if (folder.isEmpty()) continue;
        try (Proc view = folder.get()) {
          if (view.list("fd").isEmpty()) continue;
          return ProcessFindings.of(process, view, file, inodes, own);
        }
      }
    }
    return ProcessFindings.of(process, process, file, inodes, own);
  }

  private Optional<HostProcess> describe(Proc proc, int pid) throws ErrnoException {
    Optional<Proc> folder = proc.child(String.valueOf(pid));
    if (folder.isEmpty()) return Optional.empty();
    try (Proc process = folder.get()) {
      return HostProcess.read(process, pid, HostProcess.boot(proc));
    }
  }

  // ---- open files, mappings, places

  private void tellFiles() {
    found.forEach(
        (process, findings) -> {
          tellOpen(process, findings, Descriptor::isPathOnly);
          tellOpen(process, findings, each -> each.reads() && !each.writes());
          tellOpen(process, findings, each -> each.writes() && !each.reads());
          tellOpen(process, findings, each -> each.reads() && each.writes());
          findings
              .mappings()
              .forEach(kind -> ties.add(new Tie.Mapping(process, kind.shared(), kind.writable())));
          findings.places().forEach(place -> ties.add(new Tie.Place(process, place)));
        });
  }

  /// Those of one process that are open in one way are one tie.
  private void tellOpen(
      HostProcess process, ProcessFindings findings, Predicate<Descriptor> which) {
    List<Descriptor> open =
        findings.descriptors().stream().filter(each -> each.socket() == 0).filter(which).toList();
    if (open.isEmpty()) return;
    boolean reads = open.getFirst().reads();
    boolean writes = open.getFirst().writes();
    ties.add(new Tie.Open(process, reads, writes, open.stream().map(Descriptor::number).toList()));
  }

  /// Threads in read, write, accept and their like; those that wait for locks are told with them.
  private void tellOtherWaits() {
    found.forEach(
        (process, findings) -> {
          for (WaitingCall wait : findings.waits()) {
            if (LockFindings.isForLock(wait)) continue;
            ties.add(new Tie.Wait(process, wait.call().call(), null, List.of()));
          }
        });
  }

  // ---- sockets

  private void tellSockets(UnixSockets sockets) {
    for (UnixSocket socket : sockets.bound()) {
      String type = socket.type().toString();
      for (HostProcess owner : ownersOrNobody(socket.inode())) {
        if (socket.listens()) {
          ties.add(new Tie.Listening(owner, "listens", type, socket.callers().size()));
        } else if (socket.type() == UnixSocket.Type.DATAGRAM) {
          ties.add(new Tie.Listening(owner, "receives", type, 0));
        } else if (socket.peer() != 0 || sockets.withoutPeers()) {
          ties.add(new Tie.Connection(owner, type, true, owners(socket.peer())));
        } else {
          ties.add(new Tie.Listening(owner, "bound", type, 0));
        }
      }
    }
    for (long caller : sockets.callers()) {
      Optional<UnixSocket> socket = sockets.withInode(caller);
      if (socket.isEmpty()) continue;
      List<HostProcess> peers = owners(socket.get().peer());
      for (HostProcess owner : ownersOrNobody(caller)) {
        ties.add(new Tie.Connection(owner, socket.get().type().toString(), false, peers));
      }
    }
  }

  private List<HostProcess> owners(long inode) {
    List<HostProcess> owners = new ArrayList<>();
    found.forEach(
        (process, findings) -> {
          if (inode != 0 && findings.descriptors().stream().anyMatch(d -> d.socket() == inode)) {
            owners.add(process);
          }
        });
    return owners;
  }

  /// A socket has an owner even where we cannot see him.
  private List<@Nullable HostProcess> ownersOrNobody(long inode) {
    List<@Nullable HostProcess> owners = new ArrayList<>(owners(inode));
    if (owners.isEmpty()) owners.add(null);
    return owners;
  }

  // ---- what could not be seen

  private void tellUnseen(Proc proc, MountTable mounts) throws ErrnoException {
    if (!refused.isEmpty()) {
      unseen.add(
          "what "
              + refused.size()
              + (refused.size() == 1 ? " process has" : " processes have")
              + " open, mapped and waits for, into which this user may not look; root and"
              + " CAP_SYS_PTRACE mostly may");
    }
    Optional<String> hidden = mounts.at("/proc").flatMap(mount -> mount.option("hidepid"));
    if (hidden.isPresent() && !hidden.get().matches("0|off") && kernel.effectiveUserId() != 0) {
      unseen.add("processes of other users, which /proc hides (hidepid=" + hidden.get() + ")");
    }
    Optional<String> namespace = proc.link("self/ns/pid");
    if (namespace.isPresent() && !namespace.get().equals(OUTERMOST)) {
      unseen.add(
          "processes outside this PID namespace, and locks that they, or processes that have ended,"
              + " have taken: look from the host");
    }
    if (inOtherNetworks > 0) {
      unseen.add(
          "sockets of "
              + inOtherNetworks
              + (inOtherNetworks == 1 ? " process" : " processes")
              + " in other network namespaces: look from there (nsenter --net)");
    }
    if (proc.wasRefused()) unseen.add("tables of /proc that this user may not read");
  }
}
