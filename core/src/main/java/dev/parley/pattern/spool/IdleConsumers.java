package dev.parley.pattern.spool;

import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.Baton;
import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.Waiter;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.primitive.watch.Watcher;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
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
/// folders and tells one of its threads for each message that comes. When a message comes and it
/// has no idle thread to tell, it gives the ear up and passes the **baton**, which wakes one other
/// process. When a member dies, everybody tries for the ear. And since an ear may be stopped, or
/// die where nobody notices, the first thread of each process looks by itself: after a second, then
/// less and less often.
final class IdleConsumers implements Doorbell, AutoCloseable {
  /// What there is to watch, and when to look without being told.
  interface Source {
    /// The directories in which messages may appear; opened for the caller, who closes them.
    List<Dir> watched() throws IOException;

    /// Nanoseconds until something will be due, a delayed message or the end of a lease.
    long nanosToNextWork() throws IOException;
  }

  private static final System.Logger LOG = System.getLogger(IdleConsumers.class.getName());
  private static final Duration FIRST_LOOK = Duration.ofSeconds(1);
  private static final Duration LAST_LOOK = Duration.ofSeconds(10);
  private static final Duration FIRST_POLL = Duration.ofMillis(1);
  private static final Duration LAST_POLL = Duration.ofMillis(250);
  private static final int ARRIVALS = InotifyEvent.CREATE | InotifyEvent.MOVED_TO;

  private final Membership membership;
  private final QueueFolder folder;
  private final Source source;
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private final List<Watcher.Registration> watches = new ArrayList<>();
  private volatile boolean closed;
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
  ///
  /// @return false if there is none that has not been told already
  private boolean tellOne() {
    synchronized (waiters) {
      for (Waiter waiter : waiters) {
        if (waiter.tell()) return true;
      }
      return false;
    }
  }

  /// @return false if there is none that has not been told already
  private boolean tellAll() {
    boolean told = false;
    synchronized (waiters) {
      for (Waiter waiter : waiters) told |= waiter.tell();
    }
    return told;
  }

  @Override
  public void enter(Waiter waiter) throws IOException {
    synchronized (waiters) {
      waiters.addLast(waiter);
    }
    try {
      arm();
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) folder.requireThere();
      throw e;
    }
  }

  @Override
  public void leave(Waiter waiter) {
    boolean lastOfAll;
    synchronized (waiters) {
      boolean wasFirst = waiters.peekFirst() == waiter;
      waiters.remove(waiter);
      Waiter first = waiters.peekFirst();
      lastOfAll = first == null;
      if (wasFirst && first != null) first.tell(); // it looks by itself from now on
    }
    // What it was told of since it looked, others should look at.
    if (waiter.forget()) {
      if (lastOfAll || !tellOne()) handOver();
    } else if (lastOfAll && hasWork()) {
      handOver(); // only the ear looks when something is due
    }
  }

  private boolean hasWork() {
    try {
      return source.nanosToNextWork() != Long.MAX_VALUE;
    } catch (IOException e) {
      return true;
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

  /// Lets another process have the ear: nobody is idle here, or everybody is on the way already.
  private synchronized void handOver() {
    disarm();
    if (ear == null) return;
    ear.close();
    ear = null;
    passBaton();
  }

  private synchronized void disarm() {
    if (batonWatch != null) batonWatch.close();
    if (deathWatch != null) deathWatch.close();
    batonWatch = null;
    deathWatch = null;
    stopListening();
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
    KernelLock taken = KernelLock.tryAcquire(folder.part(QueueFolder.WAKE), "ear");
    if (taken == null) return false;
    boolean listening = false;
    try {
      if (baton != null) baton.drain();
      ear = taken;
      listen();
      listening = true;
      return true;
    } finally {
      if (!listening) {
        ear = null; // an ear that hears nothing is worse than none
        taken.close();
      }
    }
  }

  private synchronized void listen() throws IOException {
    Watcher watcher = membership.watcher();
    if (watcher == null) return;
    List<Dir> watched = source.watched();
    List<Watcher.Registration> before = List.copyOf(watches);
    watches.clear();
    for (Dir dir : watched) {
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
    if (!isMessage(event)) {
      try {
        synchronized (this) {
          if (ear != null) listen();
        }
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "watching again failed", e);
      }
      if (!tellAll()) handOver();
    } else if (event.is(ARRIVALS) && !tellOne()) {
      handOver();
    }
  }

  /// Not a folder, nor the mark of a hold, nor a lost event. Entries of topics are named by sixteen
  /// digits.
  private static boolean isMessage(InotifyEvent event) {
    if (event.is(InotifyEvent.OVERFLOW | InotifyEvent.ISDIR)) return false;
    return MessageName.parse(event.name()) != null || event.name().matches("[0-9]{16}");
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
      if (idle) {
        if (tryEar()) tellOne();
      } else {
        synchronized (this) {
          handOver(); // or the byte would come straight back
        }
        passed.pass();
      }
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING, "taking over the ear failed; looking from time to time", e);
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
  public long nanosToNextLook(Waiter waiter, int looks) throws IOException {
    requireOpen();
    synchronized (waiters) {
      if (waiters.peekFirst() != waiter) return Long.MAX_VALUE;
    }
    synchronized (this) {
      if (batonWatch == null) {
        arm();
        if (batonWatch == null) {
          return Math.min(Doorbell.doubled(FIRST_POLL, looks, LAST_POLL), source.nanosToNextWork());
        }
        return 0; // armed just now: look before waiting
      }
      if (ear == null && looks > 0 && tryEar()) return 0;
      long look = Doorbell.doubled(FIRST_LOOK, looks, LAST_LOOK);
      return ear == null ? look : Math.min(look, source.nanosToNextWork());
    }
  }

  /// @throws IllegalStateException if the queue was closed: nobody waits for it any more
  void requireOpen() {
    if (closed)
      throw new IllegalStateException("the queue at " + folder.root().path() + " is closed");
  }

  @Override
  public synchronized void close() {
    closed = true;
    tellAll();
    handOver();
    if (baton != null) baton.close();
    baton = null;
  }
}
