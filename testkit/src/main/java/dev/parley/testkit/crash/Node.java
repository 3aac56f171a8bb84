package dev.parley.testkit.crash;

/// A file of the recorded directory, whatever its names.
final class Node {
  enum Kind {
    DIRECTORY,
    FILE,
    FIFO,
    SYMLINK
  }

  final Kind kind;

  /// The inode number the real file had.
  final long inode;

  /// What was in it when the recording began; a symlink's target.
  final byte[] original;

  int permissions;

  Node(Kind kind, long inode, int permissions, byte[] original) {
    this.kind = kind;
    this.inode = inode;
    this.permissions = permissions;
    this.original = original;
  }

  boolean isDirectory() {
    return kind == Kind.DIRECTORY;
  }
}
