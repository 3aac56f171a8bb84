package dev.parley.primitive.memory;

import dev.parley.BadFormatException;
import dev.parley.sys.Mapping;

/// The queue's cells and what one handle does with them; it neither waits nor calls the kernel.
///
/// After D. Vyukov's bounded MPMC queue, in which a sequence number in each cell says whose turn it
/// is, with one difference: a place is taken by a compare-and-set of the *cell*, which carries the
/// taker's slot, and `tail` and `head` follow. They are hints that lag and never lead: who finds
/// the cell at one of them taken moves it on. So whoever dies at any point leaves either nothing or
/// a cell that names it.
///
/// Positions only grow. Taking is refused at a cell that is still in its last lap, so at most
/// `messages` positions are between free and free.
///
/// Negative results of [#offer] and [#take]: why there was none.
final class RingCells {
  /// [#offer]: the place that is next is not free yet.
  static final long NO_ROOM = -1;

  /// [#take]: nothing is there.
  static final long EMPTY = -1;

  private static final long FIRST_WRITER = -2;

  private final Mapping memory;
  private final QueueLayout layout;
  private final String path;
  private final int mine;

  /// How often something had been returned when we last found that all of it was taken again.
  private volatile long returnedSeen;

  RingCells(Mapping memory, QueueLayout layout, int mine, String path) {
    this.memory = memory;
    this.layout = layout;
    this.mine = mine;
    this.path = path;
  }

  // ---- producers

  /// Appends a message.
  ///
  /// @return its position, or [#NO_ROOM]
  long offer(byte[] message) throws BadFormatException {
    long position = reserve();
    if (position < 0) return position;
    long cell = layout.cellAt(position);
    memory.setInt(cell + QueueLayout.LENGTH, message.length);
    memory.setInt(cell + QueueLayout.ATTEMPT, 0);
    memory.put(cell + QueueLayout.MESSAGE, message, 0, message.length);
    memory.setLongRelease(cell, Cell.word(layout.lap(position), Cell.FULL));
    return position;
  }

  private long reserve() throws BadFormatException {
    while (true) {
      long tail = memory.getLongVolatile(layout.tail());
      long cell = layout.cellAt(tail);
      long word = memory.getLongVolatile(cell);
      long lap = layout.lap(tail);
      long laps = Cell.lap(word) - lap;
      if (laps == 0 && Cell.state(word) == Cell.FREE) {
        if (memory.compareAndSetLong(cell, word, Cell.word(lap, Cell.WRITING, mine))) {
          memory.compareAndSetLong(layout.tail(), tail, tail + 1);
          return tail;
        }
      } else if (laps == 0 || laps > 0 && isBehind(layout.tail(), tail, laps)) {
        memory.compareAndSetLong(layout.tail(), tail, tail + 1);
      } else if (laps == -1 && Cell.state(word) != Cell.FREE) {
        return NO_ROOM;
      } else if (memory.getLongVolatile(layout.tail()) == tail) {
        throw damaged(tail, word);
      }
    }
  }

  /// Whether `hint`, which was `value`, lags so far that the cell there is `laps` laps ahead: one
  /// at most, unless the hint has moved on meanwhile.
  private boolean isBehind(long hint, long value, long laps) {
    return laps == 1 || memory.getLongVolatile(hint) != value;
  }

  private BadFormatException damaged(long position, long word) {
    return RegionLayout.damaged(
        path,
        "the cell of position "
            + position
            + " holds "
            + Long.toHexString(word)
            + ", which is too"
            + " far from it");
  }

  // ---- consumers

  /// Takes what was given back, or else the oldest message.
  ///
  /// @return its position; [#EMPTY]; or, below that, [#writer] says who is writing the next one
  long take() throws BadFormatException {
    long returned = memory.getLongVolatile(layout.returned());
    if (returned != returnedSeen) {
      long position = takeReturned();
      if (position >= 0) return position;
      returnedSeen = returned;
    }
    return takeNext();
  }

  private long takeReturned() {
    for (int i = 0; i < layout.messages(); i++) {
      long cell = layout.cell(i);
      long word = memory.getLongVolatile(cell);
      if (Cell.state(word) != Cell.RETURNED) continue;
      long lap = Cell.lap(word);
      if (memory.compareAndSetLong(cell, word, Cell.word(lap, Cell.TAKEN, mine))) {
        return layout.position(lap, i);
      }
    }
    return EMPTY;
  }

  private long takeNext() throws BadFormatException {
    while (true) {
      long head = memory.getLongVolatile(layout.head());
      long cell = layout.cellAt(head);
      long word = memory.getLongVolatile(cell);
      long lap = layout.lap(head);
      long laps = Cell.lap(word) - lap;
      if (laps == 0) {
        switch (Cell.state(word)) {
          case Cell.FULL -> {
            if (memory.compareAndSetLong(cell, word, Cell.word(lap, Cell.TAKEN, mine))) {
              memory.compareAndSetLong(layout.head(), head, head + 1);
              return head;
            }
          }
          case Cell.FREE -> {
            return EMPTY;
          }
          case Cell.WRITING -> {
            return FIRST_WRITER - Cell.owner(word);
          }
          default -> memory.compareAndSetLong(layout.head(), head, head + 1);
        }
      } else if (laps > 0 && isBehind(layout.head(), head, laps)) {
        memory.compareAndSetLong(layout.head(), head, head + 1);
      } else if (laps == -1 && Cell.state(word) != Cell.FREE) {
        return EMPTY;
      } else if (memory.getLongVolatile(layout.head()) == head) {
        throw damaged(head, word);
      }
    }
  }

  /// For a result of [#take] below [#EMPTY]: the slot of who is writing the message that is next.
  static int writer(long result) {
    return (int) (FIRST_WRITER - result);
  }

  /// Whether there is something to take, as far as one glance tells.
  boolean mayHaveMessage() {
    if (memory.getLongVolatile(layout.returned()) != returnedSeen) return true;
    long head = memory.getLongVolatile(layout.head());
    long word = memory.getLongVolatile(layout.cellAt(head));
    long laps = Cell.lap(word) - layout.lap(head);
    return laps > 0 || laps == 0 && Cell.state(word) != Cell.FREE;
  }

  /// Whether there is room, as far as one glance tells.
  boolean mayHaveRoom() {
    long tail = memory.getLongVolatile(layout.tail());
    long word = memory.getLongVolatile(layout.cellAt(tail));
    return Cell.lap(word) >= layout.lap(tail);
  }

  // ---- what was taken

  /// Counts this delivery.
  ///
  /// @return which one it is, from 1
  int countAttempt(long position) {
    long at = layout.cellAt(position) + QueueLayout.ATTEMPT;
    int attempt = memory.getInt(at) + 1;
    memory.setInt(at, attempt);
    return attempt;
  }

  /// Whether what this handle has taken was never finished, so that there is nothing to deliver.
  boolean isVoid(long position) {
    return length(position) == QueueLayout.VOID;
  }

  private int length(long position) {
    return memory.getInt(layout.cellAt(position) + QueueLayout.LENGTH);
  }

  /// The message at a position that this handle has taken.
  ///
  /// @throws BadFormatException if what is there can be none
  byte[] read(long position) throws BadFormatException {
    int length = length(position);
    if (length < 0 || length > layout.messageBytes()) {
      throw new BadFormatException(
          path
              + ": the message at position "
              + position
              + " says that it has "
              + length
              + " bytes of at most "
              + layout.messageBytes()
              + "; it is dropped. Somebody wrote to the memory who does not follow its layout");
    }
    byte[] message = new byte[length];
    memory.get(layout.cellAt(position) + QueueLayout.MESSAGE, message, 0, length);
    return message;
  }

  /// Frees the place.
  ///
  /// @return false if this handle does not have the message any more
  boolean acknowledge(long position) {
    long lap = layout.lap(position);
    return memory.compareAndSetLong(
        layout.cellAt(position), Cell.word(lap, Cell.TAKEN, mine), Cell.word(lap + 1, Cell.FREE));
  }

  /// Lets others take the message.
  ///
  /// @return false if this handle does not have the message any more
  boolean giveBack(long position) {
    long lap = layout.lap(position);
    boolean given =
        memory.compareAndSetLong(
            layout.cellAt(position),
            Cell.word(lap, Cell.TAKEN, mine),
            Cell.word(lap, Cell.RETURNED));
    if (given) memory.getAndAddLong(layout.returned(), 1);
    return given;
  }

  /// How many messages are waiting or in somebody's hands, about.
  int size() {
    long head = memory.getLongVolatile(layout.head());
    long tail = memory.getLongVolatile(layout.tail());
    return Math.clamp(tail - head, 0, layout.messages());
  }

  // ---- the dead

  /// Gives back what `slot` had, whose owner is dead: what it was writing becomes void, what it had
  /// taken is there again. May be called again after it was left in the middle.
  static void inherit(Mapping memory, QueueLayout layout, int slot) {
    for (int i = 0; i < layout.messages(); i++) {
      long cell = layout.cell(i);
      long word = memory.getLongVolatile(cell);
      if (Cell.owner(word) != slot) continue;
      boolean unfinished = Cell.state(word) == Cell.WRITING;
      if (unfinished) memory.setInt(cell + QueueLayout.LENGTH, QueueLayout.VOID);
      int state = unfinished ? Cell.FULL : Cell.RETURNED;
      memory.compareAndSetLong(cell, word, Cell.word(Cell.lap(word), state));
    }
    // Last: who sees the number finds the messages. Who died before had not counted.
    memory.getAndAddLong(layout.returned(), 1);
  }
}
