package dev.parley.primitive.filequeue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// The bytes of a queue's file. Numbers are little-endian. A position counts from the first byte
/// that the queue ever had; `base` is that of the first record in this file.
///
/// ```text
///   header                       record
///   0  magic  "PARLEYQ1"         0  magic   u32, the kind of record
///   8  id     u64                4  length  u32, of the content
///  16  base   u64                8  head    u64, of the first message not consumed
///  24  (zeros)                  16  count   u64, of messages not consumed
///  60  crc    u32, of 0 to 59   24  bytes   u64, of their contents
///  64  records                  32  crc     u32, of id, position, and 0 to 31
///                               36  content
///                                +  crc     u32, of id, position, and the content
///                                +4 length  u32, again
///                                +8 magic   u32, again
/// ```
///
/// The state in a record holds once the record is there. That the checksums cover the position and
/// the queue's id means that nothing inside a message can be taken for a record.
final class Layout {
  static final int HEADER_BYTES = 64;
  static final int HEAD_BYTES = 36;
  static final int TAIL_BYTES = 12;
  static final int FRAME_BYTES = HEAD_BYTES + TAIL_BYTES;

  private static final int HEADER_CRC = HEADER_BYTES - 4;
  private static final int HEAD_CRC = HEAD_BYTES - 4;
  private static final long HEADER_MAGIC = littleEndian("PARLEYQ1");

  private Layout() {}

  /// What a record is.
  enum Kind {
    /// A message.
    MESSAGE("PQms"),
    /// A message with more behind it that count only together; its state is as if it were not
    /// there.
    PART("PQpt"),
    /// Messages were consumed.
    CONSUMPTION("PQcs");

    private final int magic;

    Kind(String magic) {
      this.magic = (int) littleEndian(magic);
    }

    boolean isMessage() {
      return this != CONSUMPTION;
    }

    static @Nullable Kind of(int magic) {
      for (Kind kind : values()) if (kind.magic == magic) return kind;
      return null;
    }
  }

  /// What the queue holds: where the first message is that is not consumed, how many there are, and
  /// the bytes of their contents.
  record State(long head, long count, long bytes) {}

  /// What identifies a file and places its records.
  record Header(long id, long base) {
    byte[] toBytes() {
      byte[] bytes = new byte[HEADER_BYTES];
      ByteBuffer header = wrap(bytes).putLong(HEADER_MAGIC).putLong(id).putLong(base);
      CRC32 crc = new CRC32();
      crc.update(bytes, 0, HEADER_CRC);
      header.putInt(HEADER_CRC, (int) crc.getValue());
      return bytes;
    }

    /// Null if it is none, or damaged.
    static @Nullable Header of(byte[] bytes) {
      ByteBuffer header = wrap(bytes);
      if (header.getLong(0) != HEADER_MAGIC) return null;
      CRC32 crc = new CRC32();
      crc.update(bytes, 0, HEADER_CRC);
      if (header.getInt(HEADER_CRC) != (int) crc.getValue()) return null;
      return new Header(header.getLong(8), header.getLong(16));
    }

    /// The checksum of bytes that belong to the record at `position`.
    int crc(long position, byte[] bytes, int offset, int length) {
      CRC32 crc = new CRC32();
      byte[] seed = new byte[16];
      wrap(seed).putLong(id).putLong(position);
      crc.update(seed);
      crc.update(bytes, offset, length);
      return (int) crc.getValue();
    }
  }

  /// A record without its content.
  record Head(long position, Kind kind, int length, State state) {
    long end() {
      return position + FRAME_BYTES + length;
    }

    /// What stands before the content.
    byte[] toBytes(Header header) {
      byte[] bytes = new byte[HEAD_BYTES];
      ByteBuffer head = wrap(bytes).putInt(kind.magic).putInt(length);
      head.putLong(state.head).putLong(state.count).putLong(state.bytes);
      head.putInt(header.crc(position, bytes, 0, HEAD_CRC));
      return bytes;
    }

    /// What stands behind it.
    byte[] tail(Header header, byte[] content) {
      byte[] tail = new byte[TAIL_BYTES];
      int crc = header.crc(position, content, 0, content.length);
      wrap(tail).putInt(crc).putInt(length).putInt(kind.magic);
      return tail;
    }

    /// The head that begins at `offset` of bytes that are at `position`; null if there is none.
    static @Nullable Head of(Header header, long position, byte[] bytes, int offset) {
      ByteBuffer head = wrap(bytes);
      Kind kind = Kind.of(head.getInt(offset));
      int length = head.getInt(offset + 4);
      if (kind == null || length < 0) return null;
      if (head.getInt(offset + HEAD_CRC) != header.crc(position, bytes, offset, HEAD_CRC)) {
        return null;
      }
      State state =
          new State(head.getLong(offset + 8), head.getLong(offset + 16), head.getLong(offset + 24));
      return new Head(position, kind, length, state);
    }

    /// Whether this stands behind its content.
    boolean hasTail(byte[] tail) {
      return wrap(tail).getInt(4) == length && wrap(tail).getInt(8) == kind.magic;
    }

    /// Whether this is its content, and what stands behind it.
    boolean has(Header header, byte[] content, byte[] tail) {
      int crc = header.crc(position, content, 0, content.length);
      return hasTail(tail) && wrap(tail).getInt(0) == crc;
    }
  }

  /// How long the content before a tail is; -1 if it is no tail.
  static int lengthBefore(byte[] tail) {
    return Kind.of(wrap(tail).getInt(8)) == null ? -1 : wrap(tail).getInt(4);
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// The number whose little-endian bytes are these letters.
  private static long littleEndian(String letters) {
    long number = 0;
    for (int i = letters.length() - 1; i >= 0; i--) number = number << 8 | letters.charAt(i);
    return number;
  }
}
