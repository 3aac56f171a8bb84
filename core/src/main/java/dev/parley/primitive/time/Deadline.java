package dev.parley.primitive.time;

import java.time.Duration;

/// When a wait ends, on the monotonic clock.
///
/// @param limit how long after `start`, in nanoseconds; or [#FOREVER]
public record Deadline(long limit, long start) {
  /// As long as it takes, in nanoseconds.
  public static final long FOREVER = Long.MAX_VALUE;

  /// As long as it takes.
  public static final Duration NO_LIMIT = Duration.ofSeconds(Long.MAX_VALUE);

  public static final Deadline NEVER = new Deadline(FOREVER, 0);

  /// For what does not wait.
  public static final Deadline PAST = new Deadline(0, 0);

  public static Deadline after(Duration wait) {
    return afterNanos(nanos(wait));
  }

  /// @param wait 0 or more, or [#FOREVER]
  public static Deadline afterNanos(long wait) {
    return new Deadline(wait, System.nanoTime());
  }

  /// @param nanoTime of [System#nanoTime]; or [#FOREVER]
  public static Deadline at(long nanoTime) {
    return nanoTime == FOREVER ? NEVER : afterNanos(Math.max(0, nanoTime - System.nanoTime()));
  }

  /// A duration in nanoseconds: 0 at least, and [#FOREVER] if it is longer than can be said.
  public static long nanos(Duration wait) {
    if (wait.isNegative()) return 0;
    return wait.toSeconds() < FOREVER / 2_000_000_000 ? wait.toNanos() : FOREVER;
  }

  public boolean isPast() {
    return left() == 0;
  }

  /// What is left, in nanoseconds; 0 if time is up.
  public long left() {
    if (limit == 0 || limit == FOREVER) return limit;
    return Math.max(0, limit - (System.nanoTime() - start));
  }
}
