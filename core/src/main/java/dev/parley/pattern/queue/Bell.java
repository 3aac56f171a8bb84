package dev.parley.pattern.queue;

import dev.parley.pattern.member.Membership;
import dev.parley.primitive.watch.Watcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The threads of this handle that wait for something in a queue that any process may bring about:
/// room, or a message. Whoever does rings: that writes a byte to a FIFO in `wake/`, which wakes one
/// waiting thread of one process. Several rings may wake one thread only, so whoever found what it
/// waited for rings again if there may be more.
///
/// Each waiting thread looks by itself now and then as well: for what was done by hand, or by one
/// that died before it rang.
public final class Bell implements Doorbell, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Bell.class.getName());

  private final Membership membership;
  private final QueueFolder folder;
  private final String fifo;
  private final Duration net;
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private @Nullable Baton baton;
  private Watcher.@Nullable Registration watch;

  /// @param fifo its name in `wake/`
  /// @param net how often a waiting thread looks although nobody rang
  public Bell(Membership membership, QueueFolder folder, String fifo, Duration net) {
    this.membership = membership;
    this.folder = folder;
    this.fifo = fifo;
    this.net = net;
  }

  /// The bell of those who wait for room.
  public static Bell forRoom(Membership membership, QueueFolder folder) {
    return new Bell(membership, folder, "room", Duration.ofMillis(500));
  }

  @Override
  public synchronized void enter(Waiter waiter) throws IOException {
    waiters.addLast(waiter);
    Watcher watcher = membership.watcher();
    if (watch == null && watcher != null) watch = watcher.watch(baton().fd(), true, this::onRing);
  }

  @Override
  public synchronized void leave(Waiter waiter) {
    waiters.remove(waiter);
    if (!waiters.isEmpty()) return;
    if (watch != null) watch.close();
    watch = null;
  }

  @Override
  public long nanosToNextLook(Waiter waiter, int looks) {
    return net.toNanos();
  }

  private synchronized void onRing() {
    try {
      if (watch == null || !baton().drain()) return;
      for (Waiter waiter : waiters) {
        if (waiter.tell()) return;
      }
      if (waiters.isEmpty()) baton().pass();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "waiting at " + fifo + " failed; looking instead", e);
    }
  }

  /// Tells one waiting thread, of any process, to look.
  public synchronized void ring() throws IOException {
    baton().pass();
  }

  /// Tells all waiting threads of this handle to look.
  public synchronized void tellAll() {
    waiters.forEach(Waiter::tell);
  }

  private Baton baton() throws IOException {
    Baton known = baton;
    if (known == null) baton = known = Baton.open(folder.part(QueueFolder.WAKE), fifo);
    return known;
  }

  @Override
  public synchronized void close() {
    if (watch != null) watch.close();
    watch = null;
    if (baton != null) baton.close();
    baton = null;
    waiters.forEach(Waiter::tell);
  }
}
