package dev.parley.primitive.socket;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What two [ReliableDatagram]s say to each other:
///
/// ```text
///   0  magic     u32  "PRD1"                  all most significant byte first
///   4  type      u8, from 1 as below, and 3 zeros
///   8  from      u64  the sender's incarnation
///  16  to        u64  the receiver's, as the sender knows it; 0 in a HELLO
///  24  sequence  u64  of a DATA, from 1, in the order they were sent; of a HELLO, that of the
///                     latest before it
///  32  ticket    u64  random; comes back with the answer
///  40  bytes          of a DATA
/// ```
///
/// A HELLO is answered by WELCOME, a DATA by ACK once the program has received it, or by RESET if
/// it was meant for another incarnation, or no HELLO came before.
record Packet(Type type, long from, long to, long sequence, long ticket, byte[] bytes) {
  static final int HEADER_BYTES = 40;
  private static final int MAGIC = 0x50524431;
  private static final byte[] NOTHING = {};

  enum Type {
    HELLO(1),
    WELCOME(2),
    DATA(3),
    ACK(4),
    RESET(5);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    private static @Nullable Type of(int code) {
      for (Type type : values()) if (type.code == code) return type;
      return null;
    }
  }

  static Packet hello(long from, long latest, long ticket) {
    return new Packet(Type.HELLO, from, 0, latest, ticket, NOTHING);
  }

  /// The answer of `incarnation` to this.
  Packet answer(Type answer, long incarnation) {
    return new Packet(answer, incarnation, from, sequence, ticket, NOTHING);
  }

  byte[] encode() {
    return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
        .putInt(MAGIC)
        .putInt(type.code << 24)
        .putLong(from)
        .putLong(to)
        .putLong(sequence)
        .putLong(ticket)
        .put(bytes)
        .array();
  }

  /// Null if it is no packet.
  static @Nullable Packet decode(byte[] datagram) {
    if (datagram.length < HEADER_BYTES) return null;
    ByteBuffer buffer = ByteBuffer.wrap(datagram);
    if (buffer.getInt() != MAGIC) return null;
    int word = buffer.getInt();
    Type type = Type.of(word >>> 24);
    if (type == null || (word & 0xFFFFFF) != 0) return null;
    return new Packet(
        type,
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        buffer.getLong(),
        Arrays.copyOfRange(datagram, HEADER_BYTES, datagram.length));
  }
}
