package dev.parley.primitive.filequeue;

import dev.parley.ParleyException;

/// A stretch of a queue's file is not as it was written. What was left of it is set aside, and the
/// messages behind it come next; this is told once.
public final class DamagedQueueException extends ParleyException {
  private static final long serialVersionUID = 1;

  private final long position;
  private final long length;

  DamagedQueueException(String path, long position, long length, String aside) {
    super(
        path
            + " is damaged: "
            + length
            + " bytes at position "
            + position
            + " are no message; they are in "
            + aside
            + ", and the queue goes on behind them");
    this.position = position;
    this.length = length;
  }

  /// Where the stretch began.
  public long position() {
    return position;
  }

  /// How many bytes it had.
  public long length() {
    return length;
  }
}
