package dev.parley.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/// The bytes of one benchmark message, which say who sent them and prove that they arrived whole.
///
///     0   8 sequence   number of the message, from 0 for each producer
///     8   8 due        when it was due to be sent, nanoseconds of CLOCK_MONOTONIC; 0 if no matter when
///     16  4 producer
///     20    filler
///     end-4 checksum   CRC-32 of everything before
///
/// All big-endian. The sum of the checksums of what was sent equals that of what was received exactly if
/// nothing was lost, repeated or changed (with all but one chance in 2^32). Not thread-safe.
final class Payload {
  static final int MINIMUM_BYTES = 24;

  private final byte[] bytes;
  private final ByteBuffer view;
  private final CRC32 crc = new CRC32();

  private Payload(byte[] bytes) {
    this.bytes = bytes;
    this.view = ByteBuffer.wrap(bytes);
  }

  /// What producer `producer` fills in for each message.
  static Payload of(int producer, int sizeBytes) {
    Payload payload = new Payload(new byte[sizeBytes]);
    new SplittableRandom(producer).nextBytes(payload.bytes);
    payload.view.putInt(16, producer);
    return payload;
  }

  /// Makes this the message `sequence` and returns its checksum.
  long seal(long sequence, long dueNanos) {
    view.putLong(0, sequence);
    view.putLong(8, dueNanos);
    crc.reset();
    crc.update(bytes, 0, bytes.length - 4);
    view.putInt(bytes.length - 4, (int) crc.getValue());
    return crc.getValue();
  }

  /// The bytes as last sealed; a copy, for a queue may keep them.
  byte[] copy() {
    return bytes.clone();
  }

  static long sequence(byte[] message) {
    return ByteBuffer.wrap(message).getLong(0);
  }

  static long dueNanos(byte[] message) {
    return ByteBuffer.wrap(message).getLong(8);
  }

  static int producer(byte[] message) {
    return ByteBuffer.wrap(message).getInt(16);
  }

  /// The checksum of a message that was received.
  ///
  /// @throws BenchFailedException if the message is not what was sent
  static long verify(byte[] message, CRC32 crc) throws BenchFailedException {
    if (message.length < MINIMUM_BYTES) {
      throw new BenchFailedException(
          "a message of " + message.length + " bytes came, which nobody sent");
    }
    crc.reset();
    crc.update(message, 0, message.length - 4);
    if ((int) crc.getValue() != ByteBuffer.wrap(message).getInt(message.length - 4)) {
      throw new BenchFailedException("message " + sequence(message) + " came damaged");
    }
    return crc.getValue();
  }
}
