package dev.parley.primitive.memory;

import dev.parley.BadFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Where things are in the body of a queue, version 1 (the region's version covers it).
///
/// ```text
///     0  messages      u32   number of cells, a power of two
///     4  messageBytes  u32   the longest message
///   128  tail          u64   the position the next message gets, or a little less
///   256  head          u64   the position of the next message to be taken, or a little less
///   384  returned      u64   how often messages were given back
///   512  arrivals      u32   event: there is something to take
///   640  room          u32   event: there is room
///   768  cells               position p is in cell p modulo `messages`
/// ```
///
/// A cell, at a multiple of 64:
///
/// ```text
///     0  state    u64   63 .. 16  lap: position / messages
///                       15 .. 4   the owner's slot + 1, or 0
///                        3 .. 0   see Cell
///     8  length   u32   of the message, in bytes; -1: void, its producer died
///    12  attempt  u32   how often it was taken
///    16  message
/// ```
///
/// Zeroed memory is an empty queue. The first two numbers never change.
///
/// @param offset of the queue's body in the memory
record QueueLayout(long offset, int messages, int messageBytes) {
  static final int LENGTH = 8;
  static final int ATTEMPT = LENGTH + 4;
  static final int MESSAGE = ATTEMPT + 4;

  /// The length of a message that was never finished.
  static final int VOID = -1;

  private static final int MESSAGES_AT = 0;
  private static final int MESSAGE_BYTES_AT = MESSAGES_AT + 4;
  private static final int TAIL_AT = RegionLayout.LINE_BYTES;
  private static final int HEAD_AT = TAIL_AT + RegionLayout.LINE_BYTES;
  private static final int RETURNED_AT = HEAD_AT + RegionLayout.LINE_BYTES;
  private static final int ARRIVALS_AT = RETURNED_AT + RegionLayout.LINE_BYTES;
  private static final int ROOM_AT = ARRIVALS_AT + RegionLayout.LINE_BYTES;
  private static final int CELLS_AT = ROOM_AT + RegionLayout.LINE_BYTES;
  private static final int CACHE_LINE_BYTES = 64;

  /// What the body begins with.
  static final int SETTINGS_BYTES = MESSAGE_BYTES_AT + 4;

  /// The region of a queue.
  static RegionLayout region(QueueShape shape) {
    QueueLayout layout = new QueueLayout(0, shape.messages(), shape.messageBytes());
    long bytes = layout.cell(shape.messages());
    return new RegionLayout(RegionLayout.QUEUE, 0, shape.slots(), 0, bytes);
  }

  static byte[] settings(QueueShape shape) {
    ByteBuffer settings = ByteBuffer.allocate(SETTINGS_BYTES).order(ByteOrder.nativeOrder());
    settings.putInt(MESSAGES_AT, shape.messages());
    settings.putInt(MESSAGE_BYTES_AT, shape.messageBytes());
    return settings.array();
  }

  /// @param settings what the body begins with
  /// @throws BadFormatException if it cannot be a queue of that size
  static QueueLayout parse(byte[] settings, RegionLayout region, String path)
      throws BadFormatException {
    if (settings.length < SETTINGS_BYTES) {
      throw RegionLayout.damaged(path, "it is too short for a queue");
    }
    ByteBuffer numbers = ByteBuffer.wrap(settings).order(ByteOrder.nativeOrder());
    int messages = numbers.getInt(MESSAGES_AT);
    int messageBytes = numbers.getInt(MESSAGE_BYTES_AT);
    RegionLayout expected;
    try {
      expected = region(new QueueShape(messages, messageBytes, region.slots()));
    } catch (IllegalArgumentException e) {
      throw RegionLayout.damaged(path, String.valueOf(e.getMessage()));
    }
    if (!expected.equals(region)) {
      throw RegionLayout.damaged(path, "its size does not fit its messages");
    }
    return new QueueLayout(region.body(), messages, messageBytes);
  }

  // ---- offsets

  long tail() {
    return offset + TAIL_AT;
  }

  long head() {
    return offset + HEAD_AT;
  }

  long returned() {
    return offset + RETURNED_AT;
  }

  long arrivals() {
    return offset + ARRIVALS_AT;
  }

  long room() {
    return offset + ROOM_AT;
  }

  /// The cell of a position.
  long cellAt(long position) {
    return cell((int) (position & (messages - 1)));
  }

  long cell(int index) {
    return offset + CELLS_AT + index * cellBytes();
  }

  private long cellBytes() {
    return (MESSAGE + (long) messageBytes + CACHE_LINE_BYTES - 1) & -CACHE_LINE_BYTES;
  }

  // ---- positions

  /// How many times round `position` is.
  long lap(long position) {
    return position >>> Integer.numberOfTrailingZeros(messages);
  }

  long position(long lap, int index) {
    return lap << Integer.numberOfTrailingZeros(messages) | index;
  }
}
