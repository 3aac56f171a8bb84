package dev.parley.primitive.fifo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a broadcaster tells one of its readers: the payload of a frame with the flag.
/// Little-endian.
///
/// ```text
///   0  missed   u64   how many messages the reader was not sent
///   8  reported u32   1: the messages below were never finished by their writers, which is news
///  12  (zero)   u32
///  16  writer   u64  } of each message of which the reader has some frames,
///  24  message  u32  } and will get no more
/// ```
record Notice(long missed, boolean reported, List<MessageKey> messages) {
  /// What fits into one frame, and more.
  static final int MOST_MESSAGES = 300;

  private static final int REPORTED = 8;
  private static final int MESSAGES = 16;
  private static final int MESSAGE_BYTES = 12;

  byte[] encode() {
    ByteBuffer buffer =
        ByteBuffer.allocate(MESSAGES + messages.size() * MESSAGE_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(missed).putInt(reported ? 1 : 0).putInt(0);
    for (MessageKey key : messages) buffer.putLong(key.writer()).putInt(key.message());
    return buffer.array();
  }

  /// @return null if it is none
  static @Nullable Notice decode(byte[] bytes, int at, int length) {
    if (length < MESSAGES || (length - MESSAGES) % MESSAGE_BYTES != 0) return null;
    ByteBuffer buffer = ByteBuffer.wrap(bytes, at, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    List<MessageKey> messages = new ArrayList<>();
    for (int i = MESSAGES; i < length; i += MESSAGE_BYTES) {
      messages.add(new MessageKey(buffer.getLong(i), buffer.getInt(i + 8)));
    }
    return new Notice(buffer.getLong(0), buffer.getInt(REPORTED) == 1, messages);
  }
}
