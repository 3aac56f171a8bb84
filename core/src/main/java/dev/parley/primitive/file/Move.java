package dev.parley.primitive.file;

/// What became of a rename that does not replace.
public enum Move {
  /// Done.
  MOVED,
  /// The file, or one of the two directories, is gone (ENOENT). [Dir#isGone] and [Dir#has] tell
  /// which.
  MISSING,
  /// The new name is taken (EEXIST).
  TAKEN
}
