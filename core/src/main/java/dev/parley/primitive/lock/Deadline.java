package dev.parley.primitive.lock;

import java.time.Duration;

/// A point on the monotonic clock, or never.
record Deadline(boolean isNever, long nanoTime) {
  static final Deadline NEVER = new Deadline(true, 0);

  /// For what does not wait.
  static final Deadline PAST = after(Duration.ZERO);

  static Deadline after(Duration duration) {
    long nanos;
    try {
      nanos = duration.toNanos();
    } catch (ArithmeticException e) {
      return NEVER; // in three hundred years
    }
    return new Deadline(false, System.nanoTime() + nanos);
  }

  /// A point of [System#nanoTime]; [Long#MAX_VALUE] is never.
  static Deadline at(long nanoTime) {
    return nanoTime == Long.MAX_VALUE ? NEVER : new Deadline(false, nanoTime);
  }

  boolean isPast() {
    return !isNever && leftNanos() <= 0;
  }

  long leftNanos() {
    return isNever ? Long.MAX_VALUE : nanoTime - System.nanoTime();
  }
}
