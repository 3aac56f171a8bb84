package dev.parley.primitive.fifo;

import java.time.Duration;

/// When a wait ends, on the monotonic clock.
///
/// @param limitNanos how long after `startNanos`
record Deadline(long startNanos, long limitNanos) {
  private static final Duration LONGEST = Duration.ofDays(36_500);

  static Deadline in(Duration wait) {
    Duration limit = wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    return new Deadline(System.nanoTime(), limit.toNanos());
  }

  static Deadline now() {
    return new Deadline(System.nanoTime(), 0);
  }

  long nanosLeft() {
    return limitNanos - (System.nanoTime() - startNanos);
  }
}
