package dev.parley.sys;

import org.jspecify.annotations.Nullable;

/// Talking with the kernel itself over a socket. Part of [Kernel].
public interface NetlinkCalls {
  /// NETLINK_SOCK_DIAG: what sockets there are. Ask with [FileCalls#write].
  int SOCKETS = 4;

  /// NETLINK_KOBJECT_UEVENT: what happens to devices; its one group is 1.
  int DEVICES = 15;

  /// socket(2) of AF_NETLINK and bind(2), non-blocking.
  ///
  /// @param protocol [#SOCKETS] or [#DEVICES]
  /// @param groups a bit for each group to hear
  Fd netlink(int protocol, int groups) throws ErrnoException;

  /// recvfrom(2): the next datagram that the kernel itself sent, or null if there is none now. What
  /// a process sent is dropped.
  ///
  /// @throws ErrnoException ENOBUFS: some were lost, as they were not fetched in time; EMSGSIZE:
  ///   one was longer than 256 kB
  byte @Nullable [] netlinkReceive(Fd netlink) throws ErrnoException;
}
