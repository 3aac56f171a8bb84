package dev.parley.cli;

import dev.parley.NoSuchNameException;
import dev.parley.Queue;
import dev.parley.QueueStats;
import dev.parley.Space;
import dev.parley.Topic;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The queues and topics of a space, counted.
///
/// @param queues subscriptions, named TOPIC/NAME, among them
/// @param troubles why others could not be counted
record Snapshot(List<QueueLine> queues, List<TopicLine> topics, List<IOException> troubles) {
  /// @param kind `queue` or `subscription`
  /// @param behind what a subscription has not yet taken over from its topic
  record QueueLine(String name, String kind, long behind, QueueStats stats) {
    long depth() {
      return behind + stats.ready() + stats.delayed() + stats.claimed() + stats.heldMessages();
    }

    Map<String, Object> json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", name);
      object.put("kind", kind);
      if (kind.equals("subscription")) object.put("behind", behind);
      object.put("ready", stats.ready());
      object.put("readyByPriority", stats.readyByPriority());
      object.put("delayed", stats.delayed());
      object.put("claimed", stats.claimed());
      object.put("heldMessages", stats.heldMessages());
      object.put("dead", stats.dead());
      object.put("done", stats.done());
      stats.oldest().ifPresent(age -> object.put("oldestMillis", age.toMillis()));
      object.put("held", stats.held());
      object.put("holders", stats.holders());
      return object;
    }
  }

  record TopicLine(String name, Topic.TopicStats stats) {
    Map<String, Object> json() {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("name", name);
      object.put("kind", "topic");
      object.put("entries", stats.entries());
      stats.last().ifPresent(position -> object.put("last", position));
      stats.oldest().ifPresent(age -> object.put("oldestMillis", age.toMillis()));
      object.put("subscriptions", stats.subscriptions().stream().map(s -> s.name()).toList());
      return object;
    }
  }

  /// @param name a queue, a topic (its subscriptions come along), or TOPIC/NAME; null is everything
  /// @throws NoSuchNameException if nothing is called that
  static Snapshot of(Space space, @Nullable String name) throws IOException {
    Snapshot snapshot = new Snapshot(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    String owner = name == null ? null : name.replaceFirst("/.*", "");
    for (Space.Named named : space.list()) {
      if (owner == null || named.name().equals(owner)) snapshot.add(space, named);
    }
    if (name == null) return snapshot;
    if (name.contains("/")) {
      snapshot.topics.clear();
      snapshot.queues.removeIf(line -> !line.name().equals(name));
    }
    if (!snapshot.troubles.isEmpty()) throw snapshot.troubles.getFirst();
    if (snapshot.queues.isEmpty() && snapshot.topics.isEmpty()) {
      throw new NoSuchNameException("no queue or topic is called " + name + " in " + space.path());
    }
    return snapshot;
  }

  /// One that cannot be counted does not hide the others.
  private void add(Space space, Space.Named named) {
    try {
      switch (named.kind()) {
        case "queue" -> addQueue(space, named.name());
        case "topic" -> addTopic(space, named.name());
        default -> {} // A subscription comes with its topics.
      }
    } catch (NoSuchNameException e) {
      // Gone since it was listed.
    } catch (IOException e) {
      troubles.add(e);
    }
  }

  /// Says what could not be counted.
  ///
  /// @return the exit code
  int report(Shell shell) {
    int code = ExitCode.DONE;
    for (IOException trouble : troubles) {
      int its = Errors.report(trouble, shell);
      if (code == ExitCode.DONE) code = its;
    }
    return code;
  }

  private void addQueue(Space space, String name) throws IOException {
    try (Queue queue = space.existingQueue(name)) {
      queues.add(new QueueLine(name, "queue", 0, queue.stats()));
    }
  }

  private void addTopic(Space space, String name) throws IOException {
    try (Topic topic = space.existingTopic(name)) {
      Topic.TopicStats stats = topic.stats();
      topics.add(new TopicLine(name, stats));
      for (Topic.SubscriptionStats subscription : stats.subscriptions()) {
        String whole = name + "/" + subscription.name();
        queues.add(
            new QueueLine(whole, "subscription", subscription.behind(), subscription.queue()));
      }
    }
  }

  static String age(Optional<Duration> oldest) {
    return oldest.map(Durations::about).orElse("");
  }
}
