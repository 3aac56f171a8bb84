package dev.parley.pattern.spool;

import dev.parley.BadFormatException;
import dev.parley.Claim;
import dev.parley.Failure;
import dev.parley.QueueSettings;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.LocalMember;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.QueueState;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The consumer's half of a queue: finds the next message, claims it by one rename, reads it, and
/// sees that what is due, expired or abandoned moves on.
final class Receiver implements IdleConsumers.Source, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Receiver.class.getName());

  private static final boolean ONE_PROCESSOR = Runtime.getRuntime().availableProcessors() == 1;
  private static final Duration GLANCING = Duration.ofNanos(200_000);
  private static final long BETWEEN_GLANCES_NANOS = 1_000;

  /// A listing holds up the producer, whose rename waits for the same lock: list several at once.
  private static final long GATHERING_NANOS = 50_000;

  private static final long STREAM_GAP_NANOS = 1_000_000;

  private final SpoolQueue queue;
  private final Membership membership;
  private final QueueFolder folder;
  private final Feed feed;
  private final QueueState state;
  private final ReadyReader reader;
  private final Upkeep upkeep;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Dir mine;
  private @Nullable Taken taken;
  private final Deque<Taken> unread = new ConcurrentLinkedDeque<>();
  private final Queue<Taken> leftOver = new ConcurrentLinkedQueue<>();
  private volatile boolean frontChanged;
  private volatile boolean inStream;
  private volatile long latestClaim = System.nanoTime() - STREAM_GAP_NANOS;

  /// What was claimed and still has to be read.
  ///
  /// @param first whether it was never claimed before, and so has no history
  private record Taken(MessageName name, boolean first) {}

  Receiver(SpoolQueue queue, Membership membership, QueueFolder folder, Feed feed) {
    this.queue = queue;
    this.membership = membership;
    this.folder = folder;
    this.feed = feed;
    this.state = new QueueState(folder);
    this.reader = new ReadyReader(folder);
    this.upkeep = new Upkeep(membership, folder);
  }

  /// The settings as they are now.
  QueueSettings settings() throws IOException {
    lock.lock();
    try {
      return state.recentSettings();
    } finally {
      lock.unlock();
    }
  }

  /// Something came back to the front of the queue through this handle, before what it has listed
  /// already.
  void frontChanged() {
    frontChanged = true;
  }

  /// A claim of this member could not be given back or buried: it is handed out when there is
  /// nothing else, for what is wrong with it must not hold up the others.
  void leaveOver(MessageName claim) {
    leftOver.add(new Taken(claim, false));
  }

  Optional<Claim> tryClaim() throws IOException {
    membership.noticeDeaths();
    while (true) {
      Taken claimed = unread.pollFirst();
      if (claimed == null) claimed = claimNext();
      if (claimed == null) claimed = leftOver.poll();
      if (claimed == null) return Optional.empty();
      SpoolClaim claim = read(claimed);
      if (claim != null) {
        long now = System.nanoTime();
        inStream = now - latestClaim < STREAM_GAP_NANOS;
        latestClaim = now;
        return Optional.of(claim);
      }
    }
  }

  /// Claims the next message of a stream: if this consumer had the last two in quick succession,
  /// looks for the next for a moment, which costs both sides less than its going to sleep and being
  /// woken.
  ///
  /// @return empty if nothing came, or nothing flows: go to sleep
  Optional<Claim> claimFromStream(Duration wait) throws IOException {
    long start = System.nanoTime();
    boolean flows = inStream && start - latestClaim < STREAM_GAP_NANOS;
    if (ONE_PROCESSOR || !flows) return Optional.empty();
    long limit = wait.compareTo(GLANCING) < 0 ? wait.toNanos() : GLANCING.toNanos();
    while (System.nanoTime() - start < limit) {
      spin(BETWEEN_GLANCES_NANOS);
      if (!somethingCame()) continue;
      spin(GATHERING_NANOS);
      Optional<Claim> claim = tryClaim();
      if (claim.isPresent()) return claim;
    }
    return Optional.empty();
  }

  /// Whether all that was published to a subscription is in its queue.
  boolean hasTakenAllOver() throws IOException {
    lock.lock();
    try {
      return feed.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private static void spin(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) Thread.onSpinWait();
  }

  private boolean somethingCame() throws IOException {
    lock.lock();
    try {
      return reader.seemsChanged();
    } finally {
      lock.unlock();
    }
  }

  private @Nullable Taken claimNext() throws IOException {
    LocalMember self = membership.self();
    lock.lock();
    try {
      self.requireNotEvicted();
      Dir claims = claimsFolder(self);
      feed.fill(upkeep);
      state.refresh();
      upkeep.run(state.settings());
      if (state.isOnHold()) return null;
      if (frontChanged) {
        frontChanged = false;
        reader.lookAgain();
      }
      taken = null;
      reader.next(
          state.priorities(),
          (bucket, file, priority) -> take(bucket, file, priority, claims, self));
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// The one step that makes a claim.
  private ReadyReader.Answer take(
      Dir bucket, String file, int priority, Dir claims, LocalMember self) throws IOException {
    MessageName name = MessageName.parse(file);
    if (name == null) return moveAway(bucket, file, self);
    long lease = state.settings().lease().toMillis() * 1000;
    MessageName claimed =
        name.claimed(
            priority,
            membership.epoch().tokenAfter(name.token()),
            lease == 0 ? 0 : membership.epoch().clockMicros() + lease);
    return switch (bucket.move(file, claims, claimed.format())) {
      case MOVED -> {
        taken = new Taken(claimed, name.token() == 0);
        yield ReadyReader.Answer.TAKEN;
      }
      case MISSING -> {
        if (claims.isGone()) throw self.evicted();
        yield ReadyReader.Answer.NEXT;
      }
      case TAKEN ->
          throw new BadFormatException(
              claims.pathOf(claimed.format())
                  + " is there already, and claims are never repeated; remove it");
    };
  }

  private ReadyReader.Answer moveAway(Dir bucket, String file, LocalMember self) {
    try {
      Moves.quarantine(folder, bucket, file, self.id());
      return ReadyReader.Answer.NEXT;
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          bucket.pathOf(file) + " is no message and cannot be moved away; remove it by hand",
          e);
      return ReadyReader.Answer.STUCK;
    }
  }

  /// Reads what was claimed; null if it was no good, expired, or lost meanwhile.
  private @Nullable SpoolClaim read(Taken claimed) throws IOException {
    MessageName name = claimed.name;
    Dir claims = claimsFolder(membership.self());
    String file = name.format();
    try (Fd fd = claims.tryOpenFile(file)) {
      if (fd == null) return null;
      MessageFile message = MessageFile.read(claims, fd);
      if (message.isExpired(membership.kernel().realtimeNanos())) {
        bury(claims, file, name, Failure.of("expired"));
        return null;
      }
      SpoolClaim claim =
          new SpoolClaim(queue, claims, name, claimed.first, message.toMessage(name));
      queue.remember(claim);
      return claim;
    } catch (BadFormatException | UnsafePathException e) {
      bury(claims, file, name, Failure.of(String.valueOf(e.getMessage())));
      return null;
    } catch (ErrnoException e) {
      giveUpFor(claims, file, claimed, e);
      // One that its sender has closed to the others of a group must not end whoever meets it.
      if (e.is(Errno.EACCES)) return null;
      throw e;
    }
  }

  private void bury(Dir claims, String file, MessageName name, Failure failure) throws IOException {
    boolean done = false;
    try {
      queue.bury(claims, file, name, failure);
      done = true;
    } finally {
      if (!done) leaveOver(name);
    }
  }

  /// A message on a bad part of a disk must not stop the others, and a process without descriptors
  /// must neither lose one nor overtake it later.
  private void giveUpFor(Dir claims, String file, Taken claimed, ErrnoException why) {
    MessageName name = claimed.name;
    try {
      switch (why.errno()) {
        case EMFILE, ENFILE, ENOMEM -> unread.addFirst(claimed);
        default ->
            queue.retryLater(claims, file, name, Failure.of(String.valueOf(why.getMessage())));
      }
    } catch (IOException e) {
      leaveOver(name);
      why.addSuppressed(e);
    }
  }

  private Dir claimsFolder(LocalMember self) throws IOException {
    lock.lock();
    try {
      Dir known = mine;
      if (known == null) mine = known = folder.part(QueueFolder.CLAIMED).openOrMake(self.id());
      return known;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Dir> watched() throws IOException {
    List<Dir> dirs = new ArrayList<>(feed.watched());
    boolean good = false;
    try {
      dirs.add(folder.root().reopen());
      for (int priority : folder.priorities()) {
        Dir lane = folder.tryOpenReady(priority);
        if (lane == null) continue;
        dirs.add(lane);
        addEnds(dirs, lane, Buckets.byKey(lane));
      }
      Dir delayed = folder.part(QueueFolder.DELAYED).reopen();
      dirs.add(delayed);
      addEnds(dirs, delayed, Buckets.byTime(delayed));
      good = true;
      return dirs;
    } finally {
      if (!good) dirs.forEach(Dir::close);
    }
  }

  /// Returned messages come to the oldest bucket, new ones to the newest.
  private static void addEnds(List<Dir> dirs, Dir parent, List<String> buckets) throws IOException {
    if (buckets.isEmpty()) return;
    Dir oldest = parent.tryOpen(buckets.getFirst());
    if (oldest != null) dirs.add(oldest);
    if (buckets.size() == 1) return;
    Dir newest = parent.tryOpen(buckets.getLast());
    if (newest != null) dirs.add(newest);
  }

  @Override
  public long nanosToNextWork() throws IOException {
    lock.lock();
    try {
      return upkeep.nanosToNext(state.settings());
    } finally {
      lock.unlock();
    }
  }

  /// How long until the next delayed message is due, in nanoseconds, or [Delayed#NONE].
  long nanosToNextDue() throws IOException {
    lock.lock();
    try {
      return upkeep.nanosToNextDue();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      reader.close();
      upkeep.close();
      feed.close();
      if (mine != null) mine.close();
    } finally {
      lock.unlock();
    }
  }
}
