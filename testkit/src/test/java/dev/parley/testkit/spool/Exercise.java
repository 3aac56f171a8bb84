package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Claim;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.SubscribeOptions;
import dev.parley.SubscribeOptions.From;
import dev.parley.Subscription;
import dev.parley.Topic;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Does everything there is to do with a space that may be damaged, and keeps what it got and what
/// failed.
///
/// Trouble is an [IOException] that says what and where; anything else fails the test at once.
final class Exercise {
  static final String QUEUE = "mails";
  static final String TOPIC = "news";
  static final String SUBSCRIPTION = "audit";

  /// Texts of the messages that were claimed and acknowledged.
  final List<String> received = new ArrayList<>();

  /// Texts of the messages whose send returned.
  final List<String> sent = new ArrayList<>();

  /// What failed, and why.
  final List<String> failures = new ArrayList<>();

  private interface Step {
    void run() throws IOException, InterruptedException;
  }

  /// Makes a space with something of everything in it.
  static void prepare(Path place) throws Exception {
    try (Space space = Space.open(place)) {
      Queue queue = space.queue(QUEUE);
      queue.send(Outgoing.of("dead"));
      queue.tryClaim().orElseThrow().reject("no");
      queue.send(Outgoing.of("first").withDeduplicationId("1"));
      queue.send(Outgoing.of("failed"));
      queue.send(Outgoing.of("second"));
      queue.send(Outgoing.of("high").withPriority(7));
      queue.send(Outgoing.of("later").withDelay(Duration.ofHours(9)));
      queue.send(Outgoing.of("held").withPriority(9));
      queue.hold(List.of(queue.peek(1).getFirst().id()));
      try (Topic topic = space.topic(TOPIC)) {
        space.subscribe(SubscribeOptions.to(TOPIC).as(SUBSCRIPTION)).close();
        topic.publish(Outgoing.of("entry one"));
        topic.publish(Outgoing.of("entry two"));
      }
    }
  }

  /// What [#prepare] sent to the queue and has not ended.
  static List<String> waiting() {
    return List.of("dead", "first", "failed", "second", "high", "later", "held");
  }

  void run(Path place, Kernel kernel) throws InterruptedException {
    step(
        "open",
        () -> {
          try (Space space = Space.open(place, SpaceOptions.defaults().withKernel(kernel))) {
            look(space);
            step("send", () -> use(space));
            step("topic", () -> useTopic(space));
            step("reap", space::reap);
            step("check", () -> space.check(false));
          }
        });
  }

  private void look(Space space) throws InterruptedException {
    step("list", space::list);
    step("members", space::members);
    step(
        "peek",
        () -> {
          try (Queue queue = space.existingQueue(QUEUE)) {
            step("stats", queue::stats);
            step("settings", queue::settings);
            step("next due", queue::nextDue);
            step("dead", () -> queue.dead().list());
            queue.peek(9);
          }
        });
  }

  private void use(Space space) throws IOException, InterruptedException {
    try (Queue queue = space.queue(QUEUE)) {
      step("send plainly", () -> send(queue, Outgoing.of("new")));
      step("send with a priority", () -> send(queue, Outgoing.of("new high").withPriority(7)));
      step(
          "send with a delay",
          () -> send(queue, Outgoing.of("new later").withDelay(Duration.ofHours(9))));
      step("send an id again", () -> queue.send(Outgoing.of("first").withDeduplicationId("1")));
      step("send an id", () -> send(queue, Outgoing.of("new id").withDeduplicationId("2")));
      step("wait", () -> take(queue.claim(Duration.ofMillis(1))));
      step("nack", () -> fail(queue));
      for (int i = 0; i < 9; i++) step("claim", () -> take(queue.tryClaim()));
      step("hold", queue::hold);
      step("release", queue::release);
      step("configure", () -> queue.configure(queue.settings()));
    }
  }

  private void send(Queue queue, Outgoing message) throws IOException, InterruptedException {
    queue.send(message);
    sent.add(Promises.text(message));
  }

  private void take(Optional<Claim> claim) throws IOException {
    if (claim.isEmpty()) return;
    try (Claim held = claim.get()) {
      held.ack();
      received.add(held.message().text());
    }
  }

  private static void fail(Queue queue) throws IOException {
    Optional<Claim> claim = queue.tryClaim();
    if (claim.isPresent()) claim.get().nack("no luck");
  }

  private void useTopic(Space space) throws IOException, InterruptedException {
    try (Topic topic = space.topic(TOPIC)) {
      step("publish", () -> topic.publish(Outgoing.of("entry")));
      step("topic stats", topic::stats);
    }
    SubscribeOptions options = SubscribeOptions.to(TOPIC).as(SUBSCRIPTION).from(From.BEGINNING);
    try (Subscription subscription = space.subscribe(options)) {
      step(
          "next",
          () -> {
            Optional<Claim> claim = subscription.tryClaim();
            if (claim.isPresent()) claim.get().ack();
          });
    }
  }

  private void step(String name, Step step) throws InterruptedException {
    try {
      step.run();
    } catch (IOException | UncheckedIOException e) {
      assertThat(e.getMessage()).as(name).isNotBlank().doesNotContain("null");
      failures.add(name + ": " + e.getMessage());
    } catch (RuntimeException e) {
      throw new AssertionError(name + " fails with " + e, e);
    }
  }
}
