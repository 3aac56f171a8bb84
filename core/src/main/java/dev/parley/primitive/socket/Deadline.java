package dev.parley.primitive.socket;

import java.time.Duration;

/// A limit that is running, on the monotonic clock.
///
/// @param limit in nanoseconds, or [#FOREVER]
record Deadline(long limit, long start) {
  /// As long as it takes.
  static final long FOREVER = Long.MAX_VALUE;

  static final Duration NO_LIMIT = Duration.ofSeconds(Long.MAX_VALUE);

  Deadline(long limit) {
    this(limit, System.nanoTime());
  }

  /// A limit in nanoseconds.
  static long nanos(Duration limit) {
    if (limit.isNegative()) return 0;
    return limit.toSeconds() < FOREVER / 2_000_000_000 ? limit.toNanos() : FOREVER;
  }

  /// What is left of it; 0 if time is up.
  long left() {
    return limit == FOREVER ? FOREVER : Math.max(0, limit - (System.nanoTime() - start));
  }
}
