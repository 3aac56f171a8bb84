package dev.parley.pattern.topic;

import dev.parley.Durability;
import dev.parley.Outgoing;
import dev.parley.ParleyException;
import dev.parley.PayloadTooLargeException;
import dev.parley.SettingsConflictException;
import dev.parley.Topic;
import dev.parley.TopicSettings;
import dev.parley.pattern.member.LocalMember;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.Batch;
import dev.parley.pattern.spool.Bucket;
import dev.parley.pattern.spool.EntryHeader;
import dev.parley.pattern.spool.SpoolQueue;
import dev.parley.pattern.spool.Syncer;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.file.Stamp;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A topic, and one publisher handle of it.
///
/// On disk, in order: the entry in `sending/ME/`; its data, if durable; the rename, without
/// replacing, to the number after the last; the bucket, and once the folders above it, if durable.
/// Killed before the rename, the entry is deleted by whoever reaps the member.
final class FileTopic implements Topic {
  private static final System.Logger LOG = System.getLogger(FileTopic.class.getName());
  private static final Duration RETENTION_PAUSE = Duration.ofSeconds(5);

  private final String name;
  private final Membership membership;
  private final Topics topics;
  private final TopicFolder folder;
  private final EntryLog log;
  private final Syncer syncer;
  private final String handle = RandomName.hex(12);
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Dir mine;
  private @Nullable Bucket current;
  private Stamp stamp = Stamp.NEVER;
  private TopicSettings settings;
  private long floor;
  private long last = -1;
  private long temporaries;
  private long nextRetention = System.nanoTime();

  /// @param ancestors the directories above its folder, nearest first
  FileTopic(
      String name, Membership membership, Topics topics, TopicFolder folder, List<Dir> ancestors)
      throws IOException {
    this.name = name;
    this.membership = membership;
    this.topics = topics;
    this.folder = folder;
    this.log = new EntryLog(folder.entries());
    List<Dir> above = new ArrayList<>(List.of(folder.root()));
    above.addAll(ancestors);
    this.syncer = new Syncer(above);
    this.settings = folder.settings();
    membership.handles().add(this);
  }

  @Override
  public String name() {
    return name;
  }

  void requireSettings(TopicSettings wanted) throws IOException {
    TopicSettings there = settings();
    if (there.equals(wanted)) return;
    throw new SettingsConflictException(
        "the topic "
            + name
            + " is there with other settings: it has "
            + there
            + ", wanted "
            + wanted
            + "; ask for those it has, or change them with parley configure "
            + name);
  }

  // ---- publishing

  /// An entry that is visible and still has to become durable.
  ///
  /// @param bucket retained
  private record Visible(String position, Bucket bucket, Durability durability) {}

  @Override
  public String publish(Outgoing message) throws IOException, InterruptedException {
    return publishAll(List.of(message)).getFirst();
  }

  @Override
  public List<String> publishAll(List<Outgoing> messages) throws IOException, InterruptedException {
    List<Visible> visible = Batch.send(messages, this::put, Visible::position, this::sync);
    retain();
    return visible.stream().map(Visible::position).toList();
  }

  /// Syncs each bucket once for all that went there.
  private void sync(List<Visible> visible) throws IOException {
    IOException failure = null;
    Bucket done = null;
    for (Visible each : visible.reversed()) {
      boolean shared = each.bucket == done && each.durability != Durability.MESSAGE;
      try {
        if (!shared) syncer.sync(each.bucket, each.durability);
        if (each.durability != Durability.NONE) done = each.bucket;
      } catch (IOException e) {
        failure = e;
      } finally {
        each.bucket.release();
      }
    }
    if (failure != null) throw failure;
  }

  private Visible put(Outgoing message) throws IOException {
    Durability durability =
        membership.folder().storage().resolve(message.durability(), folder.root().path());
    LocalMember self = membership.self();
    lock.lock();
    try {
      refresh();
      requireFit(message);
      Dir from = sendingFolder(self);
      String temporary = handle + "-" + temporaries++;
      boolean moved = false;
      try {
        write(from, temporary, message, durability);
        long sequence = number(from, temporary);
        moved = true;
        Bucket bucket = bucketOf(sequence).retain();
        return new Visible(SpoolQueue.idOfSequence(sequence), bucket, durability);
      } finally {
        if (!moved) from.tryUnlink(temporary);
      }
    } finally {
      lock.unlock();
    }
  }

  private void write(Dir from, String temporary, Outgoing message, Durability durability)
      throws IOException {
    try {
      EntryHeader.write(from, temporary, message, membership.self().id(), durability);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) throw gone(from, temporary);
      throw e;
    }
  }

  private void requireFit(Outgoing message) throws PayloadTooLargeException {
    if (!message.delay().isZero() || message.deduplicationId().isPresent()) {
      throw new IllegalArgumentException("a topic has neither delays nor deduplication ids");
    }
    if (message.payload().length > settings.maxPayloadBytes()) {
      throw new PayloadTooLargeException(
          "a payload of "
              + message.payload().length
              + " bytes is over the limit of topic "
              + name
              + ", which is "
              + settings.maxPayloadBytes()
              + " bytes; publish a reference to the data instead");
    }
  }

  /// Gives the entry its number: the one after the last. The step that makes it visible.
  private long number(Dir from, String temporary) throws IOException {
    long sequence = Math.max(last < 0 ? findLast() : last, floor - 1) + 1;
    while (true) {
      Bucket bucket = bucketOf(sequence);
      String entry = EntryLog.name(sequence);
      switch (from.move(temporary, bucket.dir(), entry)) {
        case MOVED -> {
          refresh();
          if (sequence >= floor) {
            last = sequence;
            return sequence;
          }
          // The number was free because what had it was removed long ago, and everybody is past it:
          // take it back.
          bucket.dir().move(entry, from, temporary);
          sequence = floor;
        }
        case TAKEN -> sequence++;
        case MISSING -> {
          if (!from.has(temporary)) throw gone(from, temporary);
          folder.requireThere();
          retireBucket(); // retention removed it
        }
      }
    }
  }

  /// Where to start: no subscription may be past a new entry, whatever a power cut took from the
  /// log.
  private long findLast() throws IOException {
    long found = log.last();
    for (String subscription : folder.subscriptionNames()) {
      found = Math.max(found, topics.position(folder, subscription).orElse(TopicFolder.FIRST) - 1);
    }
    return found;
  }

  private Bucket bucketOf(long sequence) throws IOException {
    String wanted = EntryLog.bucketName(sequence);
    Bucket bucket = current;
    if (bucket != null && bucket.name().equals(wanted)) return bucket;
    retireBucket();
    current = bucket = new Bucket(folder.entries(), folder.entries().openOrMake(wanted), wanted, 0);
    return bucket;
  }

  private void retireBucket() {
    if (current != null) current.release();
    current = null;
  }

  private ParleyException gone(Dir from, String temporary) throws IOException {
    LocalMember self = membership.self();
    if (self.isEvicted()) return self.evicted();
    folder.requireThere();
    return new ParleyException(
        from.pathOf(temporary) + " was removed while it was being published; publish it again");
  }

  private Dir sendingFolder(LocalMember self) throws IOException {
    Dir known = mine;
    if (known == null) mine = known = folder.sending().openOrMake(self.id());
    return known;
  }

  /// Reads the settings and the floor again if the folder has changed.
  private void refresh() throws IOException {
    FileStatus status = folder.root().status();
    if (stamp.stillHolds(status)) return;
    Stamp before = Stamp.of(status, membership.kernel().realtimeNanos());
    settings = folder.settings();
    floor = folder.floor();
    stamp = before; // last: a read that failed is done again
  }

  /// Removes what everybody has and is old enough, now and then.
  private void retain() {
    lock.lock();
    try {
      long now = System.nanoTime();
      if (now - nextRetention < 0) return;
      nextRetention = now + RETENTION_PAUSE.toNanos();
      topics.completeSubscriptions(name, folder);
      new Retention(membership, topics, folder).run(settings.retention());
    } catch (IOException e) {
      // What was published is published; a topic that keeps too much is no reason to say otherwise.
      LOG.log(System.Logger.Level.WARNING, "removing old entries of topic " + name + " failed", e);
    } finally {
      lock.unlock();
    }
  }

  // ---- looking and managing

  @Override
  public TopicStats stats() throws IOException {
    lock.lock();
    try {
      long entries = 0;
      for (long bucket : log.buckets()) entries += log.entriesOf(bucket).size();
      long newest = log.last();
      long oldest = log.first();
      List<SubscriptionStats> subscriptions = new ArrayList<>();
      for (String subscription : folder.subscriptionNames()) {
        try (SpoolQueue queue = topics.openSubscriptionQueue(name + "/" + subscription)) {
          if (queue == null) continue;
          long next = topics.position(folder, subscription).orElse(newest + 1);
          long behind = Math.max(0, newest + 1 - next);
          subscriptions.add(new SubscriptionStats(subscription, behind, queue.stats()));
        }
      }
      return new TopicStats(
          entries,
          newest == 0 ? Optional.empty() : Optional.of(SpoolQueue.idOfSequence(newest)),
          age(oldest),
          subscriptions);
    } finally {
      lock.unlock();
    }
  }

  private Optional<Duration> age(long sequence) throws IOException {
    Dir bucket = sequence == 0 ? null : log.bucketOf(sequence);
    FileStatus status = bucket == null ? null : bucket.statusOf(EntryLog.name(sequence));
    if (status == null) return Optional.empty();
    long nanos = membership.kernel().realtimeNanos() - status.modifiedNanos();
    return Optional.of(Duration.ofNanos(Math.max(0, nanos)));
  }

  @Override
  public TopicSettings settings() throws IOException {
    return folder.settings();
  }

  @Override
  public void configure(TopicSettings wanted) throws IOException {
    folder.configure(wanted, membership.folder().storage().keepsDurableSends());
  }

  @Override
  public void close() {
    if (!membership.handles().remove(this)) return;
    lock.lock();
    try {
      retireBucket();
      if (mine != null) mine.close();
      log.close();
      folder.close();
    } finally {
      lock.unlock();
    }
  }
}
