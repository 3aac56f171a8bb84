package dev.parley.pattern.topic;

import dev.parley.pattern.member.Membership;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.time.Duration;

/// Removes the entries of a topic that every subscription has taken over and that are older than
/// the topic's retention; the newest never.
///
/// On disk, in order: everything the subscriptions took over, synced; the new floor, synced; then
/// the entries and the buckets below it. So a number is never free again before every publisher can
/// see that it is past.
final class Retention {
  private static final int MOST_AT_ONCE = 5000;

  private final Membership membership;
  private final Topics topics;
  private final TopicFolder folder;

  Retention(Membership membership, Topics topics, TopicFolder folder) {
    this.membership = membership;
    this.topics = topics;
    this.folder = folder;
  }

  /// @return how many entries were removed
  int run(Duration retention) throws IOException {
    try (KernelLock lock = KernelLock.tryAcquire(folder.root(), TopicFolder.RETENTION_LOCK);
        EntryLog log = new EntryLog(folder.entries())) {
      if (lock == null) return 0; // somebody else is at it
      long keepFrom = firstToKeep(log, retention);
      if (keepFrom <= log.first()) return 0;
      boolean durable = membership.folder().storage().keepsDurableSends();
      if (durable) membership.kernel().syncfs(folder.root().fd());
      folder.setFloor(keepFrom, durable);
      return removeBelow(log, keepFrom);
    }
  }

  private long firstToKeep(EntryLog log, Duration retention) throws IOException {
    long newest = log.last();
    long limit = newest;
    for (String subscription : folder.subscriptionNames()) {
      limit = Math.min(limit, topics.position(folder, subscription).orElse(Long.MAX_VALUE));
    }
    long horizon = membership.kernel().realtimeNanos() - retention.toNanos();
    long sequence = log.first();
    limit = Math.min(limit, sequence + MOST_AT_ONCE);
    while (sequence < limit && isOlder(log, sequence, horizon)) sequence++;
    return sequence;
  }

  /// An entry that is missing was lost or removed: older than anything.
  private static boolean isOlder(EntryLog log, long sequence, long horizon) throws IOException {
    Dir bucket = log.bucketOf(sequence);
    FileStatus status = bucket == null ? null : bucket.statusOf(EntryLog.name(sequence));
    return status == null || status.modifiedNanos() < horizon;
  }

  private int removeBelow(EntryLog log, long keepFrom) throws IOException {
    int removed = 0;
    for (long bucket : log.buckets()) {
      if (bucket > Long.parseLong(EntryLog.bucketName(keepFrom))) break;
      try (Dir dir = folder.entries().tryOpen(EntryLog.name(bucket))) {
        if (dir == null) continue;
        for (long sequence : log.entriesOf(bucket)) {
          if (sequence < keepFrom && dir.tryUnlink(EntryLog.name(sequence))) removed++;
        }
      }
      if (!EntryLog.name(bucket).equals(EntryLog.bucketName(keepFrom))) {
        folder.entries().tryRemove(EntryLog.name(bucket));
      }
    }
    return removed;
  }
}
