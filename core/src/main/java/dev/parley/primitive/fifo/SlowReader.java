package dev.parley.primitive.fifo;

/// What a broadcaster does with a reader that has no room left.
public enum SlowReader {
  /// Everybody waits for it: no message is lost, and in the end the writers find the pipe full.
  /// With no reader at all, messages wait in the source.
  WAIT,

  /// It misses messages until it has room again, and is told how many ([Received.Reason#MISSED]).
  DROP,

  /// It is thrown out ([Received.Nothing#CUT_OFF]).
  DISCONNECT
}
