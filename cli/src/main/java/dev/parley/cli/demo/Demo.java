package dev.parley.cli.demo;

import dev.parley.Queue;
import dev.parley.QueueStats;
import dev.parley.Space;
import dev.parley.Topic;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
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
///
/// The worker that is killed begins alone, so that it is sure to get a line however few there are.
/// At one of its lines it stands still at the worst moment: the result is published, the line not
/// acknowledged. The others go on, and when half is done it is killed with the line in its hands.
/// So that line comes again, and its result comes twice.
public final class Demo implements AutoCloseable {
  /// The queue between senders and workers.
  public static final String QUEUE = "lines";

  /// The topics that workers publish to, but for the number of the worker.
  public static final String TOPIC = "demo.lines.";

  private static final int SENDERS = 2;
  private static final int WORKERS = 3;
  private static final int VICTIM = 2;
  private static final List<String> PATTERNS = List.of(TOPIC + "*", "demo.**");

  /// What the worker that will be killed says when it stands still.
  public static final String STANDING = "standing";

  private static final int MOST_UNSENT = 500;
  private static final int MOST_BEFORE_STANDING = 25;
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
  private volatile boolean standing;
  private boolean othersWork;
  private int heldByVictim;
  private boolean closed;

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
  /// @param heldByVictim how many messages the killed worker held then
  public record Outcome(
      int lines,
      int sent,
      int heldByVictim,
      List<WorkerLine> workers,
      List<SubscriberLine> subscribers) {
    /// Whether every subscriber got every line as it was sent.
    public boolean isGood() {
      return sent == lines
          && heldByVictim > 0
          && subscribers.stream().allMatch(s -> s.lost() == 0 && s.damaged() == 0);
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
    victim().go();
    startSenders();
    long lastMove = System.nanoTime();
    Progress last = progress();
    while (!isFinished()) {
      if (standing && !othersWork) letOthersWork();
      if (standing && heldByVictim == 0 && done() >= (lines.count() - 1) / 2) killVictim();
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
    synchronized (this) {
      closed = true;
    }
    all().forEach(Actor::close);
  }

  private Actor victim() {
    return workers.get(VICTIM - 1);
  }

  private void letOthersWork() throws IOException {
    othersWork = true;
    for (Actor worker : workers) {
      if (worker != victim()) worker.go();
    }
  }

  private void startSubscribers() throws IOException {
    for (int i = 0; i < PATTERNS.size(); i++) {
      Tally tally = new Tally(lines);
      tallies.add(tally);
      start(
          subscribers,
          "subscriber-" + (i + 1),
          List.of(
              "subscribe",
              PATTERNS.get(i),
              "--as",
              "demo" + (i + 1),
              "--from",
              "beginning",
              "--json"),
          line -> tally.add(payloadOf.apply(line)));
    }
  }

  private void startWorkers() throws IOException {
    for (int i = 1; i <= WORKERS; i++) {
      int number = i;
      int standAt = i == VICTIM ? Math.clamp(lines.count() / 10, 1, MOST_BEFORE_STANDING) : 0;
      start(
          workers,
          "worker-" + i,
          List.of("demo-work", String.valueOf(i), "--stand-at", String.valueOf(standAt)),
          line -> {
            if (line.equals(STANDING)) standing = true;
            else worked.incrementAndGet(number);
          });
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
      Semaphore window = new Semaphore(MOST_UNSENT);
      Actor sender =
          start(
              senders,
              "sender-" + (i + 1),
              List.of("send", QUEUE, "-l", "--print-id"),
              _ -> {
                sent.incrementAndGet();
                window.release();
              });
      sender.feed(out -> feed(out, first, window));
    }
  }

  /// Writes every other line, only so far ahead of what was sent that one sees it go.
  private void feed(OutputStream out, int first, Semaphore window) throws IOException {
    for (int number = first; number < lines.count(); number += SENDERS) {
      if (!window.tryAcquire()) {
        out.flush();
        window.acquireUninterruptibly();
      }
      out.write(lines.message(number));
      out.write('\n');
    }
  }

  private synchronized Actor start(
      List<Actor> to, String name, List<String> command, Consumer<String> toEachLine)
      throws IOException {
    if (closed) throw new InterruptedIOException("the demo was interrupted");
    List<String> arguments = new ArrayList<>(command);
    arguments.addAll(1, List.of("--space", space.path().toString()));
    Actor actor = Actor.start(name, logs.resolve(name), arguments, toEachLine);
    to.add(actor);
    return actor;
  }

  private synchronized List<Actor> all() {
    List<Actor> all = new ArrayList<>(senders);
    all.addAll(workers);
    all.addAll(subscribers);
    return all;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private int done() {
    int done = 0;
    for (int i = 1; i <= WORKERS; i++) done += worked.get(i);
    return done;
  }

  private Progress progress() {
    List<Integer> received = tallies.stream().map(Tally::distinct).toList();
    return new Progress(lines.count(), sent.get(), done(), received, heldByVictim > 0);
  }

  private void killVictim() throws IOException {
    int claims = claimsOf(victim().pid());
    if (claims == 0) throw new IOException("worker " + VICTIM + " lost what it held: see " + logs);
    victim().kill();
    heldByVictim = claims;
  }

  private int claimsOf(long pid) throws IOException {
    Optional<Space.MemberInfo> member =
        space.members().stream().filter(info -> info.pid() == pid).findFirst();
    return member.map(Space.MemberInfo::claims).orElse(0);
  }

  private void requireNoFailure() throws IOException {
    for (Actor actor : all()) {
      boolean killed = heldByVictim > 0 && actor == victim();
      if (actor.hasFailed() && !killed && !isClosed()) {
        throw new IOException(actor.name() + " failed: " + actor.talk());
      }
    }
  }

  private boolean isFinished() throws IOException {
    if (heldByVictim == 0 || !tallies.stream().allMatch(Tally::isComplete)) return false;
    // Duplicates may still be on their way.
    try (Queue queue = space.existingQueue(QUEUE)) {
      if (!queue.isDrained()) return false;
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
