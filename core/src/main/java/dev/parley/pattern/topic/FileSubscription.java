package dev.parley.pattern.topic;

import dev.parley.Claim;
import dev.parley.Subscription;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.spool.SpoolQueue;
import dev.parley.primitive.file.Stamp;
import dev.parley.primitive.watch.Watcher;
import dev.parley.sys.InotifyEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A subscription to all topics that match some patterns: a queue in each, claimed from in turn.
final class FileSubscription implements Subscription {
  private static final System.Logger LOG = System.getLogger(FileSubscription.class.getName());

  private static final int MOST_IN_TURN = 64;

  private final Membership membership;
  private final Topics topics;
  private final String name;
  private final boolean live;
  private final List<TopicPattern> patterns;
  private final Map<String, SpoolQueue> queues = new TreeMap<>();
  private final NewTopics newTopics = new NewTopics();
  private Stamp listed = Stamp.NEVER;
  private Watcher.@Nullable Registration watch;
  private boolean closed;
  private int turn;
  private int claimsInTurn;

  FileSubscription(
      Membership membership,
      Topics topics,
      String name,
      boolean live,
      List<TopicPattern> patterns) {
    this.membership = membership;
    this.topics = topics;
    this.name = name;
    this.live = live;
    this.patterns = patterns;
    membership.handles().add(this);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String topicOf(Claim claim) {
    if (claim instanceof TopicClaim mine) return mine.topic();
    throw new IllegalArgumentException("the claim is not of this subscription");
  }

  /// Opens the queues of topics that match and are not open yet.
  ///
  /// @return whether there were any
  synchronized boolean lookForTopics() throws IOException {
    if (closed) throw new IllegalStateException("the subscription " + name + " is closed");
    if (watch == null) {
      Watcher watcher = membership.watcher();
      if (watcher != null) {
        watch =
            watcher.watch(
                topics.dir(), InotifyEvent.MOVED_TO | InotifyEvent.DELETE, newTopics::onEvent);
      }
    }
    newTopics.seen();
    Stamp before = Stamp.of(topics.dir().status(), topics.dir().kernel().realtimeNanos());
    listed = Stamp.NEVER;
    boolean found = false;
    for (String topic : topics.matching(patterns)) {
      if (queues.containsKey(topic)) continue;
      SpoolQueue queue = tryOpen(topic);
      if (queue == null) continue;
      queues.put(topic, queue);
      found = true;
    }
    listed = before;
    return found;
  }

  /// The topics' folder is asked, for the watch's events come some time after what they tell.
  private synchronized boolean isStale() throws IOException {
    return !listed.stillHolds(topics.dir().status());
  }

  /// Null if the topic is gone again, or something that is no topic has its name.
  private @Nullable SpoolQueue tryOpen(String topic) throws IOException {
    try {
      topics.makeFromFirst(topic, name);
      return topics.openSubscriptionQueue(topic + "/" + name);
    } catch (UnsafePathException e) {
      LOG.log(System.Logger.Level.DEBUG, "left out: " + e.getMessage());
      return null;
    }
  }

  @Override
  public Optional<Claim> tryClaim() throws IOException {
    while (true) {
      Optional<Found> found = look();
      if (found.isEmpty()) return Optional.empty();
      Claim claim = found.get().claim;
      if (claim != null) return Optional.of(claim);
    }
  }

  private Optional<Claim> claimInTurn() throws IOException {
    for (Map.Entry<String, SpoolQueue> each : inTurn()) {
      Optional<Claim> claim = each.getValue().tryClaim();
      if (claim.isPresent()) return Optional.of(new TopicClaim(claim.get(), each.getKey()));
      moveOn();
    }
    return Optional.empty();
  }

  private synchronized void moveOn() {
    turn++;
    claimsInTurn = 0;
  }

  /// Starts with the topic that had a message last, and moves on after some, so that a busy one
  /// does not starve the rest.
  private synchronized List<Map.Entry<String, SpoolQueue>> inTurn() {
    List<Map.Entry<String, SpoolQueue>> all = new ArrayList<>(queues.entrySet());
    if (++claimsInTurn > MOST_IN_TURN) moveOn();
    if (!all.isEmpty()) Collections.rotate(all, -(turn % all.size()));
    return all;
  }

  @Override
  public Optional<Claim> claim(Duration wait) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    Optional<Claim> now = tryClaim();
    if (now.isPresent() || wait.isZero() || wait.isNegative()) return now;
    long start = System.nanoTime();
    while (true) {
      Duration left = wait.minusNanos(System.nanoTime() - start);
      if (left.isNegative()) return Optional.empty();
      Optional<Found> found = Doorbell.await(doorbells(), left, this::look);
      if (found.isEmpty()) return Optional.empty();
      Claim claim = found.get().claim;
      if (claim != null) return Optional.of(claim);
    }
  }

  /// @param claim null if there is a new topic, whose doorbell has to be listened to as well
  private record Found(@Nullable Claim claim) {}

  private Optional<Found> look() throws IOException {
    if (newTopics.mayBeThere() && lookForTopics()) return Optional.of(new Found(null));
    Optional<Claim> claim = claimInTurn();
    if (claim.isPresent()) return claim.map(Found::new);
    return isStale() && lookForTopics() ? Optional.of(new Found(null)) : Optional.empty();
  }

  private synchronized List<Doorbell> doorbells() {
    List<Doorbell> doorbells = new ArrayList<>();
    doorbells.add(newTopics);
    for (SpoolQueue queue : queues.values()) doorbells.add(queue.doorbell());
    return doorbells;
  }

  @Override
  public synchronized void close() {
    if (!membership.handles().remove(this)) return;
    closed = true;
    newTopics.close();
    if (watch != null) watch.close();
    queues.values().forEach(SpoolQueue::close);
    queues.clear();
    if (!live) return;
    try {
      topics.endLive(name);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "ending " + name + " failed; it ends when this member has gone",
          e);
    }
  }
}
