package dev.parley.pattern.queue;

import dev.parley.Outgoing;
import dev.parley.QueueFullException;
import dev.parley.Sent;
import java.io.IOException;
import java.util.List;

/// The producer's half of a queue, in two steps: first messages become visible, then durable.
///
/// @param <V> what is visible and still has to become durable
public interface Outbox<V> {
  /// Makes a message visible, waiting for room if the queue's settings say so.
  V send(Outgoing message) throws IOException, InterruptedException;

  /// Makes a message visible if there is room now.
  ///
  /// @throws QueueFullException if not
  V trySend(Outgoing message) throws IOException;

  /// Makes what is visible as durable as it was asked to be.
  void syncAll(List<V> visible) throws IOException;

  Sent sent(V visible);
}
