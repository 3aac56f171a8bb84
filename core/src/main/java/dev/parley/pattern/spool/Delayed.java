package dev.parley.pattern.spool;

import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.Stamp;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// The messages that become due later, found in the order they do. Keeps some thousand of the first
/// in memory, never all. The caller excludes other threads.
final class Delayed {
  static final long NONE = Long.MAX_VALUE;
  private static final int MOST_KEPT = 4096;

  private final QueueFolder folder;
  private final Deque<Entry> first = new ArrayDeque<>();
  private String bucket = "";
  private Stamp stamp = Stamp.NEVER;
  private final Map<String, Stamp> stamps = new HashMap<>();

  Delayed(QueueFolder folder) {
    this.folder = folder;
  }

  private record Entry(String file, MessageName name) {}

  /// Moves a file to where it waits until `name` is due.
  ///
  /// @return false if the file was no longer there
  static boolean put(QueueFolder folder, Dir from, String file, MessageName name)
      throws IOException {
    String bucketName = Buckets.ofTime(name.due());
    while (true) {
      try (Dir bucket = folder.part(QueueFolder.DELAYED).openOrMake(bucketName)) {
        if (from.moveOnce(file, bucket, name.format()) == Move.MOVED) return true;
      }
      if (!from.has(file)) return false;
      folder.requireThere(); // else the bucket was removed: make it again
    }
  }

  /// When the next one is due, nanoseconds since 1970, or [#NONE].
  long nextDue() throws IOException {
    refresh();
    Entry next = first.peek();
    return next == null ? NONE : next.name.due();
  }

  /// Moves what is due into the ready folders.
  ///
  /// @return how many
  int promote(long now, ReadyWriter ready) throws IOException {
    int promoted = 0;
    while (nextDue() <= now) {
      try (Dir from = folder.part(QueueFolder.DELAYED).tryOpen(bucket)) {
        for (Entry next = first.peek();
            next != null && next.name.due() <= now;
            next = first.peek()) {
          first.remove();
          Bucket to = from == null ? null : ready.put(from, next.file, next.name.waiting());
          if (to == null) continue;
          to.release();
          promoted++;
        }
      }
      stamp = Stamp.NEVER;
    }
    tidy();
    return promoted;
  }

  /// Looks at the folder again if it may have changed; the cheap answer is an fstat call for it and
  /// each bucket up to the first that has something in it.
  private void refresh() throws IOException {
    Dir delayed = folder.part(QueueFolder.DELAYED);
    FileStatus status = delayed.status();
    if (stamp.stillHolds(status) && looked(delayed)) return;
    Stamp before = Stamp.of(status, now());
    stamp = Stamp.NEVER;
    stamps.clear();
    first.clear();
    bucket = "";
    for (String name : Buckets.byTime(delayed)) {
      if (load(delayed, name)) break;
    }
    stamp = before; // last: a look that failed is done again
  }

  /// Removes the buckets before the first that has something in it, if their time is over.
  private void tidy() throws IOException {
    Dir delayed = folder.part(QueueFolder.DELAYED);
    for (String name : List.copyOf(stamps.keySet())) {
      boolean over = !name.equals(bucket) && Buckets.endOfTime(name) < now();
      if (over && delayed.tryRemove(name)) stamps.remove(name);
    }
  }

  /// Whether the buckets that were looked at are as they were, and what was found is not used up.
  private boolean looked(Dir delayed) throws IOException {
    if (!bucket.isEmpty() && first.isEmpty()) return false;
    for (Map.Entry<String, Stamp> each : stamps.entrySet()) {
      FileStatus status = delayed.statusOf(each.getKey());
      if (status == null || !each.getValue().stillHolds(status)) return false;
    }
    return true;
  }

  /// Takes the first entries of a bucket into memory.
  ///
  /// @return false if it has none
  private boolean load(Dir delayed, String name) throws IOException {
    try (Dir dir = delayed.tryOpen(name)) {
      if (dir == null) return false;
      stamps.put(name, Stamp.of(dir.status(), now()));
      first.addAll(earliest(dir));
      if (first.isEmpty()) return false;
      bucket = name;
      return true;
    }
  }

  private static List<Entry> earliest(Dir dir) throws IOException {
    Comparator<Entry> order = Comparator.comparingLong(entry -> entry.name.due());
    PriorityQueue<Entry> kept = new PriorityQueue<>(order.reversed());
    for (String file : dir.list().names()) {
      MessageName name = MessageName.parse(file);
      if (name == null) continue;
      kept.add(new Entry(file, name));
      if (kept.size() > MOST_KEPT) kept.remove();
    }
    return kept.stream().sorted(order).toList();
  }

  private long now() {
    return folder.root().kernel().realtimeNanos();
  }
}
