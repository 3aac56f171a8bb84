package dev.parley.primitive.presence;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What ties a process to a file.
public sealed interface Tie {
  /// Who; null if the kernel does not tell this user.
  @Nullable HostProcess process();

  /// The tie in a word, for tables and scripts.
  String how();

  /// What there is to say besides; may be empty.
  String detail();

  /// It has the file open; of a FIFO, these are its ends.
  ///
  /// @param descriptors its numbers for it
  record Open(HostProcess process, boolean reads, boolean writes, List<Integer> descriptors)
      implements Tie {
    @Override
    public String how() {
      if (reads) return writes ? "reads+writes" : "reads";
      return writes ? "writes" : "refers";
    }

    @Override
    public String detail() {
      return numbered(descriptors);
    }
  }

  /// It has the file in its memory.
  ///
  /// @param shared whether what it writes there gets into the file
  record Mapping(HostProcess process, boolean shared, boolean writable) implements Tie {
    @Override
    public String how() {
      return "maps";
    }

    @Override
    public String detail() {
      return (shared ? "shared" : "private") + (writable ? ", writable" : ", read-only");
    }
  }

  /// It stands there.
  ///
  /// @param how `runs` it, `works-in` it, or is `rooted-in` it
  record Place(HostProcess process, String how) implements Tie {
    @Override
    public String detail() {
      return "";
    }
  }

  /// It holds a lock.
  ///
  /// @param process one of those who share the descriptor that holds it; where descriptors may not
  ///   be seen, the one that took it
  /// @param descriptors its numbers for that; none where they may not be seen
  /// @param takenBy the PID that took it, ended since, perhaps; -1 where the kernel does not say
  record Lock(
      @Nullable HostProcess process, LockRange range, List<Integer> descriptors, int takenBy)
      implements Tie {
    @Override
    public String how() {
      return "locks";
    }

    @Override
    public String detail() {
      if (!descriptors.isEmpty()) return range + ", " + numbered(descriptors);
      return range + (process == null && takenBy > 0 ? ", taken by " + takenBy : "");
    }
  }

  /// It waits.
  ///
  /// @param call the system call it waits in; empty if that may not be seen
  /// @param wanted the lock that it waits for; null if it waits for something else, or that is not
  ///   told
  /// @param blockers who holds what it waits for
  record Wait(
      @Nullable HostProcess process,
      String call,
      @Nullable LockRange wanted,
      List<HostProcess> blockers)
      implements Tie {
    @Override
    public String how() {
      return "waits";
    }

    @Override
    public String detail() {
      StringBuilder text = new StringBuilder();
      if (wanted != null) text.append("for ").append(wanted);
      if (!call.isEmpty()) text.append(text.isEmpty() ? "in " : ", in ").append(call);
      if (!blockers.isEmpty()) text.append("; held by ").append(pids(blockers));
      return text.toString();
    }
  }

  /// It has a socket that is bound there, to which one can connect or send.
  ///
  /// @param type stream, datagram or seqpacket
  /// @param how it `listens` for connections, `receives` datagrams, or is only `bound`, so that
  ///   nobody can connect
  /// @param waiting how many connections wait to be accepted
  record Listening(@Nullable HostProcess process, String how, String type, int waiting)
      implements Tie {
    @Override
    public String detail() {
      return type + (waiting > 0 ? ", " + waiting + " to accept" : "");
    }
  }

  /// It has one end of a connection.
  ///
  /// @param accepted whether it is the end of those who listen
  /// @param peers who have the other end, those that may be seen
  record Connection(
      @Nullable HostProcess process, String type, boolean accepted, List<HostProcess> peers)
      implements Tie {
    @Override
    public String how() {
      return accepted ? "accepted" : "connected";
    }

    @Override
    public String detail() {
      return type + (peers.isEmpty() ? "" : ", with " + pids(peers));
    }
  }

  private static String numbered(List<Integer> descriptors) {
    return "fd " + descriptors.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static String pids(List<HostProcess> processes) {
    return processes.stream()
        .map(process -> String.valueOf(process.pid()))
        .collect(Collectors.joining(","));
  }
}
