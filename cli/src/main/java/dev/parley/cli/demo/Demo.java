package dev.parley.cli.demo;

import dev.parley.Queue;
import dev.parley.QueueStats;
import dev.parley.Space;
import dev.parley.Topic;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Runs it:
///
/// ```text
///   2 x send -l          queue          3 x worker              topics              2 x subscribe
///   every other line --> lines --> hash of the line, --> demo.lines.1 to 3 --> demo.lines.*
///                                  one is killed                           --> demo.**
/// ```
public final class Demo implements AutoCloseable {
  /// The queue between senders and workers.
  public static final String QUEUE = "lines";

  /// The topics that workers publish to, but for the number of the worker.
  public static final String TOPIC = "demo.lines.";

  private static final int SENDERS = 2;
  private static final int WORKERS = 3;
  private static final int VICTIM = 2;
  private static final List<String> PATTERNS = List.of(TOPIC + "*", "demo.**");

  private static final int SIGSTOP = 19;
  private static final int SIGCONT = 18;
  private static final Duration TICK = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Space space;
  private final Path logs;
  private final Lines lines;
  private final Function<String, String> payloadOf;
  private final List<Actor> senders = new ArrayList<>();
  private final List<Actor> workers = new ArrayList<>();
  private final List<Actor> subscribers = new ArrayList<>();
  private final List<Tally> tallies = new ArrayList<>();
  private final AtomicInteger sent = new AtomicInteger();
  private final AtomicIntegerArray worked = new AtomicIntegerArray(WORKERS + 1);
  private int heldByVictim;
  private volatile boolean closed;

  /// @param logs a directory for what the processes say
  /// @param payloadOf finds the payload in a line of `subscribe --json`
  public Demo(Space space, Path logs, Lines lines, Function<String, String> payloadOf) {
    this.space = space;
    this.logs = logs;
    this.lines = lines;
    this.payloadOf = payloadOf;
  }

  /// How far it has come.
  ///
  /// @param worked lines that workers are done with
  /// @param received by each subscriber
  public record Progress(int lines, int sent, int worked, List<Integer> received, boolean killed) {}

  /// What came of it.
  ///
  /// @param heldByVictim how many messages the killed worker held then; 0 if it was too quick to be
  ///   caught
  public record Outcome(
      int lines,
      int sent,
      int heldByVictim,
      List<WorkerLine> workers,
      List<SubscriberLine> subscribers) {
    /// Whether every subscriber got every line as it was sent.
    public boolean isGood() {
      return sent == lines && subscribers.stream().allMatch(s -> s.lost() == 0 && s.damaged() == 0);
    }
  }

  public record WorkerLine(int number, int done, boolean killed) {}

  public record SubscriberLine(
      String pattern, int received, int duplicated, int lost, int damaged) {}

  /// Runs until every line has arrived, or nothing has moved for half a minute.
  ///
  /// @throws IOException if a process failed
  public Outcome run(Consumer<Progress> watcher) throws IOException, InterruptedException {
    startSubscribers();
    startWorkers();
    awaitMembers();
    startSenders();
    long lastMove = System.nanoTime();
    Progress last = progress();
    while (!isFinished()) {
      if (heldByVictim == 0 && worked.get(VICTIM) > 0) killVictim();
      Thread.sleep(TICK);
      Progress now = progress();
      if (!now.equals(last)) lastMove = System.nanoTime();
      if (System.nanoTime() - lastMove > PATIENCE.toNanos()) break;
      last = now;
      watcher.accept(now);
      requireNoFailure();
    }
    endAll();
    return outcome();
  }

  @Override
  public void close() {
    closed = true;
    all().forEach(Actor::close);
  }

  private void startSubscribers() throws IOException {
    for (int i = 0; i < PATTERNS.size(); i++) {
      Tally tally = new Tally(lines);
      tallies.add(tally);
      subscribers.add(
          start(
              "subscriber-" + (i + 1),
              List.of(
                  "subscribe",
                  PATTERNS.get(i),
                  "--as",
                  "demo" + (i + 1),
                  "--from",
                  "beginning",
                  "--json"),
              line -> tally.add(payloadOf.apply(line))));
    }
  }

  private void startWorkers() throws IOException {
    for (int i = 1; i <= WORKERS; i++) {
      int number = i;
      workers.add(
          start(
              "worker-" + i,
              List.of("demo-work", String.valueOf(i)),
              _ -> worked.incrementAndGet(number)));
    }
  }

  /// Waits for the workers, for one that comes late could not be killed at work.
  private void awaitMembers() throws IOException, InterruptedException {
    long start = System.nanoTime();
    while (!haveJoined(workers)) {
      requireNoFailure();
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        throw new IOException("a worker did not start: what it said is in " + logs);
      }
      Thread.sleep(TICK);
    }
  }

  private boolean haveJoined(List<Actor> actors) throws IOException {
    Set<Long> members =
        space.members().stream().map(Space.MemberInfo::pid).collect(Collectors.toSet());
    return actors.stream().allMatch(actor -> members.contains(actor.pid()));
  }

  private void startSenders() throws IOException {
    for (int i = 0; i < SENDERS; i++) {
      int first = i;
      Actor sender =
          start(
              "sender-" + (i + 1),
              List.of("send", QUEUE, "-l", "--print-id"),
              _ -> sent.incrementAndGet());
      sender.feed(
          out -> {
            for (int number = first; number < lines.count(); number += SENDERS) {
              out.write(lines.message(number));
              out.write('\n');
            }
          });
      senders.add(sender);
    }
  }

  private Actor start(String name, List<String> command, Consumer<String> toEachLine)
      throws IOException {
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(1, List.of("--space", space.path().toString()));
    return Actor.start(name, logs.resolve(name), arguments, toEachLine);
  }

  private List<Actor> all() {
    List<Actor> all = new ArrayList<>(senders);
    all.addAll(workers);
    all.addAll(subscribers);
    return all;
  }

  private Progress progress() {
    List<Integer> received = tallies.stream().map(Tally::distinct).toList();
    int done = 0;
    for (int i = 1; i <= WORKERS; i++) done += worked.get(i);
    return new Progress(lines.count(), sent.get(), done, received, heldByVictim > 0);
  }

  /// Stops the victim to see whether it holds a message, and kills it if so: whatever it was doing.
  private void killVictim() throws IOException {
    Actor victim = workers.get(VICTIM - 1);
    Kernel.linux().kill((int) victim.pid(), SIGSTOP);
    heldByVictim = claimsOf(victim.pid());
    if (heldByVictim > 0) {
      victim.kill();
    } else {
      Kernel.linux().kill((int) victim.pid(), SIGCONT);
    }
  }

  private int claimsOf(long pid) throws IOException {
    Optional<Space.MemberInfo> member =
        space.members().stream().filter(info -> info.pid() == pid).findFirst();
    return member.map(Space.MemberInfo::claims).orElse(0);
  }

  private void requireNoFailure() throws IOException {
    for (Actor actor : all()) {
      boolean killed = heldByVictim > 0 && actor == workers.get(VICTIM - 1);
      if (actor.hasFailed() && !killed && !closed) {
        throw new IOException(actor.name() + " failed: " + actor.talk());
      }
    }
  }

  private boolean isFinished() throws IOException {
    if (!tallies.stream().allMatch(Tally::isComplete)) return false;
    // Duplicates may still be on their way.
    try (Queue queue = space.existingQueue(QUEUE)) {
      if (isBusy(queue.stats())) return false;
    }
    for (int i = 1; i <= WORKERS; i++) {
      try (Topic topic = space.topic(TOPIC + i)) {
        for (Topic.SubscriptionStats s : topic.stats().subscriptions()) {
          if (s.behind() > 0 || isBusy(s.queue())) return false;
        }
      }
    }
    return true;
  }

  private static boolean isBusy(QueueStats stats) {
    return stats.ready() + stats.delayed() + stats.claimed() > 0;
  }

  private void endAll() throws IOException, InterruptedException {
    for (Actor actor : all()) actor.terminate();
    for (Actor actor : all()) {
      if (!actor.awaitEnd(ENDING)) throw new IOException(actor.name() + " did not end on SIGTERM");
    }
    requireNoFailure();
  }

  private Outcome outcome() {
    List<WorkerLine> byWorker = new ArrayList<>();
    for (int i = 1; i <= WORKERS; i++) {
      boolean killed = i == VICTIM && heldByVictim > 0;
      byWorker.add(new WorkerLine(i, tallies.getFirst().byWorker(i), killed));
    }
    List<SubscriberLine> bySubscriber = new ArrayList<>();
    for (int i = 0; i < tallies.size(); i++) {
      Tally tally = tallies.get(i);
      bySubscriber.add(
          new SubscriberLine(
              PATTERNS.get(i), tally.total(), tally.duplicated(), tally.lost(), tally.damaged()));
    }
    return new Outcome(lines.count(), sent.get(), heldByVictim, byWorker, bySubscriber);
  }
}
