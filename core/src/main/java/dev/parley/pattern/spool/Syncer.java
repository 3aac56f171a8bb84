package dev.parley.pattern.spool;

import dev.parley.Durability;
import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.List;

/// Makes what one handle put into buckets survive a power cut: the bucket first, then, once, every
/// folder above it, for whoever made those may not have synced them.
public final class Syncer {
  private final List<Dir> ancestors;
  private volatile boolean ancestorsSynced;

  /// @param ancestors the directories above the folders that hold buckets, nearest first
  public Syncer(List<Dir> ancestors) {
    this.ancestors = ancestors;
  }

  /// @throws OutcomeUnknownException if a sync failed
  public void sync(Bucket bucket, Durability durability) throws IOException {
    if (durability == Durability.NONE) return;
    if (durability == Durability.GROUP) {
      bucket.sync().sync();
    } else {
      syncOne(bucket.dir());
    }
    if (!bucket.ancestorsSynced()) {
      syncOne(bucket.parent());
      if (!ancestors.isEmpty()) syncOne(ancestors.getFirst()); // the parent may be new there
      syncAncestors();
      bucket.setAncestorsSynced();
    }
  }

  void syncAncestors() throws IOException {
    if (ancestorsSynced) return;
    for (Dir ancestor : ancestors) syncOne(ancestor);
    ancestorsSynced = true;
  }

  static void syncOne(Dir dir) throws IOException {
    try {
      dir.sync();
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          "the sync of "
              + dir.path()
              + " failed ("
              + e.getMessage()
              + "): what was just sent is visible, and may not survive a power cut",
          e);
    }
  }
}
