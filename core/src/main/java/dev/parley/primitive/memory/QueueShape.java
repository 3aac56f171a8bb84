package dev.parley.primitive.memory;

/// The sizes of a [SharedQueue].
///
/// @param messages how many it holds at most, a power of two
/// @param messageBytes how long each may be
/// @param slots how many handles may be open at a time, in all processes together
public record QueueShape(int messages, int messageBytes, int slots) {
  private static final int SLOTS = 128;
  private static final int MOST_MESSAGES = 1 << 24;
  private static final int MOST_MESSAGE_BYTES = 1 << 30;

  /// @throws IllegalArgumentException if a number is out of range
  public QueueShape {
    if (messages < 2 || messages > MOST_MESSAGES || Integer.bitCount(messages) != 1) {
      throw new IllegalArgumentException(
          "messages must be a power of two from 2 to " + MOST_MESSAGES + ", not " + messages);
    }
    if (messageBytes < 0 || messageBytes > MOST_MESSAGE_BYTES) {
      throw new IllegalArgumentException(
          "message bytes must be from 0 to " + MOST_MESSAGE_BYTES + ", not " + messageBytes);
    }
    RegionLayout.check(slots, 0, 0);
  }

  /// With 128 slots.
  public static QueueShape of(int messages, int messageBytes) {
    return new QueueShape(messages, messageBytes, SLOTS);
  }

  public QueueShape withSlots(int number) {
    return new QueueShape(messages, messageBytes, number);
  }
}
