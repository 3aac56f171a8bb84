package dev.parley.primitive.fifo;

/// What a message is, in a FIFO's bytes.
public enum FifoFormat {
  /// One frame or more, with checksums: whole at any size, whoever else writes.
  FRAMES,

  /// A line, without its newline: what `echo` writes and `cat` shows. Lines of up to 4,096 bytes,
  /// newline included, are whole.
  LINES,

  /// What one write, or one read, moves. Up to 4,096 bytes stay together when they are written; a
  /// read may bring several writes, or a part of one.
  BYTES
}
