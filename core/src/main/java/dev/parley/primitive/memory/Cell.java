package dev.parley.primitive.memory;

/// The state word of a cell, see [QueueLayout]: for which lap, what, and in whose hands.
///
/// ```text
///   FREE(lap) -> WRITING(lap, owner) -> FULL(lap) -> TAKEN(lap, owner) -> FREE(lap + 1)
///                                                      |    ^
///                            given back, or owner died |    | taken again
///                                                      v    |
///                                                    RETURNED(lap)
/// ```
///
/// Each arrow is one compare-and-set, so that at no time a cell is in somebody's hands without
/// saying in whose. Within a lap a state that was left is never the state again, except TAKEN:
/// whoever compares a whole word with what it read before cannot mistake one for the other (ABA).
final class Cell {
  static final int FREE = 0;
  static final int WRITING = 1;
  static final int FULL = 2;
  static final int TAKEN = 3;
  static final int RETURNED = 4;

  private static final int OWNER_SHIFT = 4;
  private static final int LAP_SHIFT = 16;
  private static final int STATE_MASK = 0xF;
  private static final int OWNER_MASK = 0xFFF;

  private Cell() {}

  /// In nobody's hands.
  static long word(long lap, int state) {
    return lap << LAP_SHIFT | state;
  }

  static long word(long lap, int state, int slot) {
    return lap << LAP_SHIFT | (long) (slot + 1) << OWNER_SHIFT | state;
  }

  static long lap(long word) {
    return word >>> LAP_SHIFT;
  }

  static int state(long word) {
    return (int) word & STATE_MASK;
  }

  /// The owner's slot; -1 if it is in nobody's hands.
  static int owner(long word) {
    return ((int) (word >>> OWNER_SHIFT) & OWNER_MASK) - 1;
  }
}
