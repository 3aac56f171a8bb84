package dev.parley.stress;

import dev.parley.primitive.memory.QueueShape;
import dev.parley.primitive.memory.SharedClaim;
import dev.parley.primitive.memory.SharedQueue;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/// An empty queue of messages that are one number, forty times over.
final class Queues {
  static final int NOTHING = -1;
  static final int TORN = -2;
  private static final int BYTES = 40;
  private static final Pool<SharedQueue> POOL =
      new Pool<>(() -> SharedQueue.anonymous(Kernel.linux(), "stress", QueueShape.of(4, BYTES)));

  private final SharedQueue queue;

  private Queues(SharedQueue queue) {
    this.queue = queue;
  }

  static Queues next() {
    Queues queue = new Queues(POOL.next());
    if (queue.take() != NOTHING) throw new AssertionError("two states have this queue");
    return queue;
  }

  void offer(int number) {
    byte[] message = new byte[BYTES];
    Arrays.fill(message, (byte) number);
    try {
      if (!queue.tryOffer(message)) throw new AssertionError("full");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The number, or [#NOTHING], or [#TORN].
  int take() {
    try (SharedClaim claim = queue.tryClaim().orElse(null)) {
      if (claim == null) return NOTHING;
      byte[] message = claim.bytes();
      claim.ack();
      for (byte each : message) if (each != message[0]) return TORN;
      return message.length == BYTES ? message[0] : TORN;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
