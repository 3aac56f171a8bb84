package dev.parley.primitive.memory;

import dev.parley.primitive.time.Deadline;
import java.util.concurrent.TimeUnit;

/// When to look again by oneself, for example whether somebody died: at once, and then four times a
/// second, however many threads ask.
final class Pace {
  private static final long INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private volatile long next = System.nanoTime();

  /// True once for each look that is due.
  boolean isTime() {
    if (nanosLeft() > 0) return false;
    next = System.nanoTime() + INTERVAL_NANOS;
    return true;
  }

  /// How long until then; not positive if it is time.
  long nanosLeft() {
    return next - System.nanoTime();
  }

  /// How long to sleep: until it is time to look again, or until `deadline`.
  long nanosLeft(Deadline deadline) {
    return Math.max(0, Math.min(deadline.left(), nanosLeft()));
  }
}
