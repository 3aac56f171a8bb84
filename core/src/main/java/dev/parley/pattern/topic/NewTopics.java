package dev.parley.pattern.topic;

import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.queue.Waiter;
import dev.parley.sys.InotifyEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// Tells the threads that wait on a subscription that there may be a new topic.
final class NewTopics implements Doorbell {
  private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
  private static final Duration LAST_LOOK = Duration.ofSeconds(10);

  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private boolean mayBeThere;
  private long looked = System.nanoTime();

  synchronized void onEvent(InotifyEvent event) {
    if (event.name().startsWith(".")) return;
    mayBeThere = true;
    waiters.forEach(Waiter::tell);
  }

  /// Makes everybody look, and find that the subscription is closed.
  synchronized void close() {
    mayBeThere = true;
    waiters.forEach(Waiter::tell);
  }

  /// Whether to look for topics: because of an event, or because the last look was long ago and
  /// events may be missing.
  synchronized boolean mayBeThere() {
    return mayBeThere || System.nanoTime() - looked > FIRST_LOOK.toNanos();
  }

  /// Call before looking.
  synchronized void seen() {
    mayBeThere = false;
    looked = System.nanoTime();
  }

  @Override
  public synchronized void enter(Waiter waiter) {
    waiters.addLast(waiter);
  }

  @Override
  public synchronized void leave(Waiter waiter) {
    waiters.remove(waiter);
  }

  @Override
  public long nanosToNextLook(Waiter waiter, int looks) {
    return Doorbell.doubled(FIRST_LOOK, looks, LAST_LOOK);
  }
}
