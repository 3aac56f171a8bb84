package dev.parley.primitive.watch;

import dev.parley.primitive.file.Dir;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one thread of a process that waits for inotify, for descriptors and for timers, and tells
/// whoever registered.
///
/// Guarantees: an event that happens after [#watch] has returned is told, or
/// [InotifyEvent#OVERFLOW] is, to every listener; so look once after registering, and again after
/// an overflow. Listeners run on the watcher's thread: they must not block. After
/// [Registration#close] a listener may be running once more, not start.
///
/// Users share one instance per kernel, because a user may have only 128 inotify instances. Source:
/// inotify(7), epoll(7).
public final class Watcher {
  private static final System.Logger LOG = System.getLogger(Watcher.class.getName());
  private static final IdentityHashMap<Kernel, Watcher> INSTANCES = new IdentityHashMap<>();
  private static final int MASK_ADD = 0x20000000;
  private static final long INOTIFY = 0;
  private static final long CONTROL = 1;

  /// How long to wait after a failure, so as not to spin if it lasts.
  private static final long PAUSE_NANOS = 20_000_000;

  private final Kernel kernel;
  private final Fd epoll;
  private final Fd inotify;
  private final Fd control;
  private final Map<Integer, List<Watch>> watches = new HashMap<>();
  private final Map<Long, Runnable> descriptors = new HashMap<>();
  private final PriorityQueue<Timer> timers = new PriorityQueue<>();
  private long nextKey = CONTROL + 1;
  private int users;
  private boolean stopped;

  /// What was registered, until it is closed.
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private Watcher(Kernel kernel) throws IOException {
    this.kernel = kernel;
    List<Fd> opened = new ArrayList<>();
    boolean good = false;
    try {
      epoll = kernel.epollCreate();
      opened.add(epoll);
      inotify = kernel.inotifyInit();
      opened.add(inotify);
      control = kernel.eventFd();
      opened.add(control);
      kernel.epollAdd(epoll, inotify, INOTIFY, false);
      kernel.epollAdd(epoll, control, CONTROL, false);
      good = true;
    } finally {
      if (!good) opened.forEach(Fd::close);
    }
  }

  /// This kernel's watcher, started if it does not run. Pair with [#release].
  ///
  /// @throws ErrnoException EMFILE: no inotify instance is left for this user; poll instead
  public static Watcher acquire(Kernel kernel) throws IOException {
    synchronized (INSTANCES) {
      Watcher watcher = INSTANCES.get(kernel);
      if (watcher == null) {
        watcher = new Watcher(kernel);
        INSTANCES.put(kernel, watcher);
        Thread thread = new Thread(watcher::run, "parley-watcher");
        thread.setDaemon(true);
        thread.start();
      }
      watcher.users++;
      return watcher;
    }
  }

  public void release() {
    synchronized (INSTANCES) {
      if (--users > 0) return;
      INSTANCES.remove(kernel, this);
    }
    synchronized (this) {
      if (stopped) return; // it failed, and has closed everything
      stopped = true;
      wake();
    }
  }

  /// Tells `listener` of the events of `mask` in a directory.
  ///
  /// @throws ErrnoException ENOSPC: no watch is left for this user (fs.inotify.max_user_watches);
  ///   ENOENT: the directory is gone
  public Registration watch(Dir dir, int mask, Consumer<InotifyEvent> listener) throws IOException {
    return watch(dir.fd(), mask, listener);
  }

  /// The same for a file of any kind; a descriptor open with O_PATH will do, and may be closed
  /// afterwards.
  public synchronized Registration watch(Fd file, int mask, Consumer<InotifyEvent> listener)
      throws IOException {
    int number = kernel.inotifyAddWatch(inotify, file, mask | MASK_ADD);
    Watch watch = new Watch(number, mask, listener);
    watches.computeIfAbsent(number, _ -> new ArrayList<>()).add(watch);
    return () -> remove(watch);
  }

  private synchronized void remove(Watch watch) {
    List<Watch> others = watches.get(watch.number);
    if (others == null || !others.remove(watch) || !others.isEmpty()) return;
    watches.remove(watch.number);
    if (stopped) return;
    try {
      kernel.inotifyRemoveWatch(inotify, watch.number);
    } catch (ErrnoException e) {
      // EINVAL: the directory is gone, and the watch with it.
      if (!e.is(Errno.EINVAL)) LOG.log(System.Logger.Level.WARNING, "inotify_rm_watch", e);
    }
  }

  /// Runs `onReadable` whenever `fd` is readable. With `exclusive`, of all processes that wait for
  /// it this way one is told. Close the registration before the descriptor.
  public Registration watch(Fd fd, boolean exclusive, Runnable onReadable) throws IOException {
    return register(fd, onReadable, key -> kernel.epollAdd(epoll, fd, key, exclusive));
  }

  /// Runs `onReady` once, when one of the `events` of [dev.parley.sys.Poll] is there or `fd` is
  /// broken. One registration for a descriptor at a time; close it before the descriptor.
  public Registration watchOnce(Fd fd, int events, Runnable onReady) throws IOException {
    return register(fd, onReady, key -> kernel.epollAddOnce(epoll, fd, key, events));
  }

  private interface Adding {
    void add(long key) throws IOException;
  }

  private synchronized Registration register(Fd fd, Runnable onReady, Adding adding)
      throws IOException {
    long key = nextKey++;
    descriptors.put(key, onReady);
    boolean good = false;
    try {
      adding.add(key);
      good = true;
    } finally {
      if (!good) descriptors.remove(key);
    }
    return () -> remove(fd, key);
  }

  private synchronized void remove(Fd fd, long key) {
    if (descriptors.remove(key) == null || stopped) return;
    try {
      kernel.epollRemove(epoll, fd);
    } catch (ErrnoException e) {
      LOG.log(System.Logger.Level.WARNING, "epoll_ctl", e);
    }
  }

  /// Runs `task` once, after `delay`.
  @SuppressWarnings("ReferenceEquality") // is it this very timer that is next?
  public Registration after(Duration delay, Runnable task) {
    Timer timer = new Timer(System.nanoTime() + delay.toNanos(), task);
    synchronized (this) {
      timers.add(timer);
      if (timers.peek() == timer && !stopped) wake();
    }
    return () -> remove(timer);
  }

  private synchronized void remove(Timer timer) {
    timers.remove(timer);
  }

  /// Ends the wait of the watcher's thread. The caller holds this object's monitor and has seen
  /// that it runs.
  private void wake() {
    try {
      kernel.signal(control);
    } catch (ErrnoException e) {
      LOG.log(System.Logger.Level.ERROR, "eventfd", e);
    }
  }

  /// Runs until nobody uses it. When a call fails, events may be lost: everybody looks then.
  private void run() {
    try {
      while (true) {
        synchronized (this) {
          if (stopped) break;
        }
        try {
          for (long key : kernel.epollWait(epoll, millisToNextTimer())) handle(key);
        } catch (IOException e) {
          LOG.log(System.Logger.Level.WARNING, "waiting has failed; everybody looks", e);
          tell(new InotifyEvent(-1, InotifyEvent.OVERFLOW, 0, ""));
          LockSupport.parkNanos(PAUSE_NANOS);
        }
        runTimers();
      }
    } finally {
      synchronized (INSTANCES) {
        INSTANCES.remove(kernel, this);
      }
      synchronized (this) {
        stopped = true;
        epoll.close();
        inotify.close();
        control.close();
      }
    }
  }

  private void handle(long key) throws IOException {
    if (key == CONTROL) {
      kernel.drain(control);
    } else if (key == INOTIFY) {
      for (InotifyEvent event : kernel.inotifyRead(inotify)) tell(event);
    } else {
      Runnable onReadable;
      synchronized (this) {
        onReadable = descriptors.get(key);
      }
      if (onReadable != null) runSafely(onReadable);
    }
  }

  private void tell(InotifyEvent event) {
    List<Watch> listeners = new ArrayList<>();
    synchronized (this) {
      if (event.is(InotifyEvent.OVERFLOW)) {
        watches.values().forEach(listeners::addAll);
      } else {
        List<Watch> here = watches.get(event.watch());
        if (here != null) listeners.addAll(here);
        if (event.is(InotifyEvent.IGNORED)) watches.remove(event.watch());
      }
    }
    for (Watch watch : listeners) {
      if (event.is(watch.mask | InotifyEvent.OVERFLOW)) {
        runSafely(() -> watch.listener.accept(event));
      }
    }
  }

  private synchronized int millisToNextTimer() {
    Timer first = timers.peek();
    if (first == null) return -1;
    long nanos = first.deadline - System.nanoTime();
    return Math.clamp((nanos + 999_999) / 1_000_000, 0, Integer.MAX_VALUE);
  }

  private void runTimers() {
    while (true) {
      @Nullable Timer due;
      synchronized (this) {
        due = timers.peek();
        if (due == null || due.deadline - System.nanoTime() > 0) return;
        timers.remove();
      }
      runSafely(due.task);
    }
  }

  private static void runSafely(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "a listener failed", e);
    }
  }

  private record Watch(int number, int mask, Consumer<InotifyEvent> listener) {
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  private record Timer(long deadline, Runnable task) implements Comparable<Timer> {
    @Override
    public int compareTo(Timer other) {
      return Long.signum(deadline - other.deadline);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }
}
