package dev.parley.primitive.memory;

import java.time.Duration;

/// How long one call may still wait.
///
/// @param end on the clock of [System#nanoTime]
record Waiting(long end) {
  static Waiting forNanos(long nanos) {
    return new Waiting(System.nanoTime() + nanos);
  }

  /// As nanoseconds: at least 0, and Long.MAX_VALUE for what is longer.
  static long nanos(Duration duration) {
    if (duration.isNegative()) return 0;
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  boolean isOver() {
    return end - System.nanoTime() <= 0;
  }

  /// How long to sleep: until the end, or until it is time to look again.
  long nanosTo(Pace looks) {
    return Math.max(0, Math.min(end - System.nanoTime(), looks.nanosLeft()));
  }
}
