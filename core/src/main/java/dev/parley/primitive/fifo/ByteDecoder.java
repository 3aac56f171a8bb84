package dev.parley.primitive.fifo;

import org.jspecify.annotations.Nullable;

/// Bytes as they come.
final class ByteDecoder implements Decoder {
  private final Buffer buffer = new Buffer();
  private final int mostBytes;

  ByteDecoder(FifoOptions options) {
    mostBytes = options.maxMessageBytes();
  }

  @Override
  public @Nullable Received next() {
    return buffer.size() == 0 ? null : new Received.Message(buffer.take(buffer.size()));
  }

  @Override
  public int wanted() {
    return mostBytes;
  }

  @Override
  public void add(byte[] bytes, int length) {
    buffer.add(bytes, length);
  }
}
