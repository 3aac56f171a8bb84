package dev.parley.pattern.queue;

import dev.parley.pattern.member.Membership;
import dev.parley.primitive.watch.Watcher;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// The threads of this handle that wait for room in a full queue. Whoever makes room writes a byte
/// to `wake/room`, which wakes one process; and each looks by itself now and then, for files that
/// were moved by hand.
public final class Room implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Room.class.getName());
  private static final long NET_NANOS = Duration.ofMillis(500).toNanos();
  private static final String FIFO = "room";

  private final Membership membership;
  private final QueueFolder folder;
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private @Nullable Baton baton;
  private Watcher.@Nullable Registration watch;

  public Room(Membership membership, QueueFolder folder) {
    this.membership = membership;
    this.folder = folder;
  }

  /// Whether there is room (now).
  public interface Check {
    boolean run() throws IOException;
  }

  /// Waits until there is room.
  public void await(Check check) throws IOException, InterruptedException {
    Waiter waiter = new Waiter();
    try {
      enter(waiter);
      while (true) {
        waiter.forget();
        if (check.run()) return;
        waiter.await(NET_NANOS);
      }
    } finally {
      leave(waiter);
    }
  }

  private synchronized void enter(Waiter waiter) throws IOException {
    waiters.addLast(waiter);
    Watcher watcher = membership.watcher();
    if (watch != null || watcher == null) return;
    if (baton == null) baton = Baton.open(folder.part(QueueFolder.WAKE), FIFO);
    watch = watcher.watch(baton.fd(), true, this::onRoom);
  }

  private synchronized void leave(Waiter waiter) {
    waiters.remove(waiter);
    if (!waiters.isEmpty()) return;
    if (watch != null) watch.close();
    watch = null;
  }

  private synchronized void onRoom() {
    try {
      if (baton == null || !baton.take()) return;
      for (Waiter waiter : waiters) {
        if (waiter.tell()) return;
      }
      if (waiters.isEmpty()) baton.pass();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "waiting for room failed; looking twice a second", e);
    }
  }

  /// Tells one producer, of any process, that there may be room.
  public synchronized void made() throws IOException {
    if (baton == null) baton = Baton.open(folder.part(QueueFolder.WAKE), FIFO);
    baton.pass();
  }

  @Override
  public synchronized void close() {
    if (watch != null) watch.close();
    watch = null;
    if (baton != null) baton.close();
    baton = null;
  }
}
