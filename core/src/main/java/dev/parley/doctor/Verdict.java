package dev.parley.doctor;

/// What an examination says of a guarantee.
public enum Verdict {
  /// It was tried in every way that is known here, and held.
  HOLDS,
  /// It was seen broken, or the filesystem says that it has no such thing.
  BROKEN,
  /// It could not be tried; the evidence says why.
  UNKNOWN
}
