package dev.parley.primitive.socket;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.SocketCredentials;
import java.util.Arrays;
import java.util.List;

/// Who is at the other end, by the kernel's word, when it connected, began to listen, or sent.
///
/// @param pid explains and decides nothing: PIDs are used again, and mean nothing in another PID
///   namespace (then 0)
/// @param uid the effective user; 65534 for one of another user namespace
/// @param gid the effective group
/// @param groups supplementary ones; empty for the sender of a datagram, as the kernel does not
///   tell
public record PeerCredentials(int pid, int uid, int gid, List<Integer> groups) {
  static PeerCredentials of(SocketCredentials sender) {
    return new PeerCredentials(sender.pid(), sender.uid(), sender.gid(), List.of());
  }

  static PeerCredentials of(Kernel kernel, Fd connection) throws ErrnoException {
    SocketCredentials peer = kernel.peerCredentials(connection);
    List<Integer> groups;
    try {
      groups = Arrays.stream(kernel.peerGroups(connection)).boxed().toList();
    } catch (ErrnoException e) {
      if (!e.is(Errno.ENODATA)) throw e; // of a pair that was made before credentials were kept
      groups = List.of();
    }
    return new PeerCredentials(peer.pid(), peer.uid(), peer.gid(), groups);
  }

  /// Whether it is in `group` with its effective or a supplementary group.
  public boolean isIn(int group) {
    return gid == group || groups.contains(group);
  }

  @Override
  public String toString() {
    return "process " + pid + " of user " + uid;
  }
}
