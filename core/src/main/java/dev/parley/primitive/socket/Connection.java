package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// One end of a connection. Whole messages, with descriptors if wanted, through [#messages]; or the
/// raw bytes of a stream through [#read] and [#write]. Not both.
///
/// Guarantees: time limits and interrupts consume and close nothing; a peer that is gone never
/// raises SIGPIPE. Safe for use by several threads: one reads and one writes at a time. Source:
/// unix(7); book 4.4.2.
public final class Connection implements AutoCloseable {
  private static final long FIRST_PAUSE_MILLIS = 1;
  private static final long LAST_PAUSE_MILLIS = 16;
  private static final Integer END = -1;

  private final Endpoint endpoint;
  private final SocketKind kind;
  private final PeerCredentials peer;
  private final MessageChannel messages;

  private Connection(Fd socket, SocketOptions options, PeerCredentials peer) {
    this.endpoint =
        new Endpoint(options.kernel(), socket, "connection with " + peer, options.spin());
    this.kind = options.kind();
    this.peer = peer;
    this.messages =
        kind == SocketKind.STREAM
            ? new FrameChannel(endpoint, peer, options)
            : new PacketChannel(endpoint, peer, options);
  }

  // ---- making

  /// Connects, waiting while the listener's backlog is full.
  ///
  /// @throws SocketException NOBODY_LISTENS, WRONG_KIND, PEER_REFUSED, NO_DESCRIPTORS_LEFT
  /// @throws dev.parley.UnsafePathException if the name is no socket's, or somebody else could
  ///   tamper with the way
  /// @throws ErrnoException EACCES: no write permission on the socket file
  public static Connection open(UnixAddress to, SocketOptions options)
      throws IOException, InterruptedException {
    return open(to, options, Deadline.FOREVER);
  }

  /// The same, for `limit` at most.
  ///
  /// @throws SocketException the same, and TIME_IS_UP
  public static Connection open(UnixAddress to, SocketOptions options, Duration limit)
      throws IOException, InterruptedException {
    return open(to, options, Deadline.nanos(limit));
  }

  private static Connection open(UnixAddress to, SocketOptions options, long limit)
      throws IOException, InterruptedException {
    Fd socket;
    try (Target target = Target.toConnect(options.kernel(), to)) {
      socket = connected(options, target, to, limit);
    }
    Connection connection = identified(socket, options);
    if (connection.isAllowed(options.effectivePolicy())) return connection;
    throw SocketException.refused(to, connection.peer);
  }

  /// The kernel wakes nobody when a backlog has room again.
  private static Fd connected(SocketOptions options, Target target, UnixAddress to, long limit)
      throws IOException, InterruptedException {
    Deadline deadline = Deadline.afterNanos(limit);
    long pause = FIRST_PAUSE_MILLIS;
    Fd socket = null;
    boolean good = false;
    try {
      socket = options.kernel().socket(options.kind().type());
      while (!options.kernel().tryConnect(socket, target.address())) {
        if (deadline.left() == 0) {
          throw new SocketException(
              SocketException.Reason.TIME_IS_UP,
              to + ": the listener's backlog is full, and time is up; try again later");
        }
        Thread.sleep(pause);
        pause = Math.min(2 * pause, LAST_PAUSE_MILLIS);
      }
      good = true;
      return socket;
    } catch (ErrnoException e) {
      throw SocketException.of(e, to);
    } finally {
      if (!good && socket != null) socket.close();
    }
  }

  /// Two ends in this process: to hand one on, or for tests.
  public static List<Connection> pair(SocketOptions options) throws IOException {
    Fd[] pair = options.kernel().socketPair(options.kind().type());
    boolean good = false;
    try {
      Connection one = identified(pair[0], options);
      Connection other = identified(pair[1], options);
      good = true;
      return List.of(one, other);
    } finally {
      if (!good) for (Fd fd : pair) fd.close();
    }
  }

  /// A connected socket that came from elsewhere, such as from another process; takes it over. The
  /// policy is not asked.
  ///
  /// @throws SocketException WRONG_KIND, if it is of another kind than `options` say
  public static Connection of(Fd socket, SocketOptions options) throws IOException {
    boolean good = false;
    try {
      int type = options.kernel().socketOption(socket, Sockets.TYPE);
      if (type != options.kind().type()) {
        throw new SocketException(
            SocketException.Reason.WRONG_KIND, socket.path() + " is no socket of this kind");
      }
      good = true;
    } finally {
      if (!good) socket.close();
    }
    return identified(socket, options);
  }

  /// Takes over what was connected or accepted, and asks the kernel who is there.
  static Connection identified(Fd socket, SocketOptions options) throws IOException {
    boolean good = false;
    try {
      PeerCredentials peer = PeerCredentials.of(options.kernel(), socket);
      good = true;
      return new Connection(socket, options, peer);
    } finally {
      if (!good) socket.close();
    }
  }

  /// Asks the policy, and closes this if it says no.
  boolean isAllowed(PeerPolicy policy) {
    boolean allowed = false;
    try {
      allowed = policy.allows(peer);
      return allowed;
    } finally {
      if (!allowed) close();
    }
  }

  // ---- who is there

  /// Who connected, or began to listen, at the other end.
  public PeerCredentials peer() {
    return peer;
  }

  /// The peer's process, as a pidfd that the caller closes: readable once it has ended.
  ///
  /// @throws ErrnoException ESRCH, EINVAL: it has ended; ENOPROTOOPT before Linux 6.5
  public Fd peerProcess() throws IOException {
    return endpoint.call(endpoint.kernel()::peerPidFd);
  }

  /// The name that the other end is bound to. A client mostly has none.
  public UnixAddress peerAddress() throws IOException {
    return UnixAddress.of(endpoint.call(endpoint.kernel()::peerAddress));
  }

  public SocketKind kind() {
    return kind;
  }

  // ---- talking

  /// Whole messages over this connection.
  public MessageChannel messages() {
    return messages;
  }

  /// Reads bytes of a stream. Descriptors that come along are dropped, unopened.
  ///
  /// @return how many, at least one; 0 if time is up; -1 at the end
  /// @throws SocketException PEER_GONE, CLOSED
  public int read(byte[] into, int offset, int length, Duration limit)
      throws IOException, InterruptedException {
    checkStream();
    if (length == 0) return 0;
    Kernel kernel = endpoint.kernel();
    Integer count =
        endpoint.read(
            Deadline.nanos(limit),
            fd -> {
              int received = kernel.tryReceive(fd, into, offset, length);
              return received < 0 ? null : received == 0 ? END : Integer.valueOf(received);
            });
    return count == null ? 0 : count;
  }

  /// Writes bytes of a stream.
  ///
  /// @return how many; fewer than `length` if time is up
  /// @throws SocketException PEER_GONE, CLOSED
  public int write(byte[] from, int offset, int length, Duration limit)
      throws IOException, InterruptedException {
    checkStream();
    int[] written = {0};
    Kernel kernel = endpoint.kernel();
    endpoint.write(
        Deadline.nanos(limit),
        fd -> {
          while (written[0] < length) {
            int count = kernel.trySend(fd, from, offset + written[0], length - written[0], null);
            if (count < 0) return null;
            written[0] += count;
          }
          return written;
        });
    return written[0];
  }

  private void checkStream() {
    if (kind != SocketKind.STREAM) {
      throw new IllegalStateException("packets are sent and received through messages()");
    }
  }

  /// Says that nothing more will be written: the peer reads to the end. Reading goes on.
  public void shutdownOutput() throws IOException {
    Kernel kernel = endpoint.kernel();
    endpoint.call(
        fd -> {
          kernel.shutDown(fd, Sockets.SHUT_WRITING);
          return fd;
        });
  }

  /// Ends waits in other threads.
  @Override
  public void close() {
    if (endpoint.tryClose() && messages instanceof FrameChannel frames) frames.discard();
  }

  @Override
  public String toString() {
    return endpoint.toString();
  }
}
