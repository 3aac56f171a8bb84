package dev.parley.pattern.spool;

import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Listing;
import dev.parley.primitive.file.Stamp;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the next message in the ready folders: the highest priority first, in it the oldest
/// bucket, in that the order of names. Keeps one bucket's names in memory, never more.
///
/// Guarantees: what one handle put under growing keys is offered in that order. A bucket is left
/// only by a successful rmdir, and the newest never, so nothing is left behind. Asking when nothing
/// has changed costs two fstat calls a priority. The caller excludes other threads.
final class ReadyReader implements AutoCloseable {
  /// What the caller makes of a name that it is offered.
  enum Answer {
    TAKEN,
    /// Somebody else was faster, or it was no message and is gone: offer the next.
    NEXT,
    /// It is no message and cannot be moved away: pass it by.
    STUCK
  }

  /// Takes a message that is offered, by renaming it.
  interface Taker {
    Answer offer(Dir bucket, String name, int priority) throws IOException;
  }

  /// What comes back to the front waits so long at most behind names that are in memory.
  private static final long LIST_AGE_NANOS = 100_000_000;

  private final QueueFolder folder;
  private final Map<Integer, Lane> lanes = new HashMap<>();
  private @Nullable Lane latest;

  ReadyReader(QueueFolder folder) {
    this.folder = folder;
  }

  /// Offers messages until one is taken.
  ///
  /// @param priorities that have a folder, highest first
  /// @return whether one was taken
  boolean next(List<Integer> priorities, Taker taker) throws IOException {
    for (int priority : priorities) {
      Lane lane = lane(priority);
      if (lane != null && lane.next(taker)) {
        latest = lane;
        return true;
      }
    }
    return false;
  }

  /// Whether something seems to have come to the bucket that the latest message was in. A glance:
  /// one fstat call, which proves nothing either way.
  boolean seemsChanged() throws IOException {
    return latest != null && latest.seemsChanged();
  }

  /// Looks at everything again: something came back to the front.
  void lookAgain() {
    lanes.values().forEach(Lane::closeBucket);
  }

  private @Nullable Lane lane(int priority) throws IOException {
    Lane lane = lanes.get(priority);
    if (lane == null) {
      Dir dir = folder.tryOpenReady(priority);
      if (dir == null) return null;
      lane = new Lane(priority, dir);
      lanes.put(priority, lane);
    }
    return lane;
  }

  @Override
  public void close() {
    lanes.values().forEach(Lane::close);
    lanes.clear();
    latest = null;
  }

  /// The ready folder of one priority.
  private static final class Lane {
    private final int priority;
    private final Dir dir;
    private final ArrayDeque<String> names = new ArrayDeque<>();
    private List<String> buckets = List.of();
    private Stamp laneStamp = Stamp.NEVER;
    private @Nullable Dir bucket;
    private String bucketName = "";
    private long listed;
    private Stamp bucketStamp = Stamp.NEVER;
    private final Set<String> stuck = new HashSet<>();
    private final Set<String> passedBy = new HashSet<>();

    Lane(int priority, Dir dir) {
      this.priority = priority;
      this.dir = dir;
    }

    boolean next(Taker taker) throws IOException {
      while (true) {
        if (!names.isEmpty() && System.nanoTime() - listed > LIST_AGE_NANOS) closeBucket();
        Dir from = bucket;
        String name = names.poll();
        if (name == null || from == null) {
          if (fill()) continue;
          if (!passedBy.isEmpty()) {
            passedBy.clear(); // something may have come there: start there the next time
            closeBucket();
          }
          return false;
        }
        boolean answered = false;
        try {
          switch (taker.offer(from, name, priority)) {
            case TAKEN -> {
              answered = true;
              return true;
            }
            case NEXT -> answered = true;
            case STUCK -> {
              stuck.add(name);
              answered = true;
            }
          }
        } finally {
          if (!answered)
            names.addFirst(name); // it could be neither taken nor moved away: still there
        }
      }
    }

    /// Lists the oldest bucket that has something in it.
    ///
    /// @return false if there is nothing
    private boolean fill() throws IOException {
      while (true) {
        if (bucket == null && !openOldest()) return false;
        Dir from = Objects.requireNonNull(bucket);
        List<String> found = listIfChanged(from);
        FileStatus laneStatus = dir.status();
        if (!laneStamp.stillHolds(laneStatus)) {
          listLane(laneStatus);
          // An older bucket may have come, and what is in it goes first; or ours has gone.
          if (!bucketName.equals(oldest())) {
            closeBucket();
            continue;
          }
        }
        if (!found.isEmpty()) {
          names.addAll(found);
          listed = System.nanoTime();
          return true;
        }
        if (bucketName.equals(buckets.getLast())) return false;
        if (dir.tryRemove(bucketName)) {
          laneStamp = Stamp.NEVER;
          closeBucket();
        } else if (stuck.containsAll(from.list().names())) {
          passedBy.add(bucketName);
          closeBucket();
        } else {
          bucketStamp = Stamp.NEVER; // somebody put something into it meanwhile
        }
      }
    }

    private boolean openOldest() throws IOException {
      while (true) {
        listLane(dir.status());
        String name = oldest();
        if (name.isEmpty()) return false;
        Dir opened = dir.tryOpen(name);
        if (opened == null) continue;
        bucket = opened;
        bucketName = name;
        bucketStamp = Stamp.NEVER;
        return true;
      }
    }

    /// The oldest bucket that is not passed by, or an empty text.
    private String oldest() {
      for (String name : buckets) {
        if (!passedBy.contains(name)) return name;
      }
      return "";
    }

    private void listLane(FileStatus status) throws IOException {
      Stamp before = Stamp.of(status, dir.kernel().realtimeNanos());
      buckets = Buckets.byKey(dir);
      laneStamp = before; // last: a listing that failed is done again
    }

    private List<String> listIfChanged(Dir from) throws IOException {
      FileStatus status = from.status();
      if (bucketStamp.stillHolds(status)) return List.of();
      Stamp before = Stamp.of(status, dir.kernel().realtimeNanos());
      List<String> names = inOrder(from);
      if (!stuck.isEmpty()) names.removeAll(stuck);
      bucketStamp = before;
      return names;
    }

    boolean seemsChanged() throws IOException {
      Dir from = bucket;
      return from == null || from.status().modifiedNanos() != bucketStamp.nanos();
    }

    private void closeBucket() {
      if (bucket != null) bucket.close();
      bucket = null;
      bucketName = "";
      names.clear();
    }

    void close() {
      closeBucket();
      dir.close();
    }
  }

  /// The names in a bucket in the order in which they may be offered.
  static List<String> inOrder(Dir bucket) throws IOException {
    Listing first = bucket.list();
    List<String> names =
        first.oneInstant()
            ? new ArrayList<>(first.names())
            : settled(first.names(), bucket.list().names());
    names.sort(null);
    return names;
  }

  /// Of the second of two listings, what is certain to have its handle's earlier messages beside
  /// it: all that is not newer than the handle's newest in the first, which was there, with
  /// everything before it, when the second began.
  private static List<String> settled(List<String> first, List<String> second) {
    Map<String, String> newest = new HashMap<>();
    List<String> settled = new ArrayList<>(second.size());
    for (String name : first) {
      MessageName message = MessageName.parse(name);
      if (message != null)
        newest.merge(message.handle(), message.id(), (a, b) -> a.compareTo(b) > 0 ? a : b);
    }
    for (String name : second) {
      MessageName message = MessageName.parse(name);
      if (message == null) {
        settled.add(name);
      } else {
        String limit = newest.get(message.handle());
        if (limit != null && message.id().compareTo(limit) <= 0) settled.add(name);
      }
    }
    return settled;
  }
}
