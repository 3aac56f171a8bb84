package dev.parley.stress;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/// Things that states take turns with: making one for each state would cost the test its millions
/// of states.
final class Pool<T> {
  /// More than states are alive at a time.
  static final int SIZE = 512;

  private final List<T> things = new ArrayList<>();
  private final AtomicLong next = new AtomicLong();

  Pool(Callable<T> maker) {
    try {
      for (int i = 0; i < SIZE; i++) things.add(maker.call());
    } catch (Exception e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  T next() {
    return things.get((int) (next.getAndIncrement() % SIZE));
  }
}
