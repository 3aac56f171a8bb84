package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Turns of threads: for each key one at a time. Those that nobody waits for are forgotten when
/// there are too many.
final class Turns {
  private final int mostKnown;
  private final Map<Object, Turn> turns = new HashMap<>();

  /// @param mostKnown how many keys are remembered, used or not
  Turns(int mostKnown) {
    this.mostKnown = mostKnown;
  }

  /// What is remembered for a key. Touched only by the thread whose turn it is.
  static final class Turn {
    /// Of the receiver there; 0 before it has answered.
    long incarnation;

    private final ReentrantLock lock = new ReentrantLock();
    private int users;
  }

  /// What is done in turn.
  interface Act {
    void in(Turn turn) throws IOException, InterruptedException;
  }

  /// Waits for the turn of `key`, and acts.
  ///
  /// @return false if time was up before
  boolean take(Object key, Deadline deadline, Act act) throws IOException, InterruptedException {
    Turn turn = enter(key);
    try {
      if (!turn.lock.tryLock(deadline.left(), TimeUnit.NANOSECONDS)) return false;
      try {
        act.in(turn);
        return true;
      } finally {
        turn.lock.unlock();
      }
    } finally {
      leave(turn);
    }
  }

  private synchronized Turn enter(Object key) {
    if (turns.size() >= mostKnown) turns.values().removeIf(idle -> idle.users == 0);
    Turn turn = turns.computeIfAbsent(key, _ -> new Turn());
    turn.users++;
    return turn;
  }

  private synchronized void leave(Turn turn) {
    turn.users--;
  }
}
