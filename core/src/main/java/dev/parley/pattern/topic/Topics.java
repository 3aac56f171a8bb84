package dev.parley.pattern.topic;

import dev.parley.BadFormatException;
import dev.parley.InvalidNameException;
import dev.parley.QueueSettings;
import dev.parley.SubscribeOptions;
import dev.parley.SubscribeOptions.From;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.TopicSettings;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Members;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.member.Names;
import dev.parley.pattern.member.SpaceFolder;
import dev.parley.pattern.spool.EntryHeader;
import dev.parley.pattern.spool.SpoolQueue;
import dev.parley.pattern.spool.SpoolReaping;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The topics of a space, and the subscriptions to them.
public final class Topics implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Topics.class.getName());

  /// A live subscription's name: this, the member's id, `-`, a number.
  private static final String LIVE = "@";

  private static final int MEMBER_DIGITS = 16;
  private static final long TICK_NANOS = 20_000_000;

  private final Membership membership;
  private final Dir topics;
  private final DurableSubscriptions durable;

  public Topics(Membership membership) throws IOException {
    this.membership = membership;
    this.topics = membership.folder().open(SpaceFolder.TOPICS);
    this.durable = new DurableSubscriptions(membership.folder().open(SpaceFolder.SUBSCRIPTIONS));
  }

  Dir dir() {
    return topics;
  }

  public boolean has(String name) throws IOException {
    return topics.has(name);
  }

  /// Without what no topic can be called; `fsck` tells of that.
  public List<String> names() throws IOException {
    return topics.names().stream().filter(Names::isTopic).toList();
  }

  // ---- topics

  public Topic openOrMake(String name, TopicSettings settings) throws IOException {
    FileTopic topic = tryOpen(Names.topic(name));
    if (topic != null) return topic;
    make(name, settings);
    topic = tryOpen(name);
    if (topic != null) return topic;
    throw new BadFormatException(
        topics.pathOf(name) + " vanished right after it was made; try again");
  }

  /// @throws dev.parley.SettingsConflictException if it is there with others
  public Topic openWith(String name, TopicSettings wanted) throws IOException {
    Topic topic = openOrMake(name, wanted);
    boolean good = false;
    try {
      ((FileTopic) topic).requireSettings(wanted);
      good = true;
      return topic;
    } finally {
      if (!good) topic.close();
    }
  }

  public @Nullable FileTopic tryOpen(String name) throws IOException {
    TopicFolder folder = TopicFolder.tryOpen(topics, Names.topic(name));
    if (folder == null) return null;
    boolean opened = false;
    try {
      FileTopic topic =
          new FileTopic(
              name, membership, this, folder, List.of(topics, membership.folder().root()));
      opened = true;
      return topic;
    } finally {
      if (!opened) folder.close();
    }
  }

  /// Makes a topic with the durable subscriptions that match it.
  ///
  /// On disk, in order: everything under a name that starts with a dot; the rename. Killed before
  /// that, the dot folder stays and means nothing.
  private void make(String name, TopicSettings settings) throws IOException {
    boolean keeps = membership.folder().storage().keepsDurableSends();
    String temporary = "." + name + "-" + RandomName.hex(12);
    topics.tryMake(temporary);
    boolean moved = false;
    try (KernelLock _ = durable.lock()) {
      try (Dir root = topics.open(temporary)) {
        TopicFolder.fill(root, settings, keeps);
        try (Dir subscriptions = root.open(TopicFolder.SUBSCRIPTIONS)) {
          makeMatching(name, subscriptions);
        }
        if (keeps) root.sync();
      }
      moved = topics.move(temporary, topics, name) == Move.MOVED;
      if (keeps) topics.sync();
    } finally {
      if (!moved) topics.removeTree(temporary);
    }
  }

  /// Makes the durable subscriptions that a topic should have and lacks, because somebody removed
  /// them by hand, or a power cut did. They start with its first entry.
  void completeSubscriptions(String name, TopicFolder folder) throws IOException {
    if (folder.subscriptionNames().containsAll(durable.matching(name))) return;
    try (KernelLock _ = durable.lock()) {
      makeMatching(name, folder.subscriptions());
    }
  }

  /// Call it holding the lock of the durable subscriptions.
  private void makeMatching(String topic, Dir subscriptions) throws IOException {
    for (String subscription : durable.matching(topic)) {
      makeSubscription(subscriptions, subscription, TopicFolder.FIRST);
    }
  }

  // ---- subscriptions

  /// Whether `name` is `TOPIC/NAME`, a subscription where a queue is expected.
  public static boolean isSubscriptionAddress(String name) {
    return name.indexOf('/') >= 0;
  }

  /// The queue of the subscription `TOPIC/NAME`, or null if there is none.
  public @Nullable SpoolQueue openSubscriptionQueue(String address) throws IOException {
    int slash = address.indexOf('/');
    String topic = Names.topic(address.substring(0, slash));
    String name = address.substring(slash + 1);
    if (!isLive(name)) Names.queue(name);
    TopicFolder folder = TopicFolder.tryOpen(topics, topic);
    if (folder == null) return null;
    boolean opened = false;
    TopicFeed feed = null;
    try (Dir subscription = folder.subscriptions().tryOpen(name)) {
      if (subscription == null) return null;
      feed = new TopicFeed(folder, subscription.open(Position.FOLDER));
      List<Dir> ancestors =
          List.of(folder.subscriptions(), folder.root(), topics, membership.folder().root());
      SpoolQueue queue =
          SpoolQueue.tryOpen(membership, folder.subscriptions(), name, address, ancestors, feed);
      opened = queue != null;
      return queue;
    } finally {
      if (!opened && feed != null) feed.close();
      if (!opened) folder.close();
    }
  }

  public Subscription subscribe(SubscribeOptions options) throws IOException {
    List<TopicPattern> patterns = options.patterns().stream().map(TopicPattern::of).toList();
    String name = options.name().map(Names::queue).orElse(null);
    String own = name != null ? name : LIVE + membership.self().id() + "-" + RandomName.hex(8);
    FileSubscription subscription =
        new FileSubscription(membership, this, own, name == null, patterns);
    boolean good = false;
    try {
      // First in the topics that exist, from where the caller wants; then registered. So whoever
      // sees a registration without its subscription may start at the first entry.
      if (name == null) {
        makeInMatching(patterns, own, options.from());
      } else {
        try (KernelLock _ = durable.lock()) {
          makeInMatching(patterns, own, options.from());
          durable.register(name, options.patterns());
        }
      }
      subscription.lookForTopics();
      good = true;
      return subscription;
    } finally {
      if (!good) subscription.close();
    }
  }

  private void makeInMatching(List<TopicPattern> patterns, String subscription, From from)
      throws IOException {
    for (String topic : matching(patterns)) {
      try (TopicFolder folder = openIfSafe(topic)) {
        if (folder == null || folder.subscriptions().has(subscription)) continue;
        makeSubscription(folder.subscriptions(), subscription, start(folder, from));
      }
    }
  }

  /// Makes a subscription in a topic that came after it, unless it is there, or has been ended.
  void makeFromFirst(String topic, String subscription) throws IOException {
    try (TopicFolder folder = openIfSafe(topic)) {
      if (folder == null) return;
      if (isLive(subscription)) {
        makeSubscription(folder.subscriptions(), subscription, TopicFolder.FIRST);
      } else {
        completeSubscriptions(topic, folder);
      }
    }
  }

  private void makeSubscription(Dir subscriptions, String name, long next) throws IOException {
    boolean keeps = membership.folder().storage().keepsDurableSends();
    SpoolQueue.makeIfMissing(
        membership,
        subscriptions,
        name,
        QueueSettings.defaults(),
        root -> {
          root.tryMake(Position.FOLDER);
          try (Dir feed = root.open(Position.FOLDER)) {
            Position.write(feed, next);
            if (keeps) feed.sync();
          }
        });
  }

  /// The topics that match one of the patterns.
  List<String> matching(List<TopicPattern> patterns) throws IOException {
    List<String> found = new ArrayList<>();
    for (String topic : names()) {
      if (patterns.stream().anyMatch(pattern -> pattern.matches(topic))) found.add(topic);
    }
    return found;
  }

  /// The number of the first entry that a new subscription takes over.
  private static long start(TopicFolder folder, From from) throws IOException {
    try (EntryLog log = new EntryLog(folder.entries())) {
      return switch (from) {
        case From.Now _ -> Math.max(log.last() + 1, folder.floor());
        case From.Beginning _ -> Math.max(log.first(), TopicFolder.FIRST);
        case From.After after -> Math.min(sequenceOf(after.position()), log.last()) + 1;
        case From.Since since -> firstSince(folder, log, since.time());
      };
    }
  }

  private static long sequenceOf(String position) {
    long sequence = SpoolQueue.sequenceOf(position);
    if (sequence >= 0) return sequence;
    throw new InvalidNameException(
        "'"
            + position
            + "' is no position in a topic; positions are the ids that publish returns and messages have");
  }

  /// The first entry that was published at `time` or later. The times of the files, which the
  /// kernel takes from a clock that ticks, say where to look; the entries themselves decide.
  private static long firstSince(TopicFolder folder, EntryLog log, Instant time)
      throws IOException {
    long nanos = time.getEpochSecond() * 1_000_000_000L + time.getNano();
    for (long bucket : log.buckets()) {
      try (Dir dir = folder.entries().tryOpen(EntryLog.name(bucket))) {
        if (dir == null) continue;
        for (long sequence : log.entriesOf(bucket)) {
          var status = dir.statusOf(EntryLog.name(sequence));
          if (status == null || status.modifiedNanos() < nanos - TICK_NANOS) continue;
          if (sentNanos(dir, sequence, status) >= nanos) return sequence;
        }
      }
    }
    return Math.max(log.last() + 1, folder.floor());
  }

  private static long sentNanos(Dir dir, long sequence, FileStatus status) throws IOException {
    try {
      EntryHeader header = EntryHeader.tryRead(dir, EntryLog.name(sequence));
      return header == null ? Long.MIN_VALUE : header.sentNanos();
    } catch (BadFormatException | UnsafePathException e) {
      return status.modifiedNanos();
    }
  }

  /// The next entry a subscription takes over.
  ///
  /// @return empty if there is no such subscription (any more)
  OptionalLong position(TopicFolder folder, String subscription) throws IOException {
    try (Dir root = folder.subscriptions().tryOpen(subscription)) {
      if (root == null) return OptionalLong.empty();
      try (Dir feed = root.tryOpen(Position.FOLDER)) {
        return feed == null ? OptionalLong.empty() : OptionalLong.of(Position.read(feed));
      }
    }
  }

  public List<String> subscriptions(String topic) throws IOException {
    try (TopicFolder folder = openIfSafe(topic)) {
      return folder == null ? List.of() : folder.subscriptionNames();
    }
  }

  /// Ends a durable subscription. On disk, in order: its registration goes, so that nobody makes it
  /// again; its folder in each topic goes out of sight; then what was in them. Killed before all
  /// are out of sight, whoever asks again does the rest; after that, `fsck` does. The last step may
  /// take long, and is done without the lock.
  public boolean unsubscribe(String subscription) throws IOException {
    Names.queue(subscription);
    String aside = aside(subscription);
    boolean found;
    try (KernelLock _ = durable.lock()) {
      found = durable.unregister(subscription);
      found |= hideEverywhere(subscription, aside);
    }
    removeEverywhere(aside);
    return found;
  }

  /// Ends a live subscription in every topic.
  void endLive(String subscription) throws IOException {
    String aside = aside(subscription);
    if (hideEverywhere(subscription, aside)) removeEverywhere(aside);
  }

  /// A name of its own, for what is being removed.
  private static String aside(String subscription) {
    return "." + subscription + "-" + RandomName.hex(12);
  }

  private boolean hideEverywhere(String subscription, String aside) throws IOException {
    boolean found = false;
    for (String topic : names()) {
      try (TopicFolder folder = openIfSafe(topic)) {
        if (folder == null) continue;
        found |=
            folder.subscriptions().move(subscription, folder.subscriptions(), aside) == Move.MOVED;
      }
    }
    return found;
  }

  private void removeEverywhere(String aside) throws IOException {
    for (String topic : names()) {
      try (TopicFolder folder = openIfSafe(topic)) {
        if (folder != null) folder.subscriptions().removeTree(aside);
      }
    }
  }

  /// Removes a subscription with what it has not acknowledged: out of sight first.
  private static void remove(Dir subscriptions, String name) throws IOException {
    String aside = aside(name);
    if (subscriptions.move(name, subscriptions, aside) == Move.MOVED) {
      subscriptions.removeTree(aside);
    }
  }

  static boolean isLive(String subscription) {
    return subscription.length() > MEMBER_DIGITS + 1
        && subscription.startsWith(LIVE)
        && Members.isMemberId(memberOf(subscription));
  }

  private static String memberOf(String liveSubscription) {
    return liveSubscription.substring(1, MEMBER_DIGITS + 1);
  }

  // ---- what members hold

  /// Opens a topic; null if there is none, or something else has its name, which must not stop what
  /// is done for the rest.
  private @Nullable TopicFolder openIfSafe(String topic) throws IOException {
    try {
      return TopicFolder.tryOpen(topics, topic);
    } catch (UnsafePathException | BadFormatException e) {
      LOG.log(System.Logger.Level.DEBUG, "left out: " + e.getMessage());
      return null;
    }
  }

  public void addHolders(Set<String> ids) throws IOException {
    for (String topic : names()) {
      try (TopicFolder folder = openIfSafe(topic)) {
        if (folder == null) continue;
        for (String id : folder.sending().names()) {
          if (Members.isMemberId(id)) ids.add(id);
        }
        for (String subscription : folder.subscriptionNames()) {
          if (isLive(subscription)) ids.add(memberOf(subscription));
          SpoolReaping.addHolders(folder.subscriptions(), subscription, ids);
        }
      }
    }
  }

  /// Ends a member's live subscriptions, deletes what it had not finished publishing, and gives
  /// back its claims.
  public boolean giveBack(String member) throws IOException {
    boolean complete = true;
    for (String topic : names()) {
      try (TopicFolder folder = openIfSafe(topic)) {
        if (folder == null) continue;
        folder.sending().removeTree(member);
        for (String subscription : folder.subscriptionNames()) {
          if (isLive(subscription) && memberOf(subscription).equals(member)) {
            remove(folder.subscriptions(), subscription);
          } else {
            complete &= SpoolReaping.giveBack(folder.subscriptions(), subscription, member);
          }
        }
      }
    }
    return complete;
  }

  public void countClaims(Map<String, Integer> counts) throws IOException {
    for (String topic : names()) {
      try (TopicFolder folder = openIfSafe(topic)) {
        if (folder == null) continue;
        for (String subscription : folder.subscriptionNames()) {
          SpoolReaping.countClaims(folder.subscriptions(), subscription, counts);
        }
      }
    }
  }

  @Override
  public void close() {
    durable.close();
    topics.close();
  }
}
