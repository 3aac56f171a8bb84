package dev.parley.pattern.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Something that tells waiting threads to look again.
public interface Doorbell {
  /// Longer than anybody waits.
  Duration FOR_EVER = Duration.ofDays(36_500);

  /// What a waiting thread tries again and again.
  interface Attempt<T> {
    Optional<T> run() throws IOException;
  }

  /// From now on `waiter` may be told.
  void enter(Waiter waiter) throws IOException;

  void leave(Waiter waiter);

  /// After how many nanoseconds `waiter` should look although nobody told it.
  ///
  /// @param looks how often it has looked in vain, untold, since it was told last: look less and
  ///   less often
  long nanosToNextLook(Waiter waiter, int looks) throws IOException;

  /// `first`, doubled `times` times, and `longest` at most.
  static long doubled(Duration first, int times, Duration longest) {
    return Math.min(first.toNanos() << Math.min(times, 20), longest.toNanos());
  }

  /// Tries until it succeeds or the time is over, waiting in between for any of several doorbells.
  ///
  /// @return empty if the time is over
  static <T> Optional<T> await(
      List<? extends Doorbell> doorbells, Duration wait, Attempt<T> attempt)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long limit = wait.compareTo(FOR_EVER) >= 0 ? Long.MAX_VALUE / 2 : wait.toNanos();
    int looks = 0;
    Waiter waiter = new Waiter();
    try {
      for (Doorbell doorbell : doorbells) doorbell.enter(waiter);
      while (true) {
        if (waiter.forget()) looks = 0;
        Optional<T> found = attempt.run();
        if (found.isPresent()) return found;
        long left = limit - (System.nanoTime() - start);
        if (left <= 0) return Optional.empty();
        for (Doorbell doorbell : doorbells) {
          left = Math.min(left, doorbell.nanosToNextLook(waiter, looks));
        }
        waiter.await(left);
        looks++;
      }
    } finally {
      for (Doorbell doorbell : doorbells) doorbell.leave(waiter);
    }
  }
}
