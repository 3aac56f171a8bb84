package dev.parley.primitive.log;

import static java.nio.charset.StandardCharsets.UTF_8;

/// What stands in a log at one position.
public sealed interface LogRecord {
  /// Where it begins, in bytes from the start of the file.
  long position();

  /// What somebody appended.
  @SuppressWarnings("ArrayRecordComponent") // compared by position, if at all
  record Entry(long position, byte[] bytes) implements LogRecord {
    public String text() {
      return new String(bytes, UTF_8);
    }
  }

  /// Bytes that are no entry, and were passed over.
  ///
  /// @param length how many
  record Skipped(long position, long length, Reason reason) implements LogRecord {}

  /// Why bytes are no entry.
  enum Reason {
    /// Its writer died in the middle, or the disk was full.
    TORN,
    /// Not as it was written.
    DAMAGED,
    /// A line of somebody who does not know the format.
    FOREIGN,
    /// More than the reader takes.
    TOO_LARGE
  }
}
