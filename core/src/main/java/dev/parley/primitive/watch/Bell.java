package dev.parley.primitive.watch;

import dev.parley.primitive.file.Dir;
import dev.parley.sys.InotifyEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Wakes the thread that made it when something happens to certain names in a directory.
///
/// Guarantees: whatever happens after [#at] has returned ends the next wait, or one that goes on.
/// So: make it, look, wait, look again. It may ring for nothing. A virtual thread holds no carrier.
///
/// ```java
/// try (Bell bell = Bell.at(dir, InotifyEvent.MODIFY, name::equals)) {
///   while (!isThere()) if (!bell.await(deadline)) return false;
/// }
/// ```
///
/// Where no watch can be had (no inotify instance or watch is left, the directory may not be read)
/// it rings after 1 ms, and less and less often, every 100 ms at last.
public final class Bell implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Bell.class.getName());
  private static final int GONE = InotifyEvent.DELETE_SELF | InotifyEvent.MOVE_SELF;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final Duration LONGEST = Duration.ofDays(36_500);

  private final Thread thread = Thread.currentThread();
  private @Nullable Watcher watcher;
  private Watcher.@Nullable Registration registration;
  private volatile boolean rung;
  private long pause = FIRST_PAUSE_NANOS;

  private Bell() {}

  /// From now on it rings for the calling thread.
  ///
  /// @param mask what, of [InotifyEvent]
  public static Bell at(Dir dir, int mask, Predicate<String> names) {
    Bell bell = new Bell();
    try {
      bell.watch(dir, mask, names);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "no watch; looking from time to time instead", e);
      bell.close();
    }
    return bell;
  }

  private void watch(Dir dir, int mask, Predicate<String> names) throws IOException {
    Watcher acquired = Watcher.acquire(dir.kernel());
    watcher = acquired;
    registration =
        acquired.watch(
            dir,
            mask | GONE,
            event -> {
              if (names.test(event.name()) || event.is(GONE | InotifyEvent.OVERFLOW)) ring();
            });
  }

  /// A point on [System#nanoTime] from now; [Long#MAX_VALUE], which is never, for centuries.
  public static long deadline(Duration wait) {
    return wait.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : System.nanoTime() + wait.toNanos();
  }

  /// Ends the wait from another thread.
  public void ring() {
    rung = true;
    LockSupport.unpark(thread);
  }

  /// Waits until it has rung since it was made or awaited last.
  ///
  /// @param deadline of [System#nanoTime]; [Long#MAX_VALUE] is never
  /// @return false if the time is up
  /// @throws InterruptedException if the thread was interrupted before or meanwhile
  public boolean await(long deadline) throws InterruptedException {
    return await(deadline, registration == null ? nextPause() : Long.MAX_VALUE);
  }

  /// The same, for what does not always ring, or rings a little early: returns after 1 ms at first,
  /// and later and later.
  public boolean awaitOrLook(long deadline) throws InterruptedException {
    if (rung) pause = FIRST_PAUSE_NANOS;
    return await(deadline, nextPause());
  }

  private long nextPause() {
    long now = pause;
    pause = Math.min(2 * pause, LAST_PAUSE_NANOS);
    return now;
  }

  private boolean await(long deadline, long mostNanos) throws InterruptedException {
    long start = System.nanoTime();
    while (!rung) {
      if (Thread.interrupted()) throw new InterruptedException();
      long now = System.nanoTime();
      if (deadline != Long.MAX_VALUE && deadline - now <= 0) return false;
      long left = mostNanos - (now - start);
      if (left <= 0) return true;
      if (deadline != Long.MAX_VALUE) left = Math.min(left, deadline - now);
      LockSupport.parkNanos(this, left);
    }
    rung = false;
    return true;
  }

  @Override
  public void close() {
    if (registration != null) registration.close();
    registration = null;
    if (watcher != null) watcher.release();
    watcher = null;
  }
}
