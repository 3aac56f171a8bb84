package dev.parley.primitive.socket;

/// What came of waiting for a message.
public sealed interface Reception permits Received, Reception.End, Reception.TimeIsUp {
  /// The peer has closed its end, or writes no more; nothing was cut off.
  record End() implements Reception {}

  /// Nothing is complete yet. Nothing is lost: the next call goes on.
  record TimeIsUp() implements Reception {}
}
