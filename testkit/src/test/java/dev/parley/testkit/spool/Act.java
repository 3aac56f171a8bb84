package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Claim;
import dev.parley.Failure;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.Store;
import dev.parley.sys.Kernel;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.MortalKernel.Death;
import dev.parley.testkit.spool.Promises.Acknowledged;
import dev.parley.testkit.spool.Promises.Began;
import dev.parley.testkit.spool.Promises.MayBeDead;
import dev.parley.testkit.spool.Promises.MayBeGone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Something a process can do with a queue, and what it promises meanwhile: for tests that cut it
/// short in every way.
///
/// @param settings of the queue
/// @param before what was done earlier, by a process that lived
/// @param texts the messages that were sent earlier
/// @param act what is cut short
record Act(String name, QueueSettings settings, Before before, List<String> texts, Deed act) {
  static final String QUEUE = "mails";
  private static final QueueSettings DEFAULTS = QueueSettings.defaults();
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG_ENOUGH = Duration.ofMinutes(1);

  /// Done earlier.
  interface Before {
    void on(Space space, Queue queue) throws Exception;
  }

  /// Done now; adds what it promises to `promises`.
  interface Deed {
    void on(Queue queue, List<Object> promises) throws Exception;
  }

  @Override
  public String toString() {
    return name;
  }

  /// Makes the space at `place` and does what comes before.
  ///
  /// @return what is promised so far
  List<Object> prepare(Path place) throws Exception {
    try (Space space = Space.open(place)) {
      before.on(space, space.queue(QUEUE, settings));
    }
    List<Object> promises = new ArrayList<>();
    for (String text : texts) promises.add(new Acknowledged(text, Optional.empty()));
    return promises;
  }

  // ---- making them

  private static Act act(String name, QueueSettings settings, List<String> texts, Deed deed) {
    Before before =
        (space, queue) -> {
          for (String text : texts) queue.send(Outgoing.of(text));
        };
    return new Act(name, settings, before, texts, deed);
  }

  static void send(Queue queue, List<Object> promises, Outgoing message) throws Exception {
    String text = Promises.text(message);
    promises.add(new Began(text, message.deduplicationId()));
    queue.send(message);
    promises.add(new Acknowledged(text, message.deduplicationId()));
  }

  private static Claim claim(Queue queue) throws IOException {
    return queue.tryClaim().orElseThrow();
  }

  /// All of them, in every store.
  static List<Act> all() {
    List<Act> acts = new ArrayList<>(sends());
    acts.addAll(claims());
    acts.addAll(upkeep());
    acts.addAll(management());
    List<Act> all = new ArrayList<>(acts);
    for (Store store : Store.values()) {
      if (store != Store.SPOOL) acts.forEach(act -> all.add(act.in(store)));
    }
    all.add(leaveAnEmptyBucket());
    return all;
  }

  private Act in(Store store) {
    String inStore = name + ", in store " + store;
    return new Act(inStore, settings.withStore(store), before, texts, act);
  }

  private static List<Act> sends() {
    Outgoing withId = Outgoing.of("a").withDeduplicationId("1");
    return List.of(
        act(
            "send",
            DEFAULTS,
            List.of("old"),
            (queue, promises) -> send(queue, promises, Outgoing.of("new"))),
        act(
            "send with an id, twice",
            DEFAULTS,
            List.of(),
            (queue, promises) -> {
              send(queue, promises, withId);
              assertThat(queue.send(withId).duplicate()).isTrue();
            }),
        act(
            "send with an id and a delay",
            DEFAULTS,
            List.of(),
            (queue, promises) -> send(queue, promises, withId.withDelay(HOUR))),
        act(
            "send with a delay",
            DEFAULTS,
            List.of("old"),
            (queue, promises) -> send(queue, promises, Outgoing.of("new").withDelay(HOUR))),
        act(
            "send to several priorities",
            DEFAULTS,
            List.of(),
            (queue, promises) -> {
              send(queue, promises, Outgoing.of("low").withPriority(0));
              send(queue, promises, Outgoing.of("high").withPriority(9));
            }),
        act(
            "send to a bounded queue",
            DEFAULTS.withMaxMessages(3),
            List.of("old"),
            (queue, promises) -> send(queue, promises, Outgoing.of("new"))),
        act(
            "send a large message",
            DEFAULTS,
            List.of(),
            (queue, promises) -> send(queue, promises, Outgoing.of("x".repeat(300_000)))));
  }

  private static List<Act> claims() {
    return List.of(
        act(
            "claim and acknowledge",
            DEFAULTS,
            List.of("a", "b"),
            (queue, promises) -> {
              Claim claim = claim(queue);
              promises.add(new MayBeGone(claim.message().text()));
              claim.ack();
              claim(queue);
            }),
        act(
            "acknowledge and keep",
            DEFAULTS.withRetain(HOUR),
            List.of("a"),
            (queue, promises) -> {
              Claim claim = claim(queue);
              promises.add(new MayBeGone(claim.message().text()));
              claim.ack();
            }),
        act(
            "wait for a message that is there",
            DEFAULTS,
            List.of("a"),
            (queue, promises) -> queue.claim(LONG_ENOUGH).orElseThrow()),
        act(
            "wait in vain",
            DEFAULTS,
            List.of(),
            (queue, promises) -> queue.claim(Duration.ofMillis(1))),
        act("give back", DEFAULTS, List.of("a", "b"), (queue, promises) -> claim(queue).close()),
        act(
            "close the queue",
            DEFAULTS,
            List.of("a", "b"),
            (queue, promises) -> {
              claim(queue);
              claim(queue);
              queue.close();
            }),
        act(
            "fail and retry",
            DEFAULTS.withBackoff(HOUR, HOUR),
            List.of("a"),
            (queue, promises) -> claim(queue).nack("no luck")),
        act(
            "fail until dead",
            DEFAULTS.withRetries(0),
            List.of("a"),
            (queue, promises) -> {
              promises.add(new MayBeDead("a"));
              claim(queue).nack("no luck");
            }),
        act(
            "reject",
            DEFAULTS,
            List.of("a", "b"),
            (queue, promises) -> {
              Claim claim = claim(queue);
              promises.add(new MayBeDead(claim.message().text()));
              claim.reject(Failure.of("no"));
            }),
        act(
            "extend and acknowledge",
            DEFAULTS.withLease(HOUR),
            List.of("a"),
            (queue, promises) -> {
              Claim claim = claim(queue);
              claim.extend(HOUR.multipliedBy(2));
              promises.add(new MayBeGone(claim.message().text()));
              claim.ack();
            }));
  }

  private static List<Act> upkeep() {
    return List.of(
        new Act(
            "bury the expired",
            DEFAULTS,
            (space, queue) -> queue.send(Outgoing.of("a").withTimeToLive(Duration.ofNanos(1))),
            List.of("a"),
            (queue, promises) -> {
              promises.add(new MayBeDead("a"));
              assertThat(queue.tryClaim()).isEmpty();
            }),
        new Act(
            "move what is due",
            DEFAULTS,
            (space, queue) -> queue.send(Outgoing.of("a").withDelay(Duration.ofNanos(1))),
            List.of("a"),
            (queue, promises) -> queue.claim(LONG_ENOUGH).orElseThrow()),
        new Act(
            "return what the dead held",
            DEFAULTS,
            (space, queue) -> {
              queue.send(Outgoing.of("a"));
              queue.send(Outgoing.of("b"));
              anotherDies(space);
            },
            List.of("a", "b"),
            (queue, promises) -> {
              queue.tryClaim();
              queue.claim(Duration.ofMillis(1));
            }));
  }

  private static Act leaveAnEmptyBucket() {
    return new Act(
        "leave an empty bucket",
        DEFAULTS,
        (space, queue) -> {
          queue.send(Outgoing.of("a"));
          Path newer = laneIn(space).resolve("7fffffffffffff00");
          Files.createDirectory(newer);
          Files.setAttribute(newer, "unix:mode", 0700);
        },
        List.of("a"),
        (queue, promises) -> {
          send(queue, promises, Outgoing.of("b"));
          Claim claim = claim(queue);
          promises.add(new MayBeGone(claim.message().text()));
          claim.ack();
          claim(queue);
          send(queue, promises, Outgoing.of("c"));
        });
  }

  /// Somebody claims all there is, begins to send, and dies.
  private static void anotherDies(Space space) throws Exception {
    MortalKernel kernel = new MortalKernel(Kernel.linux());
    Space theirs = Space.open(space.path(), SpaceOptions.defaults().withKernel(kernel.kernel()));
    Queue queue = theirs.existingQueue(QUEUE);
    while (queue.tryClaim().isPresent()) {}
    kernel.dieBefore(8);
    try {
      queue.send(Outgoing.of("a").withDeduplicationId("1"));
    } catch (Death e) {
      return;
    }
    kernel.die();
  }

  private static Path laneIn(Space space) throws IOException {
    try (var files = Files.walk(space.path().resolve("queues"))) {
      return files
          .filter(file -> file.getFileName().toString().contains(".p4.a0"))
          .findFirst()
          .orElseThrow()
          .getParent()
          .getParent();
    }
  }

  private static List<Act> management() {
    return List.of(
        act(
            "hold and release messages",
            DEFAULTS,
            List.of("a", "b"),
            (queue, promises) -> {
              List<String> ids = queue.peek(9).stream().map(message -> message.id()).toList();
              queue.hold(ids);
              queue.release(ids);
            }),
        act(
            "hold and release the queue",
            DEFAULTS,
            List.of("a"),
            (queue, promises) -> {
              queue.hold();
              queue.release();
            }),
        act(
            "purge",
            DEFAULTS,
            List.of("a", "b"),
            (queue, promises) -> {
              promises.add(new MayBeGone("a"));
              promises.add(new MayBeGone("b"));
              queue.purge();
            }),
        new Act(
            "replay and remove the dead",
            DEFAULTS,
            (space, queue) -> {
              for (String text : List.of("a", "b")) {
                queue.send(Outgoing.of(text));
                claim(queue).reject("no");
              }
            },
            List.of("a", "b"),
            (queue, promises) -> {
              promises.add(new MayBeDead("a"));
              promises.add(new MayBeDead("b"));
              queue.dead().replay(List.of(queue.dead().list().getFirst().id()));
              promises.add(new MayBeGone("b"));
              queue.dead().removeAll();
            }),
        act(
            "configure",
            DEFAULTS,
            List.of("a"),
            (queue, promises) ->
                queue.configure(queue.settings().withRetries(3).withMaxMessages(77))));
  }
}
