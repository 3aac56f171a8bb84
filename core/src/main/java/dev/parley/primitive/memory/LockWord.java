package dev.parley.primitive.memory;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;

/// The word of a lock, which is also the futex its waiters sleep on.
///
/// ```text
///   31       30        29 .. 16   15 .. 0
///   WAITED   SUSPECT   zero       the holder's slot + 1, or 0: free
/// ```
///
/// WAITED: somebody may sleep, so who releases it has to wake one. SUSPECT: a holder died, and no
/// later one has said since that what the lock guards is in order.
final class LockWord {
  static final int WAITED = 1 << 31;
  static final int SUSPECT = 1 << 30;
  private static final int HOLDER = 0xFFFF;

  private LockWord() {}

  static boolean isFree(int word) {
    return (word & HOLDER) == 0;
  }

  static boolean isWaited(int word) {
    return (word & WAITED) != 0;
  }

  static boolean isSuspect(int word) {
    return (word & SUSPECT) != 0;
  }

  /// The holder's slot; -1 if it is free.
  static int holder(int word) {
    return (word & HOLDER) - 1;
  }

  /// The same word, held by `slot`.
  static int heldBy(int word, int slot) {
    return (word & ~HOLDER) | (slot + 1);
  }

  /// Frees the lock, as suspect, if `slot` holds it. Its owner is dead or leaves.
  static void inherit(Kernel kernel, Mapping memory, long offset, int slot) throws ErrnoException {
    while (true) {
      int word = memory.getIntVolatile(offset);
      if (holder(word) != slot) break;
      if (memory.compareAndSetInt(offset, word, SUSPECT)) {
        kernel.futexWake(memory, offset, 1);
        break;
      }
    }
  }
}
