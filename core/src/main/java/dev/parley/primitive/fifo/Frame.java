package dev.parley.primitive.fifo;

import dev.parley.sys.PipeCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/// The head of a frame: the part of a message that goes into a pipe with one write. Little-endian.
///
/// ```text
///   0  magic     u32   9A 50 46 01
///   4  length    u16   payload bytes in this frame
///   6  flags     u16   0; 1 is a broadcaster's notice
///   8  total     u32   payload bytes of the whole message
///  12  offset    u32   where in the message these bytes belong
///  16  writer    u64   random; the byte of the FIFO that the writer holds a lock on
///  24  message   u32   counts this writer's messages
///  28  checksum  u32   CRC-32C of the payload
///  32  head      u32   CRC-32C of bytes 0 to 31
///  36  payload
/// ```
///
/// The head has a checksum of its own, so that what it says of the length is believed only if it is
/// one.
///
/// @param writer below 2^62
record Frame(
    int length, boolean notice, int total, int offset, long writer, int message, int checksum) {
  static final int MAGIC = 0x0146509A;
  static final int LENGTH = 4;
  static final int FLAGS = LENGTH + 2;
  static final int TOTAL = FLAGS + 2;
  static final int OFFSET = TOTAL + 4;
  static final int WRITER = OFFSET + 4;
  static final int MESSAGE = WRITER + 8;
  static final int CHECKSUM = MESSAGE + 4;
  static final int HEAD = CHECKSUM + 4;
  static final int HEAD_BYTES = HEAD + 4;
  static final int MOST_PAYLOAD_BYTES = PipeCalls.ATOMIC_BYTES - HEAD_BYTES;

  private static final int NOTICE = 1;

  /// The bytes of a frame that has `payload[offset, offset + length)` of a message.
  static byte[] encode(
      boolean notice, byte[] payload, int offset, int length, long writer, int message) {
    byte[] bytes = new byte[HEAD_BYTES + length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(0, MAGIC);
    buffer.putShort(LENGTH, (short) length);
    buffer.putShort(FLAGS, (short) (notice ? NOTICE : 0));
    buffer.putInt(TOTAL, payload.length);
    buffer.putInt(OFFSET, offset);
    buffer.putLong(WRITER, writer);
    buffer.putInt(MESSAGE, message);
    buffer.putInt(CHECKSUM, crc(payload, offset, length));
    buffer.putInt(HEAD, crc(bytes, 0, HEAD));
    System.arraycopy(payload, offset, bytes, HEAD_BYTES, length);
    return bytes;
  }

  /// How many of the bytes from `at` on, up to 4, are the magic's.
  static int magicBytes(byte[] bytes, int at, int available) {
    int count = 0;
    while (count < 4 && count < available && bytes[at + count] == (byte) (MAGIC >>> 8 * count)) {
      count++;
    }
    return count;
  }

  /// The head at `at`, of which [#HEAD_BYTES] are there.
  ///
  /// @return null if it is none
  static @org.jspecify.annotations.Nullable Frame parse(byte[] bytes, int at) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (buffer.getInt(at) != MAGIC || buffer.getInt(at + HEAD) != crc(bytes, at, HEAD)) return null;
    int length = Short.toUnsignedInt(buffer.getShort(at + LENGTH));
    int flags = Short.toUnsignedInt(buffer.getShort(at + FLAGS));
    int total = buffer.getInt(at + TOTAL);
    int offset = buffer.getInt(at + OFFSET);
    long writer = buffer.getLong(at + WRITER);
    boolean sane =
        length <= MOST_PAYLOAD_BYTES
            && flags <= NOTICE
            && total >= 0
            && offset >= 0
            && length <= total - offset
            && (length > 0 || total == 0)
            && writer >>> 62 == 0;
    if (!sane) return null;
    return new Frame(
        length,
        flags == NOTICE,
        total,
        offset,
        writer,
        buffer.getInt(at + MESSAGE),
        buffer.getInt(at + CHECKSUM));
  }

  /// Whether this is the payload that belongs to it.
  boolean fits(byte[] bytes, int at) {
    return crc(bytes, at, length) == checksum;
  }

  int frameBytes() {
    return HEAD_BYTES + length;
  }

  boolean isWhole() {
    return length == total;
  }

  boolean isLast() {
    return offset + length == total;
  }

  private static int crc(byte[] bytes, int at, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, at, length);
    return (int) crc.getValue();
  }
}
