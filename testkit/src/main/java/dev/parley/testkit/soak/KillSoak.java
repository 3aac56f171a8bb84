package dev.parley.testkit.soak;

import dev.parley.Claim;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.QueueStats;
import dev.parley.Space;
import dev.parley.Store;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Kills processes at work on one queue again and again, and judges what the living and the dead
/// wrote down.
///
/// Four processes send numbered lines, four consume them. In each round some of them, picked at
/// random, are killed (SIGKILL) at random points of the work, and replaced at once. At the end the
/// queue is drained, and [Judge] reads all ledgers.
///
/// Variants: system calls of the processes fail at random, each call of the kernel in turn with
/// each of [#ERRNOS]; a shell moves messages by hand meanwhile.
public final class KillSoak {
  private static final int PRODUCERS = 4;
  private static final int CONSUMERS = 4;
  private static final int MOST_KILLINGS_A_ROUND = 3;
  private static final int MOST_KILLED_AT_ONCE = 2;
  private static final int FAULTS_A_ROUND = 24;
  private static final int FARTHEST_FAULT_LOG2 = 6;
  private static final int FAULTS_AT_START = 4;

  /// So that those who are killed have something in their hands.
  private static final String WORK_MILLIS = "2";

  /// A shell that moves claims by hand needs time to find one.
  private static final String LONG_WORK_MILLIS = "150";

  private static final List<Errno> ERRNOS =
      List.of(Errno.EIO, Errno.ENOSPC, Errno.EINTR, Errno.EMFILE);

  /// How long nothing may move before that is a violation.
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int SIGKILL = 9;
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

  private final SoakOptions options;
  private final Path home;
  private final Path directory;
  private final Path stop;
  private final ProcessHarness processes = new ProcessHarness();
  private final Random random;
  private final List<Life> lives = new ArrayList<>();
  private final List<Life> living = new ArrayList<>();
  private final List<String[]> faults = new ArrayList<>();
  private final List<String> stalls = new ArrayList<>();
  private long quota;
  private long progress;
  private int kills;
  private int restarts;

  private KillSoak(SoakOptions options) throws IOException {
    this.options = options;
    this.random = new Random(options.seed());
    this.home = Files.createTempDirectory(options.directory(), "parley-soak-");
    this.directory = home.resolve("space");
    this.stop = home.resolve("stop");
  }

  /// `--rounds N --messages N --dir DIR --store STORE --seed N --faults --mv`. Prints the table,
  /// then the JSON on a line of its own; ends with 1 on any violation, and leaves the space and the
  /// ledgers then.
  public static void main(String[] arguments) throws Exception {
    Path memory = Path.of("/dev/shm");
    String directory =
        Files.isWritable(memory) ? memory.toString() : System.getProperty("java.io.tmpdir");
    SoakOptions options = SoakOptions.in(Path.of(directory));
    List<String> words = new ArrayList<>(Arrays.asList(arguments));
    while (!words.isEmpty()) {
      String word = words.removeFirst();
      options =
          switch (word) {
            case "--faults" -> options.withFaults();
            case "--mv" -> options.withMoves();
            default -> withValue(options, word, words);
          };
    }
    SoakReport report = run(options);
    System.out.println(report.table());
    System.out.println(report.json());
    System.exit(report.isGood() ? 0 : 1);
  }

  private static SoakOptions withValue(SoakOptions options, String option, List<String> words) {
    if (words.isEmpty())
      throw new IllegalArgumentException(
          option
              + " needs a value, or is none of --rounds, --messages, --dir, --store, --seed, --faults,"
              + " --mv");
    String value = words.removeFirst();
    return switch (option) {
      case "--rounds" -> options.withRounds(Integer.parseInt(value));
      case "--messages" -> options.withMessages(Integer.parseInt(value));
      case "--seed" -> options.withSeed(Long.parseLong(value));
      case "--dir" -> options.withDirectory(Path.of(value));
      case "--store" -> options.withStore(Store.valueOf(value.toUpperCase(Locale.ROOT)));
      default -> throw new IllegalArgumentException("no option " + option);
    };
  }

  public static SoakReport run(SoakOptions options) throws Exception {
    KillSoak soak = new KillSoak(options);
    SoakReport report;
    try (soak.processes) {
      report = soak.run();
    }
    if (report.isGood()) {
      deleteAll(soak.home);
    } else {
      System.err.println(
          "soak: seed " + options.seed() + "; space and ledgers are in " + soak.home);
    }
    return report;
  }

  private SoakReport run() throws Exception {
    long start = System.nanoTime();
    QueueSettings settings =
        QueueSettings.defaults()
            .withStore(options.store())
            .withRetries(1000)
            .withBackoff(Duration.ofMillis(10), Duration.ofMillis(100));
    Set<String> left = new HashSet<>();
    LedgerReader byHand = new LedgerReader(home.resolve("by-hand"));
    try (Space space = Space.open(directory);
        Queue queue = space.queue(SoakActor.QUEUE, settings)) {
      for (int i = 0; i < CONSUMERS; i++) begin(new Life.Role(false, i));
      for (int i = 0; i < PRODUCERS; i++) begin(new Life.Role(true, i));
      Child mover = options.moves() ? startMover() : null;
      for (int round = 1; round <= options.rounds() && stalls.isEmpty(); round++) round(round);
      await("all lines to be sent", this::allBegun);
      if (mover != null) {
        Files.createFile(stop);
        mover.awaitExit();
      }
      await("the queue to become empty", () -> isEmpty(queue.stats()));
      finish(true);
      finish(false);
      space.reap();
      drain(queue, left);
      byHand.read();
      space.check(false).forEach(finding -> stalls.add("check: " + finding));
    }
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("rounds", (long) options.rounds());
    figures.put("kills", (long) kills);
    figures.put(
        "  of consumers",
        lives.stream().filter(life -> life.wasKilled() && !life.role().isProducer()).count());
    figures.put("restarts after errors", (long) restarts);
    figures.put("processes", (long) lives.size());
    figures.put("seconds", TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
    return new Judge(options, lives, byHand.entries(), left).judge(figures, stalls);
  }

  // ---- a round

  private void round(int round) throws Exception {
    long step = options.messages() / options.rounds() / PRODUCERS;
    quota = round == options.rounds() ? options.messages() / PRODUCERS : round * step;
    for (Life life : List.copyOf(living))
      if (life.role().isProducer()) order(life, "upto " + quota);
    long begin = (round - 1) * step * PRODUCERS;
    long length = step * PRODUCERS;
    // A line counts when it is about to be sent and when it is acknowledged. Some are never.
    List<Runnable> acts = new ArrayList<>();
    int killings = 1 + random.nextInt(MOST_KILLINGS_A_ROUND);
    for (int i = 0; i < killings; i++) acts.add(this::killSome);
    if (options.faults()) for (int i = 0; i < FAULTS_A_ROUND; i++) acts.add(this::orderFault);
    Collections.shuffle(acts, random);
    long[] points =
        random.longs(acts.size(), 2 * begin, 2 * begin + length * 9 / 5).sorted().toArray();
    for (int i = 0; i < points.length && stalls.isEmpty(); i++) {
      long point = points[i];
      await("the work to come to " + point, () -> progress >= point);
      LockSupport.parkNanos(random.nextLong(PAUSE_NANOS)); // not always right after a look
      acts.get(i).run();
    }
  }

  private void killSome() {
    List<Life> victims = new ArrayList<>(living);
    Collections.shuffle(victims, random);
    victims = victims.subList(0, 1 + random.nextInt(MOST_KILLED_AT_ONCE));
    for (Life victim : victims) kill(victim);
    for (Life victim : victims) replace(victim);
  }

  private static void kill(Life victim) {
    victim.setKilled(Kernel.linux().boottimeNanos());
    try {
      Kernel.linux().kill((int) victim.child().pid(), SIGKILL);
    } catch (ErrnoException e) {
      // It has just ended by itself; that is told from its ledger.
    }
  }

  private void replace(Life dead) {
    try {
      dead.child().awaitExit();
      progress += read(dead);
      if (dead.wasKilled()) kills++;
      else restarts++;
      living.remove(dead);
      if (!dead.endedInOrder()) {
        stalls.add(
            dead.name() + " was not killed and said nothing; it printed: " + dead.child().output());
        return;
      }
      begin(dead.role());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void begin(Life.Role role) throws IOException {
    String name =
        role.name()
            + "-life-"
            + (1 + lives.stream().filter(life -> life.role().equals(role)).count());
    Path ledger = home.resolve(name);
    List<String> words =
        new ArrayList<>(
            List.of(
                role.isProducer() ? "producer" : "consumer",
                directory.toString(),
                ledger.toString(),
                role.name(),
                String.valueOf(nextLine(role)),
                options.faults() ? "faulty" : "plain",
                options.moves() ? LONG_WORK_MILLIS : WORK_MILLIS,
                "upto " + quota));
    // Some calls are made only while a space is opened.
    if (options.faults()) for (int i = 0; i < FAULTS_AT_START; i++) words.add(nextFault());
    Child child = processes.java(SoakActor.class, words.toArray(String[]::new));
    Life life = new Life(role, name, child, new LedgerReader(ledger));
    lives.add(life);
    living.add(life);
  }

  private long nextLine(Life.Role role) {
    long next = 0;
    for (Life life : lives) {
      if (!life.role().equals(role)) continue;
      for (Entry entry : life.entries()) {
        if (entry.act().equals("intent")) {
          next = 1 + Long.parseLong(entry.word(0).substring(entry.word(0).indexOf(':') + 1));
        }
      }
    }
    return next;
  }

  private void orderFault() {
    order(living.get(random.nextInt(living.size())), nextFault());
  }

  /// Each call with each errno before any comes again.
  private String nextFault() {
    if (faults.isEmpty()) {
      for (String call : FaultyKernel.failingCalls()) {
        for (Errno errno : ERRNOS) faults.add(new String[] {call, errno.name()});
      }
      Collections.shuffle(faults, random);
    }
    String[] fault = faults.removeLast();
    // The first of its kind as often as a late one: some calls are made once in a life.
    int nth = 1 << random.nextInt(FARTHEST_FAULT_LOG2);
    return "fault " + fault[0] + " " + nth + " " + fault[1];
  }

  private static void order(Life life, String order) {
    try {
      life.child().say(order);
    } catch (IOException e) {
      // It has ended; the one that replaces it is told.
    }
  }

  private Child startMover() throws IOException {
    Path script = home.resolve("move-by-hand.sh");
    try (InputStream text = KillSoak.class.getResourceAsStream("move-by-hand.sh")) {
      if (text == null) throw new IOException("move-by-hand.sh is not among the classes");
      Files.copy(text, script);
    }
    return processes.program(
        "sh",
        script.toString(),
        directory.resolve("queues").resolve(SoakActor.QUEUE).toString(),
        home.resolve("by-hand").toString(),
        stop.toString());
  }

  // ---- waiting

  private interface Condition {
    boolean holds() throws IOException;
  }

  /// Waits, reading the ledgers and replacing whoever gave up, until something holds or nothing
  /// moves any more.
  private void await(String what, Condition condition) throws IOException {
    long last = System.nanoTime();
    while (stalls.isEmpty()) {
      long moved = 0;
      for (Life life : List.copyOf(living)) {
        boolean alive = life.child().isAlive();
        moved += read(life);
        if (!alive) {
          replace(life);
          last = System.nanoTime();
        }
      }
      progress += moved;
      if (condition.holds()) return;
      if (moved > 0) last = System.nanoTime();
      if (System.nanoTime() - last > PATIENCE.toNanos()) stalls.add(stalled(what));
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /// @return how far the work has come since
  private static long read(Life life) throws IOException {
    long done = 0;
    for (Entry entry : life.ledger().read()) {
      if (entry.act().equals("intent") || entry.act().equals("ack")) done++;
    }
    return done;
  }

  private String stalled(String what) throws IOException {
    StringBuilder text =
        new StringBuilder("nothing moved for " + PATIENCE + ", waiting for " + what);
    try (Space space = Space.open(directory);
        Queue queue = space.existingQueue(SoakActor.QUEUE)) {
      text.append("\n    ").append(queue.stats());
      space.members().forEach(member -> text.append("\n    ").append(member));
    }
    for (Life life : living) {
      text.append("\n    ").append(life.name()).append(" pid ").append(life.child().pid());
      if (!life.entries().isEmpty()) text.append(": ").append(life.entries().getLast());
      text.append(" ").append(life.child().output());
    }
    return text.toString();
  }

  private boolean allBegun() {
    return living.stream()
        .filter(life -> life.role().isProducer())
        .allMatch(life -> nextLine(life.role()) >= quota);
  }

  private static boolean isEmpty(QueueStats stats) {
    return stats.ready() + stats.delayed() + stats.claimed() + stats.heldMessages() + stats.dead()
        == 0;
  }

  // ---- the end

  private void finish(boolean producers) throws IOException, InterruptedException {
    for (Life life : living) if (life.role().isProducer() == producers) hangUp(life);
    for (Life life : living) {
      if (life.role().isProducer() != producers) continue;
      try {
        life.child().awaitExit();
      } catch (AssertionError e) {
        stalls.add(life.name() + " does not end: " + e.getMessage());
        kill(life);
        life.child().awaitExit();
      }
      read(life);
    }
  }

  private static void hangUp(Life life) {
    try {
      life.child().hangUp();
    } catch (IOException e) {
      // It has ended already.
    }
  }

  /// Takes what is left, wherever it is.
  private void drain(Queue queue, Set<String> left) throws IOException {
    for (Claim claim = next(queue); claim != null; claim = next(queue)) {
      left.add(claim.message().id());
      claim.ack();
    }
    queue.dead().list().forEach(letter -> stalls.add("dead: " + letter));
    QueueStats stats = queue.stats();
    if (!isEmpty(stats)) stalls.add("left behind: " + stats);
  }

  private static @Nullable Claim next(Queue queue) throws IOException {
    return queue.tryClaim().orElse(null);
  }

  private static void deleteAll(Path root) throws IOException {
    List<Path> paths;
    try (Stream<Path> all = Files.walk(root)) {
      paths = all.sorted(Collections.reverseOrder()).toList();
    }
    for (Path path : paths) Files.delete(path);
  }
}
