package dev.parley.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Waits for conditions, by asking again and again.
///
/// The limit is long, because it only costs anything when a test fails; it runs on the monotonic
/// clock.
public final class Await {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private Await() {}

  /// Returns once `condition` answers true. A condition that throws an assertion error has not been
  /// met yet; the last one is what the caller gets.
  ///
  /// @throws AssertionError if it has not been met within a minute, saying `what` was waited for
  public static void until(String what, Callable<Boolean> condition) throws Exception {
    until(what, LIMIT, condition);
  }

  public static void until(String what, Duration limit, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      AssertionError notYet;
      try {
        if (condition.call()) return;
        notYet = new AssertionError("waited " + limit + " for this in vain: " + what);
      } catch (AssertionError e) {
        notYet = new AssertionError("waited " + limit + " for this in vain: " + what, e);
      }
      if (System.nanoTime() > deadline) throw notYet;
      pause();
    }
  }

  private static void pause() throws InterruptedException {
    LockSupport.parkNanos(PAUSE_NANOS);
    if (Thread.interrupted()) throw new InterruptedException();
  }
}
