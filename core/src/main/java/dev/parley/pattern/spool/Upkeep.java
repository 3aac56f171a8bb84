package dev.parley.pattern.spool;

import dev.parley.Failure;
import dev.parley.QueueSettings;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.time.Duration;

/// What consumers do for a queue in passing: delayed messages that are due, leases that are over,
/// acknowledged messages that were kept long enough. Takes a tenth of their time at most. The
/// caller excludes other threads.
final class Upkeep implements Feed.Ready, AutoCloseable {
  private static final long SHORTEST_PAUSE_NANOS = Duration.ofMillis(10).toNanos();
  private static final long PRUNE_PAUSE_NANOS = Duration.ofSeconds(10).toNanos();
  private static final long LEASE_LOOK_MILLIS = 50;

  private final Membership membership;
  private final QueueFolder folder;
  private final Delayed delayed;
  private final ReadyWriter ready;
  private long next = System.nanoTime();
  private long nextPrune = System.nanoTime();
  private long nextLeaseLook = System.nanoTime();

  Upkeep(Membership membership, QueueFolder folder) {
    this.membership = membership;
    this.folder = folder;
    this.delayed = new Delayed(folder);
    this.ready = new ReadyWriter(folder);
  }

  void run(QueueSettings settings) throws IOException {
    long start = System.nanoTime();
    if (start - next < 0) return;
    delayed.promote(membership.kernel().realtimeNanos(), ready);
    if (!settings.lease().isZero() && start - nextLeaseLook >= 0) endLeases(settings);
    if (!settings.retain().isZero() && start - nextPrune >= 0) pruneDone(settings);
    long took = System.nanoTime() - start;
    next = System.nanoTime() + Math.max(SHORTEST_PAUSE_NANOS, 10 * took);
  }

  /// Nanoseconds until there is something to do.
  long nanosToNext(QueueSettings settings) throws IOException {
    long now = System.nanoTime();
    long work = nanosToNextDue();
    if (!settings.lease().isZero()) work = Math.min(work, nextLeaseLook - now);
    return Math.max(work, next - now);
  }

  long nanosToNextDue() throws IOException {
    long due = delayed.nextDue();
    return due == Delayed.NONE
        ? Delayed.NONE
        : Math.max(0, due - membership.kernel().realtimeNanos());
  }

  /// Gives back the claims whose lease is over.
  private void endLeases(QueueSettings settings) throws IOException {
    long now = membership.epoch().clockMicros();
    long soonest = now + Math.max(LEASE_LOOK_MILLIS, settings.lease().toMillis() / 4) * 1000;
    Dir claimed = folder.part(QueueFolder.CLAIMED);
    for (String member : claimed.names()) {
      try (Dir claims = claimed.tryOpen(member)) {
        if (claims == null) continue;
        for (String file : claims.list().names()) {
          MessageName name = MessageName.parse(file);
          if (name == null || name.until() == 0) continue;
          if (name.until() > now) {
            soonest = Math.min(soonest, name.until());
          } else {
            giveBack(folder, claims, file, name, member, settings.retries(), "the lease was over");
          }
        }
      }
    }
    nextLeaseLook = System.nanoTime() + (soonest - now) * 1000;
  }

  /// Returns a claim that its holder did not give back himself: to the front, or past the retries
  /// to the dead letters.
  static void giveBack(
      QueueFolder folder,
      Dir claims,
      String file,
      MessageName name,
      String member,
      int retries,
      String why)
      throws IOException {
    if (name.attempts() > retries) {
      Moves.toDead(folder, claims, file, name, member, Failure.of(why));
    } else {
      Moves.toFront(folder, claims, file, name);
    }
  }

  @Override
  public void link(Dir from, String file, long sequence, int priority) throws IOException {
    Bucket to =
        ready.link(from, file, MessageName.fresh(SpoolQueue.idOfSequence(sequence), priority));
    if (to != null) to.release();
  }

  private void pruneDone(QueueSettings settings) throws IOException {
    long horizon = membership.kernel().realtimeNanos() - settings.retain().toNanos();
    Dir done = folder.part(QueueFolder.DONE);
    for (String bucket : Buckets.byTime(done)) {
      if (Buckets.endOfTime(bucket) > horizon) break;
      try (Dir dir = done.tryOpen(bucket)) {
        if (dir == null) continue;
        for (String file : dir.list().names()) dir.tryUnlink(file);
      }
      done.tryRemove(bucket);
    }
    nextPrune = System.nanoTime() + PRUNE_PAUSE_NANOS;
  }

  @Override
  public void close() {
    ready.close();
  }
}
