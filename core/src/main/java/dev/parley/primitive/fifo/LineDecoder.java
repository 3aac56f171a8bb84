package dev.parley.primitive.fifo;

import org.jspecify.annotations.Nullable;

/// Lines: what comes before a newline, or, last of all, before the end.
final class LineDecoder implements Decoder {
  private final Buffer buffer = new Buffer();
  private final int mostBytes;
  private final int readAheadBytes;

  /// How many bytes are known to have no newline.
  private int searched;

  /// How many bytes of a line that is too long are gone already; -1 if there is none.
  private long skipped = -1;

  LineDecoder(FifoOptions options) {
    mostBytes = options.maxMessageBytes();
    readAheadBytes = options.readAheadBytes();
  }

  @Override
  public @Nullable Received next() {
    while (searched < buffer.size()) {
      if (buffer.bytes()[buffer.start() + searched] == '\n') return line(searched, 1);
      searched++;
    }
    if (skipped < 0 && searched > mostBytes) skipped = 0;
    if (skipped >= 0) {
      skipped += searched;
      buffer.drop(searched);
      searched = 0;
    }
    return null;
  }

  private Received line(int length, int newline) {
    searched = 0;
    if (skipped < 0 && length <= mostBytes) {
      byte[] line = buffer.take(length);
      buffer.drop(newline);
      return new Received.Message(line);
    }
    long all = Math.max(skipped, 0) + length;
    skipped = -1;
    buffer.drop(length + newline);
    return new Received.Skipped(Received.Reason.TOO_LARGE, 1, all);
  }

  @Override
  public int wanted() {
    return Math.max(1, readAheadBytes);
  }

  @Override
  public void add(byte[] bytes, int length) {
    buffer.add(bytes, length);
  }

  @Override
  public @Nullable Received atEnd() {
    return buffer.size() > 0 || skipped >= 0 ? line(buffer.size(), 0) : null;
  }
}
