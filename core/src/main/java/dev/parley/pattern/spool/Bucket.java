package dev.parley.pattern.spool;

import dev.parley.pattern.queue.GroupSync;
import dev.parley.primitive.file.Dir;

/// A bucket that a producer writes to: open as long as it is the current one or somebody syncs it.
public final class Bucket {
  private final Dir parent;
  private final Dir dir;
  private final String name;
  private final GroupSync sync;
  private int users = 1;
  private int messages;
  private volatile boolean ancestorsSynced;

  /// @param messages how many are there already
  public Bucket(Dir parent, Dir dir, String name, int messages) {
    this.parent = parent;
    this.dir = dir;
    this.name = name;
    this.messages = messages;
    this.sync = new GroupSync(dir.path(), dir::sync);
  }

  Dir parent() {
    return parent;
  }

  public Dir dir() {
    return dir;
  }

  public String name() {
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

  public synchronized Bucket retain() {
    users++;
    return this;
  }

  public synchronized void release() {
    if (--users == 0) dir.close();
  }
}
