package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Datagrams that are acknowledged by the receiving program, in order, without duplicates, and that
/// notice when the other side is not the same process any more.
///
/// ```java
/// try (ReliableDatagram socket = ReliableDatagram.open(UnixAddress.at(path), options)) {
///   socket.send(UnixAddress.at(peer), "reload".getBytes(UTF_8), Duration.ofSeconds(5));
/// }
/// ```
///
/// Guarantees: a [#send] that returns was received by the program there. From one sender messages
/// come in order, each once at most. Not promised: anything if the receiver ends after that; and a
/// send that gave up may still arrive. Only between processes that use this. Safe for use by
/// several threads; to one receiver one message is under way at a time, the others wait.
///
/// @implNote No thread of its own: whoever waits, for an acknowledgement or a message, reads the
///   socket for everybody. A process that does neither answers nobody.
public final class ReliableDatagram implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int MOST_KNOWN = 1024;
  private static final int MOST_QUEUED = 128;
  private static final long FIRST_RESEND_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LAST_RESEND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(64);

  private final UnixDatagram socket;
  private final int mostBytes;
  private final long incarnation = randomNumber();
  private final SharedReader reader;
  private final Map<Long, Pending> pending = new HashMap<>();

  /// To send: by address, to greet; and by incarnation, for whoever has several addresses.
  private final Turns turns = new Turns(MOST_KNOWN);

  private final Map<UnixAddress, Inbound> inbounds =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UnixAddress, Inbound> eldest) {
          return size() > MOST_KNOWN;
        }
      };
  private final Deque<Queued> queue = new ArrayDeque<>();
  private long sent;

  /// A message that was received.
  ///
  /// @param incarnation of the sender: another number from the same address is another process, or
  ///   one that has closed its socket and opened it again
  public record Delivery(
      byte[] bytes, UnixAddress from, PeerCredentials sender, long incarnation) {}

  /// What is known of somebody who sends to us.
  private static final class Inbound {
    private final long incarnation;

    /// What was sent before the greeting may have been received by the one we forgot.
    private final long greetedAt;

    private long queued;
    private long received;

    Inbound(Packet hello) {
      this.incarnation = hello.from();
      this.greetedAt = hello.sequence();
    }
  }

  private record Queued(Delivery delivery, Packet packet, Inbound inbound) {}

  /// A packet that waits for its answer.
  private static final class Pending {
    private final Packet packet;
    private int transmissions;
    private @Nullable Packet answer;
    private @Nullable IOException failure;

    Pending(Packet packet) {
      this.packet = packet;
    }
  }

  private ReliableDatagram(UnixDatagram socket, int mostBytes) {
    this.socket = socket;
    this.reader = new SharedReader(socket, this::handle);
    this.mostBytes = mostBytes;
  }

  /// Binds.
  ///
  /// @throws IllegalArgumentException without a name that others can answer to: the path has more
  ///   than 107 bytes, or there is none
  /// @throws IOException as [UnixDatagram#open]
  public static ReliableDatagram open(UnixAddress address, SocketOptions options)
      throws IOException {
    int most = Math.min(options.mostBytes(), Sockets.MOST_BYTES - Packet.HEADER_BYTES);
    SocketOptions whole = options.withDescriptors(0).withMostBytes(most + Packet.HEADER_BYTES);
    UnixDatagram socket = UnixDatagram.open(address, whole);
    boolean good = false;
    try {
      if (socket.addressForOthers() instanceof UnixAddress.Unnamed) {
        throw new IllegalArgumentException(
            address + " cannot be answered to: no name, or a path of more than 107 bytes");
      }
      good = true;
      return new ReliableDatagram(socket, most);
    } finally {
      if (!good) socket.close();
    }
  }

  private static long randomNumber() {
    long number;
    do number = RANDOM.nextLong();
    while (number == 0);
    return number;
  }

  /// This endpoint's own number, which no other has or had.
  public long incarnation() {
    return incarnation;
  }

  public UnixAddress address() {
    return socket.address();
  }

  // ---- sending

  /// Sends, and waits until the program there has received it; for `limit` at most.
  ///
  /// @throws SocketException GIVEN_UP: no acknowledgement in time (also while nobody listened
  ///   there); it may still be received. PEER_RESTARTED: the receiver was replaced, and the one
  ///   before may have received it. TOO_LONG: not sent
  /// @throws InterruptedException it may still be received
  public void send(UnixAddress to, byte[] bytes, Duration limit)
      throws IOException, InterruptedException {
    if (bytes.length > mostBytes) {
      throw SocketException.tooLong(
          to, "a message of " + bytes.length + " bytes was to be sent", mostBytes);
    }
    Deadline deadline = Deadline.after(limit);
    if (!turns.take(to, deadline, turn -> send(turn, to, bytes, deadline))) {
      throw givenUp(to, null);
    }
  }

  private void send(Turns.Turn turn, UnixAddress to, byte[] bytes, Deadline deadline)
      throws IOException, InterruptedException {
    boolean[] sent = {false};
    while (!sent[0]) {
      long receiver = turn.incarnation == 0 ? greet(to, deadline) : turn.incarnation;
      turn.incarnation = 0; // whatever goes wrong, it has to be greeted
      if (!turns.take(receiver, deadline, _ -> sent[0] = deliver(receiver, to, bytes, deadline))) {
        throw givenUp(to, null);
      }
      if (sent[0]) turn.incarnation = receiver;
    }
  }

  private long greet(UnixAddress to, Deadline deadline) throws IOException, InterruptedException {
    reader.lock();
    long latest = sent;
    reader.unlock();
    return ask(new Pending(Packet.hello(incarnation, latest, randomNumber())), to, deadline).from();
  }

  /// @return false if another than expected is there, which has to be greeted first
  private boolean deliver(long receiver, UnixAddress to, byte[] bytes, Deadline deadline)
      throws IOException, InterruptedException {
    Pending data =
        new Pending(
            new Packet(
                Packet.Type.DATA, incarnation, receiver, nextSequence(), randomNumber(), bytes));
    if (ask(data, to, deadline).type() == Packet.Type.ACK) return true;
    if (data.transmissions == 1) return false; // who has answered is the only one to see it
    throw new SocketException(
        SocketException.Reason.PEER_RESTARTED,
        to
            + ": the receiver is another one now, or has forgotten us, and this may have been"
            + " received; send again if that does no harm");
  }

  /// One count for all receivers: whom we forget and greet again sees it grow.
  private long nextSequence() {
    reader.lock();
    try {
      return ++sent;
    } finally {
      reader.unlock();
    }
  }

  /// Sends a packet again and again until it is answered.
  private Packet ask(Pending request, UnixAddress to, Deadline deadline)
      throws IOException, InterruptedException {
    reader.lock();
    try {
      pending.put(request.packet.ticket(), request);
      long resend = FIRST_RESEND_NANOS;
      long pause = FIRST_PAUSE_NANOS;
      while (true) {
        long wait = pause;
        if (tryTransmit(request, to)) {
          wait = resend;
          resend = Math.min(2 * resend, LAST_RESEND_NANOS);
        } else {
          pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
        }
        reader.await(() -> request.answer != null, Math.min(wait, deadline.left()));
        if (request.answer != null) return request.answer;
        if (deadline.left() == 0) throw givenUp(to, request.failure);
      }
    } finally {
      pending.remove(request.packet.ticket());
      reader.unlock();
    }
  }

  /// Never waits for room, as a receiver whose buffer is full may be waiting for room in ours.
  private boolean tryTransmit(Pending request, UnixAddress to)
      throws IOException, InterruptedException {
    try {
      if (!socket.send(to, request.packet.encode(), List.of(), Duration.ZERO)) return false;
      request.transmissions++;
      return true;
    } catch (IOException e) {
      if (!mayPass(e) && request.transmissions == 0) throw e;
      if (!socket.isOpen()) throw e;
      request.failure = e; // what was sent before may still be answered
      return false;
    }
  }

  /// Whether a receiver that is not there may come back.
  private static boolean mayPass(IOException failure) {
    return failure instanceof SocketException refusal
        && refusal.reason() == SocketException.Reason.NOBODY_LISTENS;
  }

  private static SocketException givenUp(UnixAddress to, @Nullable IOException failure) {
    return new SocketException(
        SocketException.Reason.GIVEN_UP,
        to
            + ": no acknowledgement in time; it may still be received"
            + (failure == null ? "" : " (" + failure.getMessage() + ")"),
        failure);
  }

  // ---- receiving

  /// Receives, for as long as it takes.
  public Delivery receive() throws IOException, InterruptedException {
    return receive(Deadline.NO_LIMIT).orElseThrow();
  }

  /// Receives, and acknowledges; waits for `limit` at most.
  ///
  /// @return empty if time is up
  public Optional<Delivery> receive(Duration limit) throws IOException, InterruptedException {
    reader.lock();
    try {
      if (!reader.await(() -> !queue.isEmpty(), Deadline.nanos(limit))) return Optional.empty();
      Queued next = queue.remove();
      next.inbound.received = next.packet.sequence();
      reader.answer(next.delivery.from(), next.packet.answer(Packet.Type.ACK, incarnation));
      return Optional.of(next.delivery);
    } finally {
      reader.unlock();
    }
  }

  private void handle(Received received) {
    Packet packet = Packet.decode(received.bytes());
    if (packet == null) return;
    UnixAddress from = received.from();
    switch (packet.type()) {
      case HELLO -> {
        Inbound known = inbounds.get(from);
        if (known == null || known.incarnation != packet.from()) {
          inbounds.put(from, new Inbound(packet));
        }
        reader.answer(from, packet.answer(Packet.Type.WELCOME, incarnation));
      }
      case DATA -> handleData(received, packet);
      case WELCOME, ACK, RESET -> {
        Pending request = pending.get(packet.ticket());
        if (request != null && packet.to() == incarnation && fits(request, packet)) {
          request.answer = packet;
        }
      }
    }
  }

  private static boolean fits(Pending request, Packet answer) {
    boolean greeted = request.packet.type() == Packet.Type.HELLO;
    return greeted == (answer.type() == Packet.Type.WELCOME) && answer.from() != 0;
  }

  private void handleData(Received received, Packet packet) {
    UnixAddress from = received.from();
    Inbound inbound = inbounds.get(from);
    if (packet.to() != incarnation
        || inbound == null
        || inbound.incarnation != packet.from()
        || packet.sequence() <= inbound.greetedAt) {
      reader.answer(from, packet.answer(Packet.Type.RESET, incarnation));
    } else if (packet.sequence() <= inbound.received) {
      reader.answer(from, packet.answer(Packet.Type.ACK, incarnation));
    } else if (packet.sequence() > inbound.queued && queue.size() < MOST_QUEUED) {
      inbound.queued = packet.sequence();
      Delivery delivery =
          new Delivery(packet.bytes(), from, received.sender(), inbound.incarnation);
      queue.add(new Queued(delivery, packet, inbound));
    } // else it waits for the program already, or comes again when there is room
  }

  /// Ends waits in other threads.
  @Override
  public void close() {
    socket.close();
  }

  @Override
  public String toString() {
    return "reliable " + socket;
  }
}
