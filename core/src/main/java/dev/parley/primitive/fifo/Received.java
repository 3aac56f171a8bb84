package dev.parley.primitive.fifo;

import java.nio.charset.StandardCharsets;

/// What a reader got, or why it got nothing.
public sealed interface Received {
  /// A whole message.
  ///
  /// @param payload the caller's to keep
  record Message(byte[] payload) implements Received {
    /// The payload as UTF-8 text.
    public String text() {
      return new String(payload, StandardCharsets.UTF_8);
    }
  }

  /// Something that was no message, or is none any more; the next one comes after it.
  ///
  /// @param messages how many messages that were: 0 for [Reason#GARBAGE]
  /// @param bytes how many bytes; 0 for [Reason#MISSED]
  record Skipped(Reason reason, long messages, long bytes) implements Received {
    @Override
    public String toString() {
      return switch (reason) {
        case GARBAGE -> bytes + " bytes that are no frame";
        case UNFINISHED -> "a message that its writer never finished: " + bytes + " bytes came";
        case TOO_LARGE -> "a message that is too large: " + bytes + " bytes";
        case MISSED -> messages + " messages missed, for this reader was too slow";
      };
    }
  }

  /// Why something was skipped.
  enum Reason {
    /// Bytes that are no frame: somebody writes something else, or took a part of a frame away.
    GARBAGE,

    /// The writer died, gave up, or lost its reader in the middle; or its first part went to an
    /// earlier reader.
    UNFINISHED,

    /// Larger than [FifoOptions#maxMessageBytes], or more than [FifoOptions#maxPendingBytes] leaves
    /// room for.
    TOO_LARGE,

    /// The broadcaster left them out, for this reader had no room ([SlowReader#DROP]).
    MISSED
  }

  /// There is nothing to receive now.
  enum Nothing implements Received {
    /// Somebody has the FIFO open for writing, and there is no whole message in it.
    EMPTY,

    /// Nobody has it open for writing, and nobody had since this reader began, or was last told of
    /// [#WRITERS_GONE].
    NO_WRITER_YET,

    /// The last writer has closed it or died, and all it wrote has been received. Told once; then
    /// the reader waits for the next one.
    WRITERS_GONE,

    /// The broadcaster has thrown this reader out: it was too slow ([SlowReader#DISCONNECT]), or
    /// its FIFO was removed. It has received what was in its FIFO, and nothing more will come.
    CUT_OFF
  }
}
