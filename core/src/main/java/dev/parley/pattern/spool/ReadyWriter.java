package dev.parley.pattern.spool;

import dev.parley.Durability;
import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts messages into the ready folders, in the newest bucket, for one handle.
///
/// Guarantees: never into a bucket older than the last one, and never into one that consumers have left, because its
/// rmdir makes the rename fail; so what one handle puts under growing keys is found in that order. The caller
/// excludes other threads, except from [#sync].
final class ReadyWriter implements AutoCloseable {
  private static final int PRIORITIES = 10;

  private final QueueFolder folder;
  private final List<Dir> ancestors;
  private final Lane[] lanes = new Lane[PRIORITIES];
  private volatile boolean ancestorsSynced;

  /// @param ancestors the directories above the queue's folder, nearest first
  ReadyWriter(QueueFolder folder, List<Dir> ancestors) {
    this.folder = folder;
    this.ancestors = ancestors;
  }

  private static final class Lane {
    final Dir dir;
    @Nullable Bucket current;
    String last = "";

    Lane(Dir dir) {
      this.dir = dir;
    }
  }

  /// Moves a file into the ready folder of its priority.
  ///
  /// @return the bucket, retained for the caller; null if the file was no longer there
  @Nullable Bucket put(Dir from, String file, MessageName name) throws IOException {
    Lane lane = lane(name.priority());
    while (true) {
      Bucket bucket = current(lane, name.key());
      switch (from.move(file, bucket.dir(), name.format())) {
        case MOVED -> {
          bucket.countMessage();
          return bucket.retain();
        }
        case TAKEN -> {
          // The very message is there already, under another link; one is enough.
          from.tryUnlink(file);
          return bucket.retain();
        }
        case MISSING -> {
          if (!from.has(file)) return null;
          retire(lane); // consumers have left the bucket
        }
      }
    }
  }

  private Lane lane(int priority) throws IOException {
    Lane lane = lanes[priority];
    if (lane == null) lanes[priority] = lane = new Lane(folder.openOrMakeReady(priority));
    return lane;
  }

  private Bucket current(Lane lane, long key) throws IOException {
    Bucket bucket = lane.current;
    if (bucket != null && !bucket.isFull()) return bucket;
    retire(lane);
    while (true) {
      bucket = openNewest(lane, key);
      if (bucket != null) {
        lane.current = bucket;
        lane.last = bucket.name();
        return bucket;
      }
      folder.requireThere();
    }
  }

  /// Opens the newest bucket, or a new one if that is full or older than this handle's last. Null if it went away.
  private @Nullable Bucket openNewest(Lane lane, long key) throws IOException {
    List<String> buckets = Buckets.byKey(lane.dir);
    String newest = buckets.isEmpty() ? "" : buckets.getLast();
    if (newest.compareTo(lane.last) >= 0 && !newest.isEmpty()) {
      Dir dir = lane.dir.tryOpen(newest);
      if (dir == null) return null;
      int messages = dir.list().names().size();
      if (messages < Buckets.FULL) return new Bucket(lane.dir, dir, newest, messages);
      dir.close();
    }
    String floor = newest.compareTo(lane.last) >= 0 ? newest : lane.last;
    long next = floor.isEmpty() ? key : Math.max(key, Buckets.key(floor) + 1);
    String name = Buckets.ofKey(next);
    lane.dir.tryMake(name);
    Dir dir = lane.dir.tryOpen(name);
    return dir == null ? null : new Bucket(lane.dir, dir, name, 0);
  }

  private static void retire(Lane lane) {
    Bucket bucket = lane.current;
    lane.current = null;
    if (bucket != null) bucket.release();
  }

  /// Makes what was put into `bucket` survive a power cut: the bucket first, then, once, every folder above it, for
  /// whoever made those may not have synced them.
  ///
  /// @throws OutcomeUnknownException if a sync failed
  void sync(Bucket bucket, Durability durability) throws IOException {
    if (durability == Durability.NONE) return;
    if (durability == Durability.GROUP) {
      bucket.sync().sync();
    } else {
      syncOne(bucket.dir());
    }
    if (!bucket.ancestorsSynced()) {
      syncOne(bucket.lane());
      syncAncestors();
      bucket.setAncestorsSynced();
    }
  }

  /// Syncs the queue's folder and what is above it, once.
  void syncAncestors() throws IOException {
    if (ancestorsSynced) return;
    syncOne(folder.root());
    for (Dir ancestor : ancestors) syncOne(ancestor);
    ancestorsSynced = true;
  }

  static void syncOne(Dir dir) throws IOException {
    try {
      dir.sync();
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          "the sync of " + dir.path() + " failed (" + e.getMessage()
              + "): what was just sent is visible, and may not survive a power cut",
          e);
    }
  }

  @Override
  public void close() {
    for (Lane lane : lanes) {
      if (lane == null) continue;
      retire(lane);
      lane.dir.close();
    }
  }
}
