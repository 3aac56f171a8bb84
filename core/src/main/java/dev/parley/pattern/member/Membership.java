package dev.parley.pattern.member;

import dev.parley.primitive.watch.Watcher;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One handle's part in a space: joins when it is needed, makes tokens, and notices deaths.
public final class Membership implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Membership.class.getName());
  private static final Duration FIRST_LOOK = Duration.ofMillis(1);
  private static final Duration UNWATCHED_REAP = Duration.ofSeconds(1);
  private static final Duration LAST_LOOK = Duration.ofSeconds(5);

  private final SpaceFolder folder;
  private final Optional<String> command;
  private final List<Runnable> deathListeners = new CopyOnWriteArrayList<>();
  private final Map<String, Object> shared = new ConcurrentHashMap<>();
  private final OpenHandles handles = new OpenHandles();
  private @Nullable Members members;
  private @Nullable LocalMember self;
  private @Nullable Epoch epoch;
  private @Nullable Watcher watcher;
  private @Nullable Holdings holdings;
  private Watcher.@Nullable Registration deathWatch;
  private final ReentrantLock reaping = new ReentrantLock();
  private boolean watching;
  private long nextReap;
  private boolean pollingSaid;
  private int series;
  private boolean closed;

  /// @param command what others are shown as this member's command; empty is the process's command
  ///   line
  public Membership(SpaceFolder folder, Optional<String> command) {
    this.folder = folder;
    this.command = command;
  }

  public SpaceFolder folder() {
    return folder;
  }

  public Kernel kernel() {
    return folder.kernel();
  }

  /// What is returned when members die; set once, by whoever assembles the space.
  public void setHoldings(Holdings all) {
    holdings = all;
  }

  public synchronized Members members() throws IOException {
    Members known = members;
    if (known == null) members = known = new Members(folder.open(SpaceFolder.MEMBERS));
    return known;
  }

  /// This handle's member; joins the first time.
  public synchronized LocalMember self() throws IOException {
    requireOpen();
    LocalMember known = self;
    if (known == null) {
      epoch = Epoch.current(folder);
      self = known = LocalMember.join(members().dir(), command);
      if (deathWatch != null) known.setWatched();
    }
    return known;
  }

  /// The id of this handle's member, or null if it has not joined.
  public synchronized @Nullable String idIfJoined() {
    return self == null ? null : self.id();
  }

  /// What the handles of this member share under a key, made by the first that asks.
  public <T> T shared(String key, Class<T> type, Supplier<T> maker) {
    return type.cast(shared.computeIfAbsent(type.getName() + " " + key, _ -> maker.get()));
  }

  /// The queues, topics and subscriptions that are open through this handle.
  public OpenHandles handles() {
    return handles;
  }

  public synchronized Epoch epoch() throws IOException {
    self();
    return Objects.requireNonNull(epoch);
  }

  /// The process's watcher, or null where the kernel gives none; whoever waits polls then.
  public synchronized @Nullable Watcher watcher() throws IOException {
    requireOpen();
    if (watcher == null) {
      try {
        watcher = Watcher.acquire(kernel());
      } catch (ErrnoException e) {
        if (!pollingSaid) {
          LOG.log(System.Logger.Level.WARNING, "no inotify instance is left: polling instead", e);
        }
        pollingSaid = true;
        return null;
      }
    }
    return watcher;
  }

  /// Reaps who is dead now and, from the first call on, whoever dies later, at once.
  public void noticeDeaths() throws IOException {
    synchronized (this) {
      long now = System.nanoTime();
      if (watching && (deathWatch != null || now - nextReap < 0)) return;
      nextReap = now + UNWATCHED_REAP.toNanos();
      boolean first = !watching;
      watching = true;
      Watcher watcher = first ? watcher() : null;
      if (watcher != null) {
        try {
          deathWatch =
              watcher.watch(
                  members().dir(),
                  InotifyEvent.CLOSE_WRITE | InotifyEvent.DELETE | InotifyEvent.MOVED_FROM,
                  this::onEvent);
          if (self != null) self.setWatched();
        } catch (ErrnoException e) {
          LOG.log(System.Logger.Level.WARNING, "no inotify watch is left", e);
        }
      }
    }
    reap();
  }

  /// Runs `listener` when somebody has died and what it held was returned, perhaps by others.
  public Watcher.Registration onDeath(Runnable listener) {
    deathListeners.add(listener);
    return () -> deathListeners.remove(listener);
  }

  /// Names that start with a dot are newborns, not yet members.
  private void onEvent(InotifyEvent event) {
    LocalMember mine;
    synchronized (this) {
      mine = self;
    }
    boolean overflow = event.is(InotifyEvent.OVERFLOW);
    if (mine != null && (overflow || event.name().equals(mine.id()))) mine.lookAgain();
    if (event.name().startsWith(".")) return;
    int mineNow;
    synchronized (this) {
      mineNow = ++series;
    }
    lookSoon(FIRST_LOOK, mineNow);
  }

  /// The event precedes the release of the lock, and another reaper may die: look again, less and
  /// less often.
  ///
  /// @param number of the series; a later event starts another, and ends this one
  private void lookSoon(Duration delay, int number) {
    Watcher watcher;
    synchronized (this) {
      watcher = this.watcher;
      if (closed || watcher == null || number != series) return;
    }
    watcher.after(
        delay,
        () ->
            Thread.ofPlatform()
                .daemon()
                .name("parley-reaper")
                .start(
                    () -> {
                      lookNow();
                      Duration next = delay.multipliedBy(4);
                      if (next.compareTo(LAST_LOOK) <= 0) lookSoon(next, number);
                    }));
  }

  private void lookNow() {
    try {
      reap();
    } catch (IOException | RuntimeException e) {
      synchronized (this) {
        if (closed) return;
      }
      LOG.log(System.Logger.Level.WARNING, "returning what dead members held has failed", e);
    }
    deathListeners.forEach(Runnable::run);
  }

  /// Reaps who is dead now.
  ///
  /// @return how many
  public int reap() throws IOException {
    Holdings all = holdings;
    if (all == null) return 0;
    reaping.lock();
    try {
      return isClosed() ? 0 : new Reaper(folder, members(), all).reap();
    } finally {
      reaping.unlock();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void requireOpen() {
    if (closed) throw new IllegalStateException("the space " + folder.root().path() + " is closed");
  }

  /// Leaves, once nobody reaps through this handle any more. The caller has given back everything.
  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
    }
    reaping.lock();
    try {
      closeAll();
    } finally {
      reaping.unlock();
    }
  }

  private synchronized void closeAll() {
    if (deathWatch != null) deathWatch.close();
    if (watcher != null) watcher.release();
    if (self != null) self.close();
    if (members != null) members.close();
    folder.close();
  }
}
