package dev.parley.primitive.lock;

import java.util.ArrayList;
import java.util.List;

/// Whether a lock was lost, and whom to tell.
final class Loss {
  private final List<Runnable> listeners = new ArrayList<>();
  private boolean happened;

  synchronized boolean hasHappened() {
    return happened;
  }

  synchronized void onLost(Runnable listener) {
    if (happened) tell(listener);
    else listeners.add(listener);
  }

  synchronized void happened() {
    if (happened) return;
    happened = true;
    listeners.forEach(Loss::tell);
    listeners.clear();
  }

  private static void tell(Runnable listener) {
    Thread.ofPlatform().daemon().name("parley-lock-lost").start(listener);
  }
}
