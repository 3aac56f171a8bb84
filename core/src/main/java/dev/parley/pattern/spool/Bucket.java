package dev.parley.pattern.spool;

import dev.parley.primitive.file.Dir;

/// A bucket of `ready-P/` that a producer writes to: open as long as it is the current one or somebody syncs it.
final class Bucket {
  private final Dir lane;
  private final Dir dir;
  private final String name;
  private final GroupSync sync;
  private int users = 1;
  private int messages;
  private volatile boolean ancestorsSynced;

  /// @param messages how many are there already
  Bucket(Dir lane, Dir dir, String name, int messages) {
    this.lane = lane;
    this.dir = dir;
    this.name = name;
    this.messages = messages;
    this.sync = new GroupSync(dir);
  }

  Dir lane() {
    return lane;
  }

  Dir dir() {
    return dir;
  }

  String name() {
    return name;
  }

  GroupSync sync() {
    return sync;
  }

  /// Whether the folders above it were synced since it was opened.
  boolean ancestorsSynced() {
    return ancestorsSynced;
  }

  void setAncestorsSynced() {
    ancestorsSynced = true;
  }

  void countMessage() {
    messages++;
  }

  boolean isFull() {
    return messages >= Buckets.FULL;
  }

  synchronized Bucket retain() {
    users++;
    return this;
  }

  synchronized void release() {
    if (--users == 0) dir.close();
  }
}
