package dev.parley.primitive.watch;

import dev.parley.sys.FileStatus;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A name that is known, and what was there when it was last looked at.
sealed class Entry {
  /// The directory it is in; null for a watched path itself, and once it is gone.
  @Nullable Folder parent;

  /// Its name in that; for a watched path the whole path.
  String name;

  /// Null if it was gone before it could be looked at.
  @Nullable FileStatus status;

  Entry(@Nullable Folder parent, String name, @Nullable FileStatus status) {
    this.parent = parent;
    this.name = name;
    this.status = status;
  }

  String path() {
    if (parent == null) return name;
    String above = parent.path();
    return above.endsWith("/") ? above + name : above + "/" + name;
  }

  boolean isSameFile(FileStatus other) {
    return status != null
        && status.inode() == other.inode()
        && status.device() == other.device()
        && status.kind().equals(other.kind());
  }

  /// Whether what a watch tells of is as it was: not the times and sizes of directories, which
  /// change with what is below, nor links, which others may make anywhere.
  boolean isAsBefore(FileStatus now) {
    FileStatus before = status;
    if (before == null || !isSameFile(now)) return false;
    if (before.mode() != now.mode() || before.uid() != now.uid() || before.gid() != now.gid()) {
      return false;
    }
    return now.isDirectory()
        || (before.sizeBytes() == now.sizeBytes() && before.modifiedNanos() == now.modifiedNanos());
  }

  /// A directory whose entries are known.
  static final class Folder extends Entry {
    final Map<String, Entry> children = new TreeMap<>();

    /// How many directories are above it, up to the watched path.
    final int depth;

    /// How the kernel tells of it; null if it does not.
    Watcher.@Nullable Registration registration;

    /// Whether its entries are not told, or only from time to time.
    boolean unseen;

    /// Whether it has left the tree.
    boolean detached;

    Folder(@Nullable Folder parent, String name, FileStatus status) {
      super(parent, name, status);
      depth = parent == null ? 0 : parent.depth + 1;
    }
  }

  static final class Leaf extends Entry {
    Leaf(@Nullable Folder parent, String name, @Nullable FileStatus status) {
      super(parent, name, status);
    }
  }
}
