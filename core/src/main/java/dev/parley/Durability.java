package dev.parley;

/// What a send survives once it has returned.
public enum Durability {
  /// The death of any process; not a power cut.
  NONE,
  /// A power cut. One directory sync serves all sends that arrived meanwhile; each waits for it.
  GROUP,
  /// A power cut, with syncs of its own.
  MESSAGE
}
