package dev.parley.testkit.crash;

/// What a filesystem keeps of the directory operations that were not synced.
///
/// In both, an unsynced write may have landed, be missing or be torn; the sync of a file keeps its
/// bytes and its size but not its name; the sync of a directory keeps its entries but not the
/// directory's own name.
public enum FilesystemModel {
  /// Directory operations persist in order and whole: after a cut, the first so many of them
  /// happened. Ext4 with a journal, xfs, btrfs.
  JOURNALLED,
  /// Each entry of each directory persists by itself: any of the values it had since the
  /// directory's last sync, a rename's two halves independently. Ext4 without a journal, ext2.
  INDEPENDENT_HALVES
}
