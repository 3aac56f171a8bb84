package dev.parley;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/// A durable queue of messages; many producers, many consumers, many processes.
///
/// Guarantees: nothing acknowledged is lost (see [Durability]); at most one valid claim a message
/// at a time; order as in [Claims]. A handle is one producer: its sends are ordered, so give
/// concurrent senders that need no common order a handle each. The cost of a message does not grow
/// with the backlog.
public interface Queue extends Claims, AutoCloseable {
  String name();

  // ---- sending

  /// Sends with the space's default durability; returns when the message is as safe as that says.
  default Sent send(byte[] payload) throws IOException, InterruptedException {
    return send(Outgoing.of(payload));
  }

  /// Sends; if the queue is full, waits for room or throws, as its settings say.
  ///
  /// @throws QueueFullException if it is full and refuses
  /// @throws PayloadTooLargeException if the payload is over the queue's limit
  /// @throws OutcomeUnknownException if a sync failed: the message may or may not survive a power
  ///   cut
  Sent send(Outgoing message) throws IOException, InterruptedException;

  /// Sends several in their order, with one directory sync for all. If it fails, either none was
  /// sent, and the exception is as from [#send(Outgoing)]; or what was sent follows from the
  /// exception.
  ///
  /// @throws PartlySentException if only the first few were sent: it says which, and why no more.
  ///   If the thread was interrupted meanwhile, its interrupt status is set
  /// @throws OutcomeUnknownException if all were sent, and a sync failed
  List<Sent> sendAll(List<Outgoing> messages) throws IOException, InterruptedException;

  /// Sends if there is room now.
  ///
  /// @throws QueueFullException if not, whatever the settings say
  Sent trySend(Outgoing message) throws IOException;

  /// Sends without waiting for the sync: many sends from one thread share it. Completes when the
  /// message is as safe as asked.
  CompletableFuture<Sent> sendAsync(Outgoing message);

  // ---- looking

  /// The next messages in the order they would be claimed, without claiming them.
  List<Message> peek(int most) throws IOException;

  QueueStats stats() throws IOException;

  /// Whether at one instant during the call nothing was ready, delayed or claimed, and for a
  /// subscription nothing left to be taken over from its topic. Unlike the counts of [#stats()], a
  /// true answer is certain, whatever moves meanwhile. Held messages and dead letters do not
  /// matter.
  ///
  /// @return false also if something has just changed: ask again after some 20 ms
  boolean isDrained() throws IOException;

  QueueSettings settings() throws IOException;

  /// Replaces the settings, for all processes.
  void configure(QueueSettings wanted) throws IOException;

  // ---- managing

  /// Stops deliveries until [#release()]. Claims that are held go on.
  void hold() throws IOException;

  void release() throws IOException;

  boolean isHeld() throws IOException;

  /// Sets waiting or delayed messages aside.
  ///
  /// @return how many were found
  int hold(Collection<String> ids) throws IOException;

  int release(Collection<String> ids) throws IOException;

  /// Removes everything that waits, ready, delayed or held; claims and dead letters stay.
  ///
  /// @return how many
  long purge() throws IOException;

  DeadLetters dead();

  /// The queue as a `BlockingQueue`: `put`, `offer`, `take`, `poll` and what builds on them. Taking
  /// acknowledges at once, so what was taken is lost with its taker. Trouble is an
  /// [java.io.UncheckedIOException].
  BlockingQueue<byte[]> asBlockingQueue();

  /// How long until the next delayed message is due; empty if none is.
  java.util.Optional<Duration> nextDue() throws IOException;

  /// Gives back the claims made through this handle.
  @Override
  void close();
}
