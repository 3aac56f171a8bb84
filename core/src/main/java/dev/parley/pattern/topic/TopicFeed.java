package dev.parley.pattern.topic;

import dev.parley.BadFormatException;
import dev.parley.UnsafePathException;
import dev.parley.pattern.spool.EntryHeader;
import dev.parley.pattern.spool.Feed;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.lock.KernelLock;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes entries over from a topic into the queue of one subscription.
///
/// On disk, in order: a link in `ready-P/` for each entry of a batch; then the new position. Killed
/// in between, the batch is linked again, and those of its entries that were claimed meanwhile come
/// twice. One process at a time takes over.
final class TopicFeed implements Feed {
  private static final int BATCH = 256;

  private final TopicFolder topic;
  private final Dir feed;
  private final EntryLog log;
  private long next;

  /// @param feed the subscription's folder `feed`; taken over, like `topic`
  TopicFeed(TopicFolder topic, Dir feed) throws IOException {
    this.topic = topic;
    this.feed = feed;
    this.log = new EntryLog(topic.entries());
    boolean good = false;
    try {
      this.next = Position.read(feed);
      good = true;
    } finally {
      if (!good) feed.close();
    }
  }

  @Override
  public void fill(Ready ready) throws IOException {
    if (!log.hasAtOrAfter(next)) return;
    try (KernelLock lock = KernelLock.tryAcquire(feed, Position.LOCK)) {
      if (lock == null) return; // somebody takes them over right now
      next = Position.read(feed);
      long start = next;
      try {
        int linked = 0;
        while (linked < BATCH && skipGap()) {
          if (takeOver(ready)) linked++;
          next++;
        }
      } finally {
        if (next > start) Position.write(feed, next);
      }
    }
  }

  /// Goes on to the next entry that is there: numbers are dense, so those that are missing although
  /// a later one is there were lost in a power cut, or removed. Looks by name after having seen the
  /// later one, for a listing may miss what was added while it ran.
  ///
  /// @return false if there is none (yet)
  private boolean skipGap() throws IOException {
    if (log.has(next)) return true;
    long later = log.firstAtOrAfter(next);
    if (later < 0) return false;
    if (!log.has(next)) next = later;
    return true;
  }

  /// Takes over the next entry.
  ///
  /// @return false if it is gone or has expired
  private boolean takeOver(Ready ready) throws IOException {
    Dir bucket = log.bucketOf(next);
    if (bucket == null) return false;
    String file = EntryLog.name(next);
    EntryHeader header = header(bucket, file);
    if (header != null && header.isExpired(topic.root().kernel().realtimeNanos())) return false;
    ready.link(
        bucket, file, next, header == null ? EntryHeader.DEFAULT_PRIORITY : header.priority());
    return true;
  }

  /// Null if it is damaged: then it is taken over all the same, and goes to the subscription's dead
  /// letters.
  private static @Nullable EntryHeader header(Dir bucket, String file) throws IOException {
    try {
      return EntryHeader.tryRead(bucket, file);
    } catch (BadFormatException | UnsafePathException e) {
      return null;
    }
  }

  /// The position is read again: others move it as well.
  @Override
  public boolean isEmpty() throws IOException {
    return !log.hasAtOrAfter(Position.read(feed));
  }

  @Override
  public List<Dir> watched() throws IOException {
    List<Long> buckets = log.buckets();
    Dir newest =
        buckets.isEmpty() ? null : topic.entries().tryOpen(EntryLog.name(buckets.getLast()));
    boolean good = false;
    try {
      Dir entries = topic.entries().reopen();
      good = true;
      return newest == null ? List.of(entries) : List.of(entries, newest);
    } finally {
      if (!good && newest != null) newest.close();
    }
  }

  @Override
  public void close() {
    log.close();
    feed.close();
    topic.close();
  }
}
