package dev.parley.primitive.memory;

import dev.parley.ClaimLostException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/// A message of a [SharedQueue] in this handle's hands: acknowledged, given back, or, when the
/// process dies or closes the queue, given back by whoever notices. Safe for use by several
/// threads; it ends once.
public final class SharedClaim implements AutoCloseable {
  private final SharedQueue queue;
  private final long position;
  private final int attempt;
  private final byte[] bytes;
  private final AtomicBoolean ended = new AtomicBoolean();

  SharedClaim(SharedQueue queue, long position, int attempt, byte[] bytes) {
    this.queue = queue;
    this.position = position;
    this.attempt = attempt;
    this.bytes = bytes;
  }

  /// The message: a copy, the caller's to keep.
  public byte[] bytes() {
    return bytes;
  }

  /// The message's own number in its queue, the same at each delivery. Those that one thread
  /// offered have growing ones.
  public long position() {
    return position;
  }

  /// Which delivery this is, from 1.
  public int attempt() {
    return attempt;
  }

  /// Says that the message is done: it is never delivered again, and its place is free.
  ///
  /// @throws ClaimLostException if it was given back before, or the queue was closed
  /// @throws MemoryLostException if the memory is gone; the outcome is unknown
  public void ack() throws IOException {
    if (!ended.compareAndSet(false, true) || !queue.acknowledge(position)) {
      throw new ClaimLostException(
          "the message at position "
              + position
              + " of "
              + queue
              + " is not in these hands any more: it was acknowledged or given back before, or the"
              + " queue was closed");
    }
  }

  /// Gives it back, for anybody to take next; does nothing if it has ended.
  ///
  /// @throws MemoryLostException if the memory is gone; the outcome is unknown
  @Override
  public void close() throws IOException {
    if (ended.compareAndSet(false, true)) queue.giveBack(position);
  }

  @Override
  public String toString() {
    return "message " + position + " of " + queue;
  }
}
