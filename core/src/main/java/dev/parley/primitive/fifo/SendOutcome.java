package dev.parley.primitive.fifo;

/// What became of a message that was to be sent.
public enum SendOutcome {
  /// The pipe has all of it.
  WRITTEN,

  /// The pipe is full, or has less room than the message needs.
  FULL,

  /// Nobody has the FIFO open for reading, nor had since this writer was opened (ENXIO).
  NO_READER_YET,

  /// The reader has closed it or died (EPIPE). What is in the pipe waits for the next reader as
  /// long as this writer, or anybody, has it open.
  READER_GONE
}
