package dev.parley.primitive.socket;

import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// A socket that others connect to.
///
/// ```java
/// try (Listener listener = Listener.open(UnixAddress.at(path), SocketOptions.defaults())) {
///   try (Connection connection = listener.accept()) {
///     // ...
///   }
/// }
/// ```
///
/// Guarantees: of those who open a listener at a name one succeeds; a live listener's file is never
/// removed, a dead one's is replaced; closing removes the file if it is still this one's. The file
/// was never open wider than its mode. Only peers that the policy allows are handed out. Safe for
/// use by several threads; one accepts at a time. Unit: one host. Source: unix(7); book 4.4.2.
public final class Listener implements AutoCloseable {
  private final Bound bound;
  private final SocketOptions options;
  private final PeerPolicy policy;
  private final AtomicLong refused = new AtomicLong();

  private Listener(Bound bound, SocketOptions options) {
    this.bound = bound;
    this.options = options;
    this.policy = options.effectivePolicy();
  }

  /// Binds and listens.
  ///
  /// @throws SocketException IN_USE
  /// @throws dev.parley.UnsafePathException if something else has the name, or somebody else could
  ///   tamper with the way
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES; ENOSPC
  /// @throws IllegalArgumentException without a name
  public static Listener open(UnixAddress address, SocketOptions options) throws IOException {
    if (address instanceof UnixAddress.Unnamed) {
      throw new IllegalArgumentException("nobody could connect to a socket without a name");
    }
    return listening(Bound.open(options.kind().type(), address, options), options);
  }

  /// The same at a place that was reached already, such as a folder of a space; takes it over.
  public static Listener open(Place place, SocketOptions options) throws IOException {
    return listening(Bound.open(options.kind().type(), place, options), options);
  }

  private static Listener listening(Bound bound, SocketOptions options) throws IOException {
    boolean good = false;
    try {
      bound
          .endpoint()
          .call(
              socket -> {
                options.kernel().listen(socket, options.backlog());
                return socket;
              });
      good = true;
      return new Listener(bound, options);
    } finally {
      if (!good) bound.close();
    }
  }

  public UnixAddress address() {
    return bound.address();
  }

  /// How many peers the policy has refused.
  public long refused() {
    return refused.get();
  }

  // ---- accepting

  /// Waits for a peer as long as it takes.
  ///
  /// @throws SocketException NO_DESCRIPTORS_LEFT: the peer waits on; CLOSED
  public Connection accept() throws IOException, InterruptedException {
    return accept(Deadline.FOREVER).orElseThrow();
  }

  /// The same, for `limit` at most.
  ///
  /// @return empty if time is up
  public Optional<Connection> accept(Duration limit) throws IOException, InterruptedException {
    return accept(Deadline.nanos(limit));
  }

  private Optional<Connection> accept(long limit) throws IOException, InterruptedException {
    Endpoint endpoint = bound.endpoint();
    Deadline deadline = Deadline.afterNanos(limit);
    while (true) {
      Fd peer = endpoint.read(deadline.left(), options.kernel()::tryAccept);
      if (peer == null) return Optional.empty();
      Connection connection = Connection.identified(peer, options);
      if (connection.isAllowed(policy)) return Optional.of(connection);
      refused.incrementAndGet();
    }
  }

  /// Ends waits in other threads. Connections live on.
  @Override
  public void close() {
    bound.close();
  }

  @Override
  public String toString() {
    return "listener at " + bound.address();
  }
}
