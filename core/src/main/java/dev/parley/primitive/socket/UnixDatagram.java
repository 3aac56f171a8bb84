package dev.parley.primitive.socket;

import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.SocketCredentials;
import dev.parley.sys.SocketMessage;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Datagrams to and from anybody: each whole, in order from one sender, none lost between a send
/// that has returned and the receiver's buffer.
///
/// ```java
/// try (UnixDatagram socket = UnixDatagram.open(UnixAddress.at(path), SocketOptions.defaults())) {
///   Received request = socket.receive();
///   socket.send(request.from(), "done".getBytes(UTF_8));
/// }
/// ```
///
/// Guarantees: the file that a name makes is kept as a [Listener]'s is. Received is only what the
/// policy allows of its sender; the rest is dropped and counted. Not promised: that what is in a
/// receiver's buffer survives it. Safe for use by several threads. Source: unix(7); book 4.4.2.
public final class UnixDatagram implements AutoCloseable {
  /// How many files of receivers are kept open, so as not to walk to each again.
  private static final int KEPT_TARGETS = 16;

  private final Bound bound;
  private final Endpoint endpoint;
  private final SocketOptions options;
  private final PeerPolicy policy;
  private final Map<UnixAddress, Target> targets = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<Endpoint> waitedFor = ConcurrentHashMap.newKeySet();
  private final AtomicLong refused = new AtomicLong();

  private UnixDatagram(Bound bound, SocketOptions options) {
    this.bound = bound;
    this.endpoint = bound.endpoint();
    this.options = options;
    this.policy = options.effectivePolicy();
  }

  /// Binds; with [UnixAddress#NONE], only to send.
  ///
  /// @throws SocketException IN_USE
  /// @throws dev.parley.UnsafePathException if something else has the name, or somebody else could
  ///   tamper with the way
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES; ENOSPC
  public static UnixDatagram open(UnixAddress address, SocketOptions options) throws IOException {
    return new UnixDatagram(Bound.open(Sockets.DATAGRAM, address, options), options);
  }

  /// The same at a place that was reached already; takes it over.
  public static UnixDatagram open(Place place, SocketOptions options) throws IOException {
    return new UnixDatagram(Bound.open(Sockets.DATAGRAM, place, options), options);
  }

  /// The same under a name that nobody else has or will have: nothing is locked.
  static UnixDatagram openUnique(Place place, SocketOptions options) throws IOException {
    return new UnixDatagram(Bound.openUnique(Sockets.DATAGRAM, place, options), options);
  }

  public UnixAddress address() {
    return bound.address();
  }

  /// The address that others see this under; none for a path of more than 107 bytes.
  public UnixAddress addressForOthers() throws IOException {
    return UnixAddress.of(endpoint.call(endpoint.kernel()::socketAddress));
  }

  boolean isOpen() {
    return endpoint.isOpen();
  }

  /// How many datagrams were dropped because the policy refused their sender.
  public long refused() {
    return refused.get();
  }

  // ---- receiving

  /// Receives, for as long as it takes.
  ///
  /// @throws IllegalStateException if this has no name, as nobody can send to it
  public Received receive() throws IOException, InterruptedException {
    return receive(Deadline.FOREVER).orElseThrow();
  }

  /// The same, for `limit` at most.
  ///
  /// @return empty if time is up
  /// @throws SocketException TOO_LONG, TOO_MANY_DESCRIPTORS, DESCRIPTORS_LOST: this datagram was
  ///   dropped; CLOSED
  public Optional<Received> receive(Duration limit) throws IOException, InterruptedException {
    return receive(Deadline.nanos(limit));
  }

  private Optional<Received> receive(long limit) throws IOException, InterruptedException {
    if (address() instanceof UnixAddress.Unnamed) {
      throw new IllegalStateException("a socket without a name receives nothing");
    }
    Deadline deadline = Deadline.afterNanos(limit);
    long left = limit;
    do {
      SocketMessage message = endpoint.read(left, this::tryReceive);
      if (message == null) return Optional.empty();
      Received received = allowed(message);
      if (received != null) return Optional.of(received);
      left = deadline.left();
    } while (left > 0);
    return Optional.empty();
  }

  private @Nullable SocketMessage tryReceive(Fd fd) throws IOException {
    return endpoint
        .kernel()
        .tryReceiveMessage(fd, options.mostPacketBytes(), options.mostDescriptors(), true);
  }

  /// @return null if the policy says no
  private @Nullable Received allowed(SocketMessage message) throws IOException {
    boolean good = false;
    try {
      SocketCredentials credentials = message.sender();
      PeerCredentials sender = credentials == null ? null : PeerCredentials.of(credentials);
      if (sender == null || !policy.allows(sender)) {
        refused.incrementAndGet();
        return null;
      }
      Arrival.check(message, options.mostPacketBytes(), options.mostDescriptors(), endpoint);
      good = true;
      UnixAddress from = UnixAddress.of(message.from());
      return new Received(message.bytes(), message.descriptors(), from, sender);
    } finally {
      if (!good) message.descriptors().forEach(Fd::close);
    }
  }

  // ---- sending

  /// Sends, waiting as long as the receiver's buffer is full.
  public void send(UnixAddress to, byte[] bytes) throws IOException, InterruptedException {
    send(to, bytes, List.of(), Deadline.NO_LIMIT);
  }

  /// Sends, for `limit` at most. The descriptors stay the caller's; the receiver gets duplicates.
  ///
  /// @param descriptors 253 at most
  /// @return false if time is up and nothing was sent
  /// @throws SocketException NOBODY_LISTENS, WRONG_KIND, TOO_LONG, TOO_MANY_UNDER_WAY: nothing was
  ///   sent; CLOSED
  /// @throws dev.parley.UnsafePathException if the name is no socket's, or a stranger could have
  ///   put it there
  public boolean send(UnixAddress to, byte[] bytes, List<Fd> descriptors, Duration limit)
      throws IOException, InterruptedException {
    Deadline deadline = Deadline.after(limit);
    while (!trySend(to, bytes, descriptors)) {
      long left = deadline.left();
      if (left == 0 || !awaitRoom(to, left)) return false;
    }
    return true;
  }

  /// A file that was kept may be one that its owner has replaced since; then it is looked up again.
  private boolean trySend(UnixAddress to, byte[] bytes, List<Fd> descriptors) throws IOException {
    synchronized (targets) {
      Target known = targets.get(to);
      if (known != null) {
        try {
          return trySend(known, to, bytes, descriptors);
        } catch (SocketException e) {
          if (e.reason() != SocketException.Reason.NOBODY_LISTENS) throw e;
          targets.remove(to);
          known.close();
        }
      }
      Target target = Target.toSend(options.kernel(), to);
      keep(to, target);
      return trySend(target, to, bytes, descriptors);
    }
  }

  private void keep(UnixAddress to, Target target) throws SocketException {
    if (!endpoint.isOpen()) {
      target.close();
      throw SocketException.closed(this);
    }
    targets.put(to, target);
    if (targets.size() > KEPT_TARGETS) {
      Map.Entry<UnixAddress, Target> eldest = targets.entrySet().iterator().next();
      targets.remove(eldest.getKey());
      eldest.getValue().close();
    }
  }

  private boolean trySend(Target target, UnixAddress to, byte[] bytes, List<Fd> descriptors)
      throws IOException {
    Kernel kernel = endpoint.kernel();
    return endpoint.call(
        fd -> {
          try {
            byte[] where = target.address();
            return kernel.trySendMessage(fd, bytes, 0, bytes.length, descriptors, where) >= 0;
          } catch (ErrnoException e) {
            throw SocketException.of(e, to);
          }
        });
  }

  /// Waits until the receiver's buffer has room. The kernel tells that to a socket that is
  /// connected to it, so another one waits.
  private boolean awaitRoom(UnixAddress to, long limit) throws IOException, InterruptedException {
    Deadline deadline = Deadline.afterNanos(limit);
    if (!endpoint.awaitWritable(limit)) return false;
    try (Endpoint waiting = connected(to)) {
      waitedFor.add(waiting);
      try {
        if (!endpoint.isOpen()) throw SocketException.closed(this);
        return waiting.awaitWritable(deadline.left());
      } finally {
        waitedFor.remove(waiting);
      }
    }
  }

  private Endpoint connected(UnixAddress to) throws IOException {
    try (Target target = Target.toSend(options.kernel(), to)) {
      return connected(options.kernel(), target, to);
    }
  }

  /// A socket that sends to `target` alone.
  static Endpoint connected(Kernel kernel, Target target, Object what) throws IOException {
    Fd socket = kernel.socket(Sockets.DATAGRAM);
    boolean good = false;
    try {
      kernel.tryConnect(socket, target.address());
      good = true;
      return new Endpoint(kernel, socket, what, Duration.ZERO);
    } catch (ErrnoException e) {
      throw SocketException.of(e, what);
    } finally {
      if (!good) socket.close();
    }
  }

  /// Ends waits in other threads.
  @Override
  public void close() {
    bound.close();
    waitedFor.forEach(Endpoint::close);
    synchronized (targets) {
      targets.values().forEach(Target::close);
      targets.clear();
    }
  }

  @Override
  public String toString() {
    return "datagram socket at " + address();
  }
}
