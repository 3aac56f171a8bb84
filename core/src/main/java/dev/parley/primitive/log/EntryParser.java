package dev.parley.primitive.log;

import dev.parley.primitive.log.LogRecord.Entry;
import dev.parley.primitive.log.LogRecord.Reason;
import dev.parley.primitive.log.LogRecord.Skipped;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Makes records of pieces: what lies between two ends of entries, see [EntryWriter].
final class EntryParser {
  private static final int MOST_LENGTH_DIGITS = 10;
  private static final int CRC_DIGITS = 8;

  private final int mostBytes;
  private byte[] bytes = {};
  private int at;
  private int end;

  EntryParser(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  /// The record that a piece is, or null if it only ends a torn one, or begins the log.
  ///
  /// @param position where it begins in the file
  @Nullable LogRecord parse(long position, byte[] piece, int from, int to) {
    if (piece[from] != EntryWriter.RS) {
      return new Skipped(
          position, to - from, hasNul(piece, from, to) ? Reason.DAMAGED : Reason.FOREIGN);
    }
    if (piece[to - 1] != EntryWriter.LF) return new Skipped(position, to - from, Reason.TORN);
    if (to - from == 2) return null;
    if (piece[from + 1] == LogId.MARK && position == 0 && to - from == LogId.LINE_BYTES) {
      return LogId.in(Arrays.copyOfRange(piece, from, to)).isEmpty()
          ? new Skipped(position, to - from, Reason.DAMAGED)
          : null;
    }
    bytes = piece;
    at = from + 1;
    end = to - 1;
    long length = number(10, MOST_LENGTH_DIGITS);
    long checksum = number(16, CRC_DIGITS);
    if (length > mostBytes) return new Skipped(position, to - from, Reason.TOO_LARGE);
    if (length >= 0 && checksum >= 0) {
      byte[] content = content((int) length);
      if (content != null && EntryWriter.checksum(content) == (int) checksum) {
        return new Entry(position, content);
      }
    }
    return new Skipped(position, to - from, Reason.DAMAGED);
  }

  private static boolean hasNul(byte[] piece, int from, int to) {
    for (int i = from; i < to; i++) if (piece[i] == 0) return true;
    return false;
  }

  /// A number and a space behind it; -1 if there is none.
  private long number(int radix, int mostDigits) {
    long number = -1;
    int last = Math.min(end, at + mostDigits);
    while (at < last && digit(bytes[at]) < radix) {
      number = Math.max(number, 0) * radix + digit(bytes[at++]);
    }
    if (at < end && bytes[at] == ' ') {
      at++;
      return number;
    }
    return -1;
  }

  /// As writers write them: in lower case.
  private static int digit(byte b) {
    if (b >= '0' && b <= '9') return b - '0';
    return b >= 'a' && b <= 'f' ? b - 'a' + 10 : Integer.MAX_VALUE;
  }

  /// The rest without its escapes; null if it is not so long, or escapes what needs none.
  private byte @Nullable [] content(int length) {
    if (end - at < length) return null;
    byte[] content = new byte[length];
    int filled = 0;
    while (at < end) {
      byte b = bytes[at++];
      if (b == EntryWriter.ESCAPE) {
        Byte meant = at < end ? EntryWriter.unescaped(bytes[at++]) : null;
        if (meant == null) return null;
        b = meant;
      }
      if (filled == length) return null;
      content[filled++] = b;
    }
    return filled == length ? content : null;
  }
}
