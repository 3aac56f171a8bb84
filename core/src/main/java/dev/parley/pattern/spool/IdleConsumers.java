package dev.parley.pattern.spool;

import dev.parley.pattern.member.Membership;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.KernelLock;
import dev.parley.primitive.watch.Watcher;
import dev.parley.sys.InotifyEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The threads of this handle that wait for a message, and how one of them is woken for one
/// message.
///
/// Of all processes with idle consumers one has the queue's **ear**, a kernel lock: it watches the
/// folders and tells one of its threads for each message that comes. When its last idle thread is
/// busy, it gives the ear up and passes the **baton**, which wakes one other process. When a member
/// dies, everybody tries for the ear. And since an ear may be stopped, or die where nobody notices,
/// the first thread of each process looks by itself once a second.
final class IdleConsumers implements Doorbell, AutoCloseable {
  /// What there is to watch, and when to look without being told.
  interface Source {
    /// The directories in which messages may appear; opened for the caller, who closes them.
    List<Dir> watched() throws IOException;

    /// Nanoseconds until something will be due, a delayed message or the end of a lease.
    long nanosToNextWork() throws IOException;
  }

  private static final System.Logger LOG = System.getLogger(IdleConsumers.class.getName());
  private static final long NET_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int ARRIVALS = InotifyEvent.CREATE | InotifyEvent.MOVED_TO;

  private final Membership membership;
  private final QueueFolder folder;
  private final Source source;
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private final List<Watcher.Registration> watches = new ArrayList<>();
  private @Nullable Baton baton;
  private Watcher.@Nullable Registration batonWatch;
  private Watcher.@Nullable Registration deathWatch;
  private @Nullable KernelLock ear;

  IdleConsumers(Membership membership, QueueFolder folder, Source source) {
    this.membership = membership;
    this.folder = folder;
    this.source = source;
  }

  /// Tells one waiting thread to look.
  void tellOne() {
    synchronized (waiters) {
      for (Waiter waiter : waiters) {
        if (waiter.tell()) return;
      }
    }
  }

  private void tellAll() {
    synchronized (waiters) {
      waiters.forEach(Waiter::tell);
    }
  }

  @Override
  public void enter(Waiter waiter) throws IOException {
    boolean first;
    synchronized (waiters) {
      first = waiters.isEmpty();
      waiters.addLast(waiter);
    }
    if (first) arm();
  }

  @Override
  public void leave(Waiter waiter) {
    boolean wasFirst;
    boolean last;
    synchronized (waiters) {
      wasFirst = waiters.peekFirst() == waiter;
      waiters.remove(waiter);
      last = waiters.isEmpty();
    }
    if (last) {
      disarm();
    } else if (wasFirst) {
      tellOne(); // the next one looks by itself from now on
    }
  }

  /// In this order: the baton is open and watched, the ear tried for, the folders watched; then the
  /// caller looks.
  private synchronized void arm() throws IOException {
    Watcher watcher = membership.watcher();
    if (watcher == null || batonWatch != null) return;
    if (baton == null) baton = Baton.open(folder.part(QueueFolder.WAKE), "baton");
    batonWatch = watcher.watch(baton.fd(), true, this::onBaton);
    deathWatch = membership.onDeath(this::onDeath);
    tryEar();
  }

  private synchronized void disarm() {
    synchronized (waiters) {
      if (!waiters.isEmpty()) return;
    }
    if (batonWatch != null) batonWatch.close();
    if (deathWatch != null) deathWatch.close();
    batonWatch = null;
    deathWatch = null;
    stopListening();
    if (ear == null) return;
    ear.close();
    ear = null;
    passBaton();
  }

  private void passBaton() {
    try {
      if (baton != null) baton.pass();
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "waking the next consumer failed; it looks within a second",
          e);
    }
  }

  /// Takes the ear if it is free.
  ///
  /// @return whether this process got it just now
  private synchronized boolean tryEar() throws IOException {
    if (ear != null || batonWatch == null) return false;
    ear = KernelLock.tryAcquire(folder.part(QueueFolder.WAKE), "ear");
    if (ear == null) return false;
    if (baton != null) baton.drain();
    listen();
    return true;
  }

  private synchronized void listen() throws IOException {
    Watcher watcher = membership.watcher();
    if (watcher == null) return;
    List<Watcher.Registration> before = List.copyOf(watches);
    watches.clear();
    for (Dir dir : source.watched()) {
      try (dir) {
        watches.add(watcher.watch(dir, ARRIVALS | InotifyEvent.DELETE, this::onArrival));
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "not watched, and looked at within a second", e);
      }
    }
    before.forEach(Watcher.Registration::close);
  }

  private synchronized void stopListening() {
    watches.forEach(Watcher.Registration::close);
    watches.clear();
  }

  /// A message, a new folder for messages, or the end of a hold.
  private void onArrival(InotifyEvent event) {
    if (event.is(InotifyEvent.OVERFLOW) || MessageName.parse(event.name()) == null) {
      try {
        synchronized (this) {
          if (ear != null) listen();
        }
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "watching again failed", e);
      }
      tellAll();
    } else if (event.is(ARRIVALS)) {
      tellOne();
    }
  }

  private void onBaton() {
    try {
      Baton passed;
      synchronized (this) {
        passed = baton;
      }
      if (passed == null || !passed.take()) return;
      boolean idle;
      synchronized (waiters) {
        idle = !waiters.isEmpty();
      }
      if (!idle) {
        passed.pass();
      } else if (tryEar()) {
        tellOne();
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING, "taking over the ear failed; looking within a second", e);
    }
  }

  /// What the dead held has been returned, and the dead may have been the ear.
  private void onDeath() {
    try {
      tryEar();
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING, "taking over the ear failed; looking within a second", e);
    }
    tellOne();
  }

  @Override
  public long nanosToNextLook(Waiter waiter, long poll) throws IOException {
    synchronized (waiters) {
      if (waiters.peekFirst() != waiter) return Long.MAX_VALUE;
    }
    boolean hasEar;
    boolean watching;
    synchronized (this) {
      watching = batonWatch != null;
      if (tryEar()) return 0;
      hasEar = ear != null;
    }
    if (!watching) return Math.min(poll, source.nanosToNextWork());
    return Math.min(NET_NANOS, hasEar ? source.nanosToNextWork() : NET_NANOS);
  }

  @Override
  public synchronized void close() {
    tellAll();
    synchronized (waiters) {
      waiters.clear();
    }
    disarm();
    if (baton != null) baton.close();
    baton = null;
  }
}
