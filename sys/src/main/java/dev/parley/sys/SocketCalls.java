package dev.parley.sys;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Unix sockets. Part of [Kernel]. Numbers and addresses are those of [Sockets].
///
/// Every socket is non-blocking, and no transfer blocks even on one that was made elsewhere
/// (MSG_DONTWAIT). "Not now" (EAGAIN) is a value. No transfer raises SIGPIPE. Source: man 2 socket
/// and its siblings, man 7 unix.
public interface SocketCalls {
  // ---- making

  /// socket(2) in AF_UNIX.
  Fd socket(int type) throws ErrnoException;

  /// socketpair(2): two sockets connected to each other.
  Fd[] socketPair(int type) throws ErrnoException;

  /// bind(2). A path must not be there (EADDRINUSE), and the file that is made has the mode that
  /// [Kernel#changeMode] gave the socket before, less the umask.
  void bind(Fd socket, byte[] address) throws ErrnoException;

  /// listen(2).
  ///
  /// @param backlog how many may wait to be accepted, and one
  void listen(Fd socket, int backlog) throws ErrnoException;

  /// accept4(2).
  ///
  /// @return null if nobody waits
  @Nullable Fd tryAccept(Fd socket) throws ErrnoException;

  /// connect(2).
  ///
  /// @return false if the backlog is full
  /// @throws ErrnoException ECONNREFUSED: no socket is bound to the file, or it does not listen;
  ///   EPROTOTYPE: one of another type is bound to it; EACCES: no write permission on it
  boolean tryConnect(Fd socket, byte[] address) throws ErrnoException;

  /// shutdown(2).
  void shutDown(Fd socket, int how) throws ErrnoException;

  // ---- transferring

  /// send(2), or sendto(2) with an address.
  ///
  /// @return how many bytes, fewer than asked on a stream only (of which 256 kB at most are tried);
  ///   -1 if not now
  /// @throws ErrnoException EPIPE, ECONNRESET; EMSGSIZE
  int trySend(Fd socket, byte[] from, int offset, int length, byte @Nullable [] to)
      throws ErrnoException;

  /// recv(2). Descriptors that come along are dropped by the kernel, unseen and unopened.
  ///
  /// @return how many bytes, 0 at the end; -1 if not now
  int tryReceive(Fd socket, byte[] into, int offset, int length) throws ErrnoException;

  /// sendmsg(2) with SCM_RIGHTS: the receiver gets duplicates.
  ///
  /// @param descriptors [Sockets#MOST_DESCRIPTORS] at most
  /// @return as [#trySend]; the descriptors went with the first byte
  /// @throws ErrnoException as [#trySend]; ETOOMANYREFS: too many are under way
  int trySendMessage(
      Fd socket, byte[] from, int offset, int length, List<Fd> descriptors, byte @Nullable [] to)
      throws ErrnoException;

  /// recvmsg(2).
  ///
  /// @param mostBytes [Sockets#MOST_BYTES] at most
  /// @param mostDescriptors the kernel opens no more than these and drops the rest
  /// @param credentials whether [Sockets#PASS_CREDENTIALS] is set
  /// @return null if not now; at the end a message without bytes
  @Nullable SocketMessage tryReceiveMessage(
      Fd socket, int mostBytes, int mostDescriptors, boolean credentials) throws ErrnoException;

  // ---- asking

  /// getsockname(2).
  byte[] socketAddress(Fd socket) throws ErrnoException;

  /// getpeername(2).
  byte[] peerAddress(Fd socket) throws ErrnoException;

  /// getsockopt(2) for options that are one number.
  int socketOption(Fd socket, int option) throws ErrnoException;

  /// setsockopt(2) for options that are one number.
  void setSocketOption(Fd socket, int option, int value) throws ErrnoException;

  /// SO_PEERCRED: who connected, or began to listen, at the other end.
  SocketCredentials peerCredentials(Fd socket) throws ErrnoException;

  /// SO_PEERGROUPS: its supplementary groups at that time.
  int[] peerGroups(Fd socket) throws ErrnoException;

  /// SO_PEERPIDFD: its process, readable once that has ended.
  ///
  /// @throws ErrnoException ESRCH, EINVAL: it has ended; ENOPROTOOPT before Linux 6.5
  Fd peerPidFd(Fd socket) throws ErrnoException;
}
