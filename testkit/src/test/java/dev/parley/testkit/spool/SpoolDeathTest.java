package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Claim;
import dev.parley.Failure;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.MortalKernel.Death;
import dev.parley.testkit.spool.Promises.Acknowledged;
import dev.parley.testkit.spool.Promises.Began;
import dev.parley.testkit.spool.Promises.Keeping;
import dev.parley.testkit.spool.Promises.MayBeDead;
import dev.parley.testkit.spool.Promises.MayBeGone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process dies right before each system call of each thing it can do; whoever comes next finds a
/// promised state.
///
/// Each test is one thing to do, run as often as it makes system calls. The process that dies opens
/// the space itself, so joining it is among the calls.
@Timeout(600)
class SpoolDeathTest {
  private static final QueueSettings DEFAULTS = QueueSettings.defaults();
  private static final String QUEUE = "mails";
  private static Thread.UncaughtExceptionHandler before;

  @TempDir(factory = InMemory.class)
  private Path dir;

  /// Something to do with a queue.
  private interface Act {
    void on(Queue queue, List<Object> promises) throws Exception;
  }

  /// A dead process's threads end with a [Death] that nobody catches.
  @BeforeAll
  static void expectDeaths() {
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          if (!(e instanceof Death)) e.printStackTrace();
        });
  }

  @AfterAll
  static void expectNone() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  // ---- sending

  @Test
  void send() throws Exception {
    dies(DEFAULTS, List.of("old"), (queue, promises) -> send(queue, promises, Outgoing.of("new")));
  }

  @Test
  void sendWithAnId() throws Exception {
    dies(
        DEFAULTS,
        List.of(),
        (queue, promises) -> {
          send(queue, promises, Outgoing.of("a").withDeduplicationId("1"));
          assertThat(queue.send(Outgoing.of("a").withDeduplicationId("1")).duplicate()).isTrue();
        });
  }

  @Test
  void sendWithAnIdAndADelay() throws Exception {
    Outgoing message = Outgoing.of("a").withDeduplicationId("1").withDelay(Duration.ofHours(1));
    dies(DEFAULTS, List.of(), (queue, promises) -> send(queue, promises, message));
  }

  @Test
  void sendWithADelay() throws Exception {
    Outgoing message = Outgoing.of("new").withDelay(Duration.ofHours(1));
    dies(DEFAULTS, List.of("old"), (queue, promises) -> send(queue, promises, message));
  }

  @Test
  void sendToSeveralPriorities() throws Exception {
    dies(
        DEFAULTS,
        List.of(),
        (queue, promises) -> {
          send(queue, promises, Outgoing.of("low").withPriority(0));
          send(queue, promises, Outgoing.of("high").withPriority(9));
        });
  }

  @Test
  void sendToABoundedQueue() throws Exception {
    dies(
        DEFAULTS.withMaxMessages(2),
        List.of("old"),
        (queue, promises) -> send(queue, promises, Outgoing.of("new")));
  }

  @Test
  void sendALargeMessage() throws Exception {
    String text = "x".repeat(300_000);
    dies(DEFAULTS, List.of(), (queue, promises) -> send(queue, promises, Outgoing.of(text)));
  }

  @Test
  void makeTheSpaceAndTheQueue() throws Exception {
    for (int nth = 1; ; nth++) {
      Path place = dir.resolve(String.valueOf(nth));
      List<Object> promises = new ArrayList<>();
      MortalKernel kernel = new MortalKernel(Kernel.linux());
      kernel.dieBefore(nth);
      boolean died =
          diesIn(
              kernel,
              () -> {
                Space space =
                    Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()));
                send(space.queue(QUEUE), promises, Outgoing.of("first"));
              });
      check(place, promises, "making a space, before call " + nth);
      if (!died) return;
    }
  }

  // ---- claiming and what follows

  @Test
  void claimAndAcknowledge() throws Exception {
    dies(
        DEFAULTS,
        List.of("a", "b"),
        (queue, promises) -> {
          Claim claim = queue.tryClaim().orElseThrow();
          promises.add(new MayBeGone("a"));
          claim.ack();
          queue.tryClaim().orElseThrow();
        });
  }

  @Test
  void acknowledgeAndKeep() throws Exception {
    dies(
        DEFAULTS.withRetain(Duration.ofHours(1)),
        List.of("a"),
        (queue, promises) -> {
          Claim claim = queue.tryClaim().orElseThrow();
          promises.add(new MayBeGone("a"));
          claim.ack();
        });
  }

  @Test
  void waitForAMessageThatIsThere() throws Exception {
    dies(
        DEFAULTS,
        List.of("a"),
        (queue, promises) -> queue.claim(Duration.ofMinutes(1)).orElseThrow());
  }

  @Test
  void waitInVain() throws Exception {
    dies(DEFAULTS, List.of(), (queue, promises) -> queue.claim(Duration.ofMillis(1)));
  }

  @Test
  void giveBack() throws Exception {
    dies(DEFAULTS, List.of("a", "b"), (queue, promises) -> queue.tryClaim().orElseThrow().close());
  }

  @Test
  void closeTheQueue() throws Exception {
    dies(
        DEFAULTS,
        List.of("a", "b"),
        (queue, promises) -> {
          queue.tryClaim().orElseThrow();
          queue.tryClaim().orElseThrow();
          queue.close();
        });
  }

  @Test
  void failAndRetry() throws Exception {
    dies(
        DEFAULTS.withBackoff(Duration.ofHours(1), Duration.ofHours(1)),
        List.of("a"),
        (queue, promises) -> queue.tryClaim().orElseThrow().nack("no luck"));
  }

  @Test
  void failUntilDead() throws Exception {
    dies(
        DEFAULTS.withRetries(0),
        List.of("a"),
        (queue, promises) -> {
          promises.add(new MayBeDead("a"));
          queue.tryClaim().orElseThrow().nack("no luck");
        });
  }

  @Test
  void reject() throws Exception {
    dies(
        DEFAULTS,
        List.of("a", "b"),
        (queue, promises) -> {
          promises.add(new MayBeDead("a"));
          queue.tryClaim().orElseThrow().reject(Failure.of("no"));
        });
  }

  @Test
  void extendAndAcknowledge() throws Exception {
    dies(
        DEFAULTS.withLease(Duration.ofHours(1)),
        List.of("a"),
        (queue, promises) -> {
          Claim claim = queue.tryClaim().orElseThrow();
          claim.extend(Duration.ofHours(2));
          promises.add(new MayBeGone("a"));
          claim.ack();
        });
  }

  // ---- what happens in passing

  @Test
  void buryTheExpired() throws Exception {
    dies(
        DEFAULTS,
        queue -> queue.send(Outgoing.of("a").withTimeToLive(Duration.ofNanos(1))),
        List.of("a"),
        (queue, promises) -> {
          promises.add(new MayBeDead("a"));
          assertThat(queue.tryClaim()).isEmpty();
        });
  }

  @Test
  void moveWhatIsDue() throws Exception {
    dies(
        DEFAULTS,
        queue -> queue.send(Outgoing.of("a").withDelay(Duration.ofNanos(1))),
        List.of("a"),
        (queue, promises) -> queue.claim(Duration.ofMinutes(1)).orElseThrow());
  }

  @Test
  void returnWhatTheDeadHeld() throws Exception {
    dies(
        DEFAULTS,
        queue -> {
          queue.send(Outgoing.of("a"));
          queue.send(Outgoing.of("b"));
          anotherDies(queue);
        },
        List.of("a", "b"),
        (queue, promises) -> {
          queue.tryClaim();
          queue.claim(Duration.ofMillis(1));
        });
  }

  /// Somebody claims all there is, begins to send, and dies.
  private void anotherDies(Queue queue) throws Exception {
    MortalKernel kernel = new MortalKernel(Kernel.linux());
    Path place = dir.resolve(String.valueOf(runs));
    Space space = Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()));
    Queue theirs = space.existingQueue(queue.name());
    while (theirs.tryClaim().isPresent()) {}
    for (int nth = 3; nth <= 8 && !kernel.isDead(); nth++) {
      kernel.dieBefore(nth);
      diesIn(kernel, () -> theirs.send(Outgoing.of("a").withDeduplicationId("1")));
    }
    kernel.die();
  }

  // ---- managing

  @Test
  void holdAndReleaseMessages() throws Exception {
    dies(
        DEFAULTS,
        List.of("a", "b"),
        (queue, promises) -> {
          List<String> ids = queue.peek(9).stream().map(message -> message.id()).toList();
          queue.hold(ids);
          queue.release(ids);
        });
  }

  @Test
  void holdAndReleaseTheQueue() throws Exception {
    dies(
        DEFAULTS,
        List.of("a"),
        (queue, promises) -> {
          queue.hold();
          queue.release();
        });
  }

  @Test
  void purge() throws Exception {
    dies(
        DEFAULTS,
        List.of("a", "b"),
        (queue, promises) -> {
          promises.add(new MayBeGone("a"));
          promises.add(new MayBeGone("b"));
          queue.purge();
        });
  }

  @Test
  void replayAndRemoveTheDead() throws Exception {
    dies(
        DEFAULTS,
        queue -> {
          for (String text : List.of("a", "b")) {
            queue.send(Outgoing.of(text));
            queue.tryClaim().orElseThrow().reject("no");
          }
        },
        List.of("a", "b"),
        (queue, promises) -> {
          promises.add(new MayBeDead("a"));
          promises.add(new MayBeDead("b"));
          queue.dead().replay(List.of(queue.dead().list().getFirst().id()));
          promises.add(new MayBeGone("b"));
          queue.dead().removeAll();
        });
  }

  @Test
  void configure() throws Exception {
    dies(
        DEFAULTS,
        List.of("a"),
        (queue, promises) -> queue.configure(DEFAULTS.withRetries(3).withMaxMessages(77)));
  }

  @Test
  void leaveAnEmptyBucket() throws Exception {
    dies(
        DEFAULTS,
        queue -> {
          queue.send(Outgoing.of("a"));
          Path newer = laneOf(queue).resolve("7fffffffffffff00");
          Files.createDirectory(newer);
          Files.setAttribute(newer, "unix:mode", 0700);
        },
        List.of("a"),
        (queue, promises) -> {
          send(queue, promises, Outgoing.of("b"));
          Claim claim = queue.tryClaim().orElseThrow();
          promises.add(new MayBeGone("a"));
          claim.ack();
          queue.tryClaim().orElseThrow();
          send(queue, promises, Outgoing.of("c"));
        });
  }

  private Path laneOf(Queue queue) throws IOException {
    String id = queue.peek(1).getFirst().id();
    try (var files = Files.walk(dir.resolve(String.valueOf(runs)))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(id))
          .findFirst()
          .orElseThrow()
          .getParent()
          .getParent();
    }
  }

  // ---- how it is done

  private int runs;

  /// What is done before, by a process that lives.
  private interface Preparation {
    void on(Queue queue) throws Exception;
  }

  private static void send(Queue queue, List<Object> promises, Outgoing message) throws Exception {
    String text = Promises.text(message);
    promises.add(new Began(text, message.deduplicationId()));
    queue.send(message);
    promises.add(new Acknowledged(text, message.deduplicationId()));
  }

  private void dies(QueueSettings settings, List<String> texts, Act act) throws Exception {
    Preparation preparation =
        queue -> {
          for (String text : texts) queue.send(Outgoing.of(text));
        };
    dies(settings, preparation, texts, act);
  }

  private void dies(QueueSettings settings, Preparation preparation, List<String> texts, Act act)
      throws Exception {
    boolean died = true;
    for (int nth = 1; died; nth++) {
      Path place = dir.resolve(String.valueOf(++runs));
      List<Object> promises = new ArrayList<>();
      try (Space space = Space.open(place)) {
        preparation.on(space.queue(QUEUE, settings));
      }
      for (String text : texts) promises.add(new Acknowledged(text, Optional.empty()));
      MortalKernel kernel = new MortalKernel(Kernel.linux());
      Space space = Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()));
      Queue queue = space.existingQueue(QUEUE);
      kernel.dieBefore(nth);
      died = diesIn(kernel, () -> act.on(queue, promises));
      check(place, promises, "before call " + nth);
    }
    assertThat(runs).as("system calls").isGreaterThan(2);
  }

  private interface Action {
    void run() throws Exception;
  }

  /// Runs `action`, and kills the process then if it is not dead yet.
  ///
  /// @return whether it died on the way
  private static boolean diesIn(MortalKernel kernel, Action action) throws Exception {
    try {
      action.run();
    } catch (Death e) {
      return true;
    }
    boolean died = kernel.isDead(); // a thread of its own may have met the call
    kernel.die();
    return died;
  }

  private static void check(Path place, List<Object> promises, String when) throws Exception {
    try (Space space = Space.open(place)) {
      new Promises(promises).check(space, QUEUE, Keeping.ALL);
    } catch (AssertionError | Exception e) {
      throw new AssertionError("killed " + when + ": " + e + "\n" + listing(place), e);
    }
  }

  private static String listing(Path place) throws IOException {
    StringBuilder text = new StringBuilder();
    try (var files = Files.walk(place)) {
      files.sorted().forEach(file -> text.append(place.relativize(file)).append('\n'));
    }
    return text.toString();
  }
}
