package dev.parley.pattern.queue;

import dev.parley.Claim;
import dev.parley.Message;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueFullException;
import dev.parley.QueueStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.AbstractQueue;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A queue as the JDK's interface. Taking acknowledges at once.
public final class BlockingQueueView extends AbstractQueue<byte[]>
    implements BlockingQueue<byte[]> {
  private static final Duration FULL_PAUSE = Duration.ofMillis(20);

  private final Queue queue;

  public BlockingQueueView(Queue queue) {
    this.queue = queue;
  }

  private interface Action<T extends @Nullable Object> {
    T run() throws IOException;
  }

  private static <T extends @Nullable Object> T checked(Action<T> action) {
    try {
      return action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] acknowledged(Claim claim) throws IOException {
    try (claim) {
      byte[] payload = claim.message().payload();
      claim.ack();
      return payload;
    }
  }

  @Override
  public boolean offer(byte[] payload) {
    return checked(
        () -> {
          try {
            queue.trySend(Outgoing.of(payload));
            return true;
          } catch (QueueFullException e) {
            return false;
          }
        });
  }

  @Override
  public boolean offer(byte[] payload, long timeout, TimeUnit unit) throws InterruptedException {
    long start = System.nanoTime();
    long limit = unit.toNanos(timeout);
    while (!offer(payload)) {
      long left = limit - (System.nanoTime() - start);
      if (left <= 0) return false;
      TimeUnit.NANOSECONDS.sleep(Math.min(left, FULL_PAUSE.toNanos()));
    }
    return true;
  }

  @Override
  public void put(byte[] payload) throws InterruptedException {
    try {
      while (true) {
        try {
          queue.send(Outgoing.of(payload));
          return;
        } catch (QueueFullException e) {
          Thread.sleep(FULL_PAUSE); // the queue refuses, and put waits all the same
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] take() throws InterruptedException {
    try {
      return acknowledged(queue.claim());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte @Nullable [] poll(long timeout, TimeUnit unit) throws InterruptedException {
    try {
      Optional<Claim> claim = queue.claim(Duration.ofNanos(unit.toNanos(timeout)));
      return claim.isPresent() ? acknowledged(claim.get()) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte @Nullable [] poll() {
    return checked(
        () -> {
          Optional<Claim> claim = queue.tryClaim();
          return claim.isPresent() ? acknowledged(claim.get()) : null;
        });
  }

  @Override
  public byte @Nullable [] peek() {
    return checked(
        () -> {
          List<Message> next = queue.peek(1);
          return next.isEmpty() ? null : next.getFirst().payload();
        });
  }

  @Override
  public int size() {
    return checked(() -> (int) Math.min(Integer.MAX_VALUE, queue.stats().ready()));
  }

  /// What `maxMessages` leaves; claimed, delayed and held messages count as well.
  @Override
  public int remainingCapacity() {
    return checked(
        () -> {
          long most = queue.settings().maxMessages();
          if (most == 0) return Integer.MAX_VALUE;
          QueueStats stats = queue.stats();
          long taken = stats.ready() + stats.delayed() + stats.claimed() + stats.heldMessages();
          return Math.clamp(most - taken, 0, Integer.MAX_VALUE);
        });
  }

  /// What waits, as it was when the iterator was made; it removes nothing.
  @Override
  public Iterator<byte[]> iterator() {
    List<Message> waiting = checked(() -> queue.peek(Integer.MAX_VALUE));
    return waiting.stream().map(Message::payload).iterator();
  }

  @Override
  public int drainTo(Collection<? super byte[]> target) {
    return drainTo(target, Integer.MAX_VALUE);
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // it means this very object
  public int drainTo(Collection<? super byte[]> target, int most) {
    if (target == this) throw new IllegalArgumentException("a queue cannot be drained to itself");
    int drained = 0;
    while (drained < most) {
      byte[] next = poll();
      if (next == null) break;
      target.add(next);
      drained++;
    }
    return drained;
  }
}
