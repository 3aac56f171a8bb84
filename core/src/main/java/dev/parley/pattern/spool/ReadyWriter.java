package dev.parley.pattern.spool;

import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts messages into the ready folders, in the newest bucket, for one handle.
///
/// Guarantees: never into a bucket older than the last one, and never into one that consumers have
/// left, because its rmdir makes the rename fail; so what one handle puts under growing keys is
/// found in that order. The caller excludes other threads.
final class ReadyWriter implements AutoCloseable {
  private static final int PRIORITIES = 10;

  private final QueueFolder folder;
  private final Lane[] lanes = new Lane[PRIORITIES];

  ReadyWriter(QueueFolder folder) {
    this.folder = folder;
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
    return put(from, file, name, Dir::moveOnce);
  }

  /// Links a file into the ready folder of its priority; the file stays where it is, too.
  ///
  /// @return the bucket, retained for the caller; null if the file was not there
  @Nullable Bucket link(Dir from, String file, MessageName name) throws IOException {
    return put(from, file, name, Dir::link);
  }

  private interface Step {
    Move run(Dir from, String file, Dir to, String newName) throws IOException;
  }

  private @Nullable Bucket put(Dir from, String file, MessageName name, Step step)
      throws IOException {
    Lane lane = lane(name.priority());
    while (true) {
      Bucket bucket = current(lane, name.key());
      switch (step.run(from, file, bucket.dir(), name.format())) {
        case MOVED -> {
          bucket.countMessage();
          return bucket.retain();
        }
        case TAKEN -> {
          return bucket.retain(); // linked before, by an attempt that was cut short
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

  /// Opens the newest bucket, or a new one if that is full or older than this handle's last. Null
  /// if it went away.
  private @Nullable Bucket openNewest(Lane lane, long key) throws IOException {
    List<String> buckets = Buckets.byKey(lane.dir);
    String newest = buckets.isEmpty() ? "" : buckets.getLast();
    if (newest.compareTo(lane.last) >= 0 && !newest.isEmpty()) {
      Dir dir = lane.dir.tryOpen(newest);
      if (dir == null) return null;
      boolean used = false;
      try {
        int messages = dir.list().names().size();
        used = messages < Buckets.FULL;
        if (used) return new Bucket(lane.dir, dir, newest, messages);
      } finally {
        if (!used) dir.close();
      }
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

  @Override
  public void close() {
    for (Lane lane : lanes) {
      if (lane == null) continue;
      retire(lane);
      lane.dir.close();
    }
  }
}
