package dev.parley.primitive.watch;

import dev.parley.primitive.watch.Entry.Folder;
import dev.parley.sys.InotifyEvent;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What the watcher's thread has heard and nobody has looked into yet. Bounded: when it is full,
/// everything in it is replaced by one overflow.
final class EventQueue {
  static final int MOST = 65_536;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition something = lock.newCondition();
  private final Deque<Heard> heard = new ArrayDeque<>();
  private boolean closed;

  /// @param folder where it happened; null if it was on the way to a watched path
  /// @param root the watched path that it may have changed the way to; else null
  /// @param nanos when it was heard
  record Heard(@Nullable Folder folder, @Nullable String root, InotifyEvent event, long nanos) {
    boolean isOverflow() {
      return event.is(InotifyEvent.OVERFLOW);
    }
  }

  void add(@Nullable Folder folder, @Nullable String root, InotifyEvent event) {
    lock.lock();
    try {
      if (closed) return;
      Heard last = heard.peekLast();
      boolean overflows = event.is(InotifyEvent.OVERFLOW) || heard.size() >= MOST;
      if (overflows && last != null && last.isOverflow()) return; // each listener is told of it
      if (heard.size() >= MOST) heard.clear();
      InotifyEvent told = overflows ? new InotifyEvent(-1, InotifyEvent.OVERFLOW, 0, "") : event;
      heard.add(new Heard(folder, root, told, System.nanoTime()));
      something.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Moves everything to the end of `to`.
  void drainTo(Deque<Heard> to) {
    lock.lock();
    try {
      to.addAll(heard);
      heard.clear();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until something is heard, it is closed or the time is up.
  void await(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = nanos;
      while (heard.isEmpty() && !closed && left > 0) left = something.awaitNanos(left);
    } finally {
      lock.unlock();
    }
  }

  boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /// Hears nothing any more, and wakes whoever waits.
  void close() {
    lock.lock();
    try {
      closed = true;
      heard.clear();
      something.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
