package dev.parley.pattern.space;

import dev.parley.BadFormatException;
import dev.parley.Durability;
import dev.parley.InvalidNameException;
import dev.parley.Member;
import dev.parley.NoSuchNameException;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.TopicSettings;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Members;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.member.Names;
import dev.parley.pattern.member.SpaceFolder;
import dev.parley.pattern.topic.Topics;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A space in a directory of this host.
public final class LocalSpace implements Space {
  private final Path path;
  private final SpaceFolder folder;
  private final Membership membership;
  private final Dir queues;
  private final QueueStores stores;
  private final Topics topics;
  private final SpaceHoldings holdings;

  private LocalSpace(Path path, SpaceFolder folder, Optional<String> command) throws IOException {
    this.path = path;
    this.folder = folder;
    this.membership = new Membership(folder, command);
    this.queues = folder.open(SpaceFolder.QUEUES);
    this.topics = new Topics(membership);
    this.stores = new QueueStores(membership, queues, folder.root());
    this.holdings = new SpaceHoldings(queues, stores, topics);
    membership.setHoldings(holdings);
  }

  public static Space open(Path directory, SpaceOptions options) throws IOException {
    SpaceFolder folder =
        SpaceFolder.open(options.kernel(), directory, options.create(), options.group());
    boolean good = false;
    try {
      Space space = new LocalSpace(directory, folder, options.command());
      good = true;
      return space;
    } finally {
      if (!good) folder.close();
    }
  }

  public static Path defaultPath() {
    Map<String, String> environment = System.getenv();
    String named = environment.get("PARLEY_SPACE");
    if (named != null && !named.isEmpty()) return Path.of(named);
    if (SpaceOptions.defaults().kernel().effectiveUserId() == 0) return Path.of("/var/lib/parley");
    String state = environment.get("XDG_STATE_HOME");
    if (state != null && state.startsWith("/")) return Path.of(state, "parley");
    String home = environment.get("HOME");
    if (home == null || !home.startsWith("/")) home = System.getProperty("user.home");
    if (home != null && home.startsWith("/")) return Path.of(home, ".local", "state", "parley");
    throw new IllegalStateException(
        "there is no home directory to put the space in; set HOME, or name it in PARLEY_SPACE");
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public String id() {
    return folder.id();
  }

  @Override
  public List<String> warnings() {
    return folder.storage().warnings(path.toString());
  }

  @Override
  public Durability defaultDurability() {
    return folder.storage().defaultDurability();
  }

  // ---- queues

  @Override
  public Queue queue(String name) throws IOException {
    if (Topics.isSubscriptionAddress(name)) return existingQueue(name);
    Queue there = stores.tryOpen(Names.queue(name));
    return there != null ? there : makeQueue(name, QueueSettings.defaults());
  }

  @Override
  public Queue queue(String name, QueueSettings wanted) throws IOException {
    Queue queue =
        Topics.isSubscriptionAddress(name)
            ? existingQueue(name)
            : stores.tryOpen(Names.queue(name));
    if (queue == null) queue = makeQueue(name, wanted);
    boolean good = false;
    try {
      QueueStores.requireSettings(queue, wanted);
      good = true;
      return queue;
    } finally {
      if (!good) queue.close();
    }
  }

  @Override
  public Queue existingQueue(String name) throws IOException {
    Queue queue =
        Topics.isSubscriptionAddress(name)
            ? topics.openSubscriptionQueue(name)
            : stores.tryOpen(Names.queue(name));
    if (queue != null) return queue;
    throw new NoSuchNameException(
        "there is no queue '" + name + "' in " + path + "; parley ls shows what is there");
  }

  private Queue makeQueue(String name, QueueSettings settings) throws IOException {
    if (topics.has(name)) {
      throw new InvalidNameException(
          "'" + name + "' is a topic in " + path + "; publish to it, or call the queue otherwise");
    }
    stores.makeIfMissing(name, settings);
    Queue queue = stores.tryOpen(name);
    if (queue != null) return queue;
    throw new BadFormatException(
        queues.pathOf(name) + " vanished right after it was made; try again");
  }

  // ---- topics

  @Override
  public Topic topic(String name) throws IOException {
    requireNoQueue(name);
    return topics.openOrMake(name, TopicSettings.defaults());
  }

  @Override
  public Topic topic(String name, TopicSettings wanted) throws IOException {
    requireNoQueue(name);
    return topics.openWith(name, wanted);
  }

  /// A name names one thing: or `hold NAME` would hold the one and `publish NAME` go to the other.
  private void requireNoQueue(String name) throws IOException {
    if (topics.has(Names.topic(name)) || !queues.has(name)) return;
    throw new InvalidNameException(
        "'" + name + "' is a queue in " + path + "; send to it, or call the topic otherwise");
  }

  @Override
  public Topic existingTopic(String name) throws IOException {
    Topic topic = topics.tryOpen(name);
    if (topic != null) return topic;
    throw new NoSuchNameException(
        "there is no topic '" + name + "' in " + path + "; parley ls shows what is there");
  }

  @Override
  public Subscription subscribe(SubscribeOptions options) throws IOException {
    return topics.subscribe(options);
  }

  @Override
  public boolean unsubscribe(String name) throws IOException {
    return topics.unsubscribe(name);
  }

  // ---- looking around

  @Override
  public List<Named> list() throws IOException {
    List<Named> named = new ArrayList<>();
    for (String queue : holdings.queueNames()) named.add(new Named(queue, "queue"));
    for (String topic : topics.names()) {
      named.add(new Named(topic, "topic"));
      for (String subscription : topics.subscriptions(topic)) {
        named.add(new Named(topic + "/" + subscription, "subscription"));
      }
    }
    return named;
  }

  @Override
  public List<MemberInfo> members() throws IOException {
    Members members = membership.members();
    Map<String, Integer> claims = holdings.countClaims();
    List<MemberInfo> infos = new ArrayList<>();
    for (String id : members.ids()) {
      Members.State state = members.state(id);
      Map<String, String> lines = describe(members, id);
      if (lines == null || state == Members.State.ABSENT) continue;
      infos.add(info(id, state == Members.State.ALIVE ? "alive" : "dead", lines, claims));
      claims.remove(id);
    }
    for (String id : claims.keySet()) infos.add(info(id, "evicted", new HashMap<>(), claims));
    return infos;
  }

  /// What a member's file says decides nothing, so one that says nonsense hides no other.
  private static @Nullable Map<String, String> describe(Members members, String id)
      throws IOException {
    try {
      return members.describe(id);
    } catch (BadFormatException | UnsafePathException e) {
      return Map.of("command", "unknown: its file is damaged");
    }
  }

  private MemberInfo info(
      String id, String state, Map<String, String> lines, Map<String, Integer> claims) {
    long now = folder.kernel().realtimeNanos();
    long joined = number(lines.getOrDefault("joined", ""), now);
    return new MemberInfo(
        id,
        state,
        number(lines.getOrDefault("pid", ""), -1),
        lines.getOrDefault("host", "unknown"),
        lines.getOrDefault("user", "unknown"),
        lines.getOrDefault("command", "unknown"),
        Duration.ofNanos(Math.max(0, now - joined)),
        claims.getOrDefault(id, 0));
  }

  private static long number(String text, long otherwise) {
    return text.matches("[0-9]{1,18}|[1-8][0-9]{18}") ? Long.parseLong(text) : otherwise;
  }

  @Override
  public Member self() throws IOException {
    return membership.self();
  }

  @Override
  public int reap() throws IOException {
    return membership.reap();
  }

  @Override
  public List<Finding> check(boolean repair) throws IOException {
    return new SpaceCheck(folder, membership, holdings, stores, repair).run();
  }

  @Override
  public void close() {
    membership.handles().closeAll();
    try {
      holdings.leave(membership);
    } catch (IOException | RuntimeException e) {
      System.getLogger(LocalSpace.class.getName())
          .log(System.Logger.Level.DEBUG, "leaving " + path + " left something to be reaped", e);
    }
    topics.close();
    queues.close();
    membership.close();
  }
}
