package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Claim;
import dev.parley.Durability;
import dev.parley.Failure;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Sent;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.crash.CrashEnumerator;
import dev.parley.testkit.crash.CrashReport;
import dev.parley.testkit.crash.CrashState;
import dev.parley.testkit.crash.FilesystemModel;
import dev.parley.testkit.crash.PowerCutRecorder;
import dev.parley.testkit.crash.PretendedDisk;
import dev.parley.testkit.spool.Promises.Acknowledged;
import dev.parley.testkit.spool.Promises.Began;
import dev.parley.testkit.spool.Promises.MayBeDead;
import dev.parley.testkit.spool.Promises.MayBeGone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// After every system call of a message's life, every directory that a power cut could leave
/// recovers to a promised state.
///
/// Each test is a run: some of what it sends before the recording is durable. Promises are made as
/// the calls return. Each state is then opened as after a reboot, reaped, checked, repaired and
/// drained, and the messages counted.
@Timeout(600)
class SpoolPowerCutTest {
  private static final QueueSettings DEFAULTS = QueueSettings.defaults();
  private static final String QUEUE = "mails";

  @TempDir(factory = InMemory.class)
  private Path dir;

  private Path place;
  private PowerCutRecorder recorder;
  private final List<Space> spaces = new ArrayList<>();
  private String test;

  @BeforeEach
  void chooseAPlace(TestInfo info) throws IOException {
    test = info.getDisplayName();
    place = Files.createDirectories(dir.resolve("place"));
  }

  @AfterEach
  void closeAll() {
    spaces.reversed().forEach(Space::close);
  }

  // ---- runs of one message

  @Test
  void send() throws Exception {
    Queue queue = prepared(DEFAULTS);
    record(queue);
    acknowledged(queueOnRecord(), Outgoing.of("first"));
    acknowledged(queueOnRecord(), Outgoing.of("second"));
    checkBoth();
  }

  @Test
  void sendWithASyncOfItsOwn() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    acknowledged(queue, Outgoing.of("first").withDurability(Durability.MESSAGE));
    acknowledged(queue, Outgoing.of("second").withDurability(Durability.MESSAGE));
    checkBoth();
  }

  @Test
  void sendIntoANewSpace() throws Exception {
    recorder = PowerCutRecorder.of(place, PretendedDisk.over(Kernel.linux()));
    Queue queue = open(place.resolve("space"), recorder.kernel()).queue(QUEUE);
    acknowledged(queue, Outgoing.of("first"));
    check(FilesystemModel.JOURNALLED, "space");
  }

  @Test
  void sendToSeveralPriorities() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    acknowledged(queue, Outgoing.of("high").withPriority(9));
    acknowledged(queue, Outgoing.of("low").withPriority(0));
    acknowledged(queue, Outgoing.of("high again").withPriority(9));
    checkBoth();
  }

  @Test
  void sendSeveralAtOnce() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    List<String> texts = List.of("a", "b", "c");
    for (String text : texts) recorder.promise(new Began(text, Optional.empty()));
    List<Sent> sent = queue.sendAll(texts.stream().map(Outgoing::of).toList());
    for (int i = 0; i < texts.size(); i++) {
      recorder.promise(new Acknowledged(texts.get(i), Optional.empty()));
    }
    checkBoth();
  }

  @Test
  void sendAsynchronously() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    recorder.promise(new Began("a", Optional.empty()));
    Sent sent = queue.sendAsync(Outgoing.of("a")).join();
    recorder.promise(new Acknowledged("a", Optional.empty()));
    checkBoth();
  }

  @Test
  void sendWithADelay() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    acknowledged(queue, Outgoing.of("much later").withDelay(Duration.ofDays(2)));
    acknowledged(queue, Outgoing.of("later").withDelay(Duration.ofHours(2)));
    checkBoth();
  }

  @Test
  void sendWithAnId() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    acknowledged(queue, Outgoing.of("order 1").withDeduplicationId("1"));
    assertThat(queue.send(Outgoing.of("order 1").withDeduplicationId("1")).duplicate()).isTrue();
    acknowledged(queue, Outgoing.of("order 2").withDeduplicationId("2").withPriority(8));
    checkBoth();
  }

  @Test
  void sendWithAnIdAndADelay() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    Outgoing order = Outgoing.of("order 1").withDeduplicationId("1").withDelay(Duration.ofHours(2));
    acknowledged(queue, order);
    checkBoth();
  }

  @Test
  void askForMoreDurabilityLater() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    Outgoing order = Outgoing.of("order 1").withDeduplicationId("1");
    recorder.promise(new Began("order 1", Optional.of("1")));
    recorder.promise(new MayBeDead("order 1")); // torn, as long as it is not durable
    Sent sent = queue.send(order.withDurability(Durability.NONE));
    assertThat(queue.send(order.withDurability(Durability.GROUP)).duplicate()).isTrue();
    recorder.promise(new Acknowledged("order 1", Optional.of("1")));
    check(FilesystemModel.JOURNALLED, "");
  }

  @Test
  void sendWithoutDurability() throws Exception {
    record(prepared(DEFAULTS));
    Queue queue = queueOnRecord();
    for (String text : List.of("a", "b")) {
      recorder.promise(new Began(text, Optional.empty()));
      recorder.promise(new MayBeDead(text)); // torn, and found out
      queue.send(Outgoing.of(text).withDurability(Durability.NONE));
    }
    check(FilesystemModel.JOURNALLED, "");
    check(FilesystemModel.INDEPENDENT_HALVES, "");
  }

  @Test
  void claimAndAcknowledge() throws Exception {
    record(prepared(DEFAULTS, "a", "b"));
    Queue queue = queueOnRecord();
    Claim claim = queue.tryClaim().orElseThrow();
    recorder.promise(new MayBeGone("a"));
    claim.ack();
    queue.tryClaim().orElseThrow();
    checkBoth();
  }

  @Test
  void acknowledgeAndKeep() throws Exception {
    record(prepared(DEFAULTS.withRetain(Duration.ofHours(1)), "a", "b"));
    Queue queue = queueOnRecord();
    Claim claim = queue.tryClaim().orElseThrow();
    recorder.promise(new MayBeGone("a"));
    claim.ack();
    checkBoth();
  }

  @Test
  void giveBack() throws Exception {
    record(prepared(DEFAULTS, "a", "b"));
    Queue queue = queueOnRecord();
    queue.tryClaim().orElseThrow().close();
    queue.tryClaim().orElseThrow().close();
    checkBoth();
  }

  @Test
  void failAndRetry() throws Exception {
    record(prepared(DEFAULTS.withBackoff(Duration.ofHours(1), Duration.ofHours(1)), "a"));
    queueOnRecord().tryClaim().orElseThrow().nack("no luck");
    checkBoth();
  }

  @Test
  void failAtOnceAndAgainUntilDead() throws Exception {
    record(prepared(DEFAULTS.withRetries(1), "a"));
    Queue queue = queueOnRecord();
    queue.tryClaim().orElseThrow().nack(Failure.of("1").withDelay(Duration.ZERO));
    recorder.promise(new MayBeDead("a"));
    queue.tryClaim().orElseThrow().nack(Failure.of("2").withDelay(Duration.ZERO));
    checkBoth();
  }

  @Test
  void rejectAndReplay() throws Exception {
    record(prepared(DEFAULTS, "a", "b"));
    Queue queue = queueOnRecord();
    recorder.promise(new MayBeDead("a"));
    queue.tryClaim().orElseThrow().reject("no");
    queue.dead().replayAll();
    checkBoth();
  }

  @Test
  void removeTheDead() throws Exception {
    record(prepared(DEFAULTS, "a", "b"));
    Queue queue = queueOnRecord();
    recorder.promise(new MayBeDead("a"));
    queue.tryClaim().orElseThrow().reject("no");
    recorder.promise(new MayBeGone("a"));
    queue.dead().removeAll();
    checkBoth();
  }

  @Test
  void extendALease() throws Exception {
    record(prepared(DEFAULTS.withLease(Duration.ofHours(1)), "a"));
    Claim claim = queueOnRecord().tryClaim().orElseThrow();
    claim.extend(Duration.ofHours(2));
    recorder.promise(new MayBeGone("a"));
    claim.ack();
    checkBoth();
  }

  @Test
  void holdAndRelease() throws Exception {
    record(prepared(DEFAULTS, "a", "b"));
    Queue queue = queueOnRecord();
    List<String> ids = List.of(queue.peek(1).getFirst().id());
    queue.hold(ids);
    queue.release(ids);
    queue.hold();
    queue.release();
    checkBoth();
  }

  @Test
  void purge() throws Exception {
    record(prepared(DEFAULTS, "a", "b"));
    recorder.promise(new MayBeGone("a"));
    recorder.promise(new MayBeGone("b"));
    queueOnRecord().purge();
    checkBoth();
  }

  @Test
  void becomeDue() throws Exception {
    Queue queue = prepared(DEFAULTS);
    Sent sent = queue.send(Outgoing.of("a").withDelay(Duration.ofMillis(1)));
    record(queue);
    recorder.promise(new Acknowledged("a", Optional.empty()));
    queueOnRecord().claim(Duration.ofMinutes(1)).orElseThrow();
    checkBoth();
  }

  @Test
  void expire() throws Exception {
    Queue queue = prepared(DEFAULTS);
    Sent sent = queue.send(Outgoing.of("a").withTimeToLive(Duration.ofNanos(1)));
    record(queue);
    recorder.promise(new Acknowledged("a", Optional.empty()));
    recorder.promise(new MayBeDead("a"));
    assertThat(queueOnRecord().tryClaim()).isEmpty();
    checkBoth();
  }

  @Test
  void leaveAnEmptyBucket() throws Exception {
    Queue queue = prepared(DEFAULTS, "a");
    Path lane = laneOf(queue);
    Path empty = Files.createDirectory(lane.resolve("7fffffffffffff00"));
    Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rwx------"));
    record(queue);
    Queue recorded = queueOnRecord();
    acknowledged(recorded, Outgoing.of("b"));
    Claim claim = recorded.tryClaim().orElseThrow();
    recorder.promise(new MayBeGone("a"));
    claim.ack();
    recorded.tryClaim().orElseThrow();
    acknowledged(recorded, Outgoing.of("c"));
    checkBoth();
  }

  @Test
  void configure() throws Exception {
    record(prepared(DEFAULTS, "a"));
    Queue queue = queueOnRecord();
    queue.configure(DEFAULTS.withRetries(3).withMaxMessages(500));
    acknowledged(queue, Outgoing.of("b"));
    checkBoth();
  }

  @Test
  void reapADeadMember() throws Exception {
    Path space = place.resolve("space");
    try (Space dead =
        Space.open(space, SpaceOptions.defaults().withKernel(PretendedDisk.over(Kernel.linux())))) {
      Queue queue = dead.queue(QUEUE, DEFAULTS);
      queue.send(Outgoing.of("a"));
      queue.send(Outgoing.of("b"));
      queue.tryClaim().orElseThrow();
      queue.tryClaim().orElseThrow();
      leaveACopy(space, dir.resolve("copy"));
    }
    place = dir.resolve("copy");
    recorder = PowerCutRecorder.of(place, PretendedDisk.over(Kernel.linux()));
    promiseAll(List.of("a", "b"));
    open(place, recorder.kernel()).reap();
    checkBoth();
  }

  /// What a member that died just now leaves: its copy is locked by nobody.
  private static void leaveACopy(Path from, Path to) throws IOException {
    try (var paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) Files.createDirectory(copy);
        else if (Files.isRegularFile(path)) Files.copy(path, copy);
        if (Files.exists(copy))
          Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(path));
      }
    }
  }

  // ---- making and recording runs

  /// A space with these messages, durable, and closed again.
  private Queue prepared(QueueSettings settings, String... texts) throws Exception {
    place = place.resolve("space");
    Queue queue = open(place, PretendedDisk.over(Kernel.linux())).queue(QUEUE, settings);
    for (String text : texts) queue.send(Outgoing.of(text));
    return queue;
  }

  /// Begins to record; what is in `queue` is durable and promised.
  private void record(Queue queue) throws IOException {
    List<String> texts = queue.peek(100).stream().map(message -> message.text()).toList();
    spaces.removeLast().close();
    recorder = PowerCutRecorder.of(place, PretendedDisk.over(Kernel.linux()));
    promiseAll(texts);
  }

  private void promiseAll(List<String> texts) {
    for (String text : texts) recorder.promise(new Acknowledged(text, Optional.empty()));
  }

  private Queue queueOnRecord() throws IOException {
    if (spaces.isEmpty()) open(place, recorder.kernel());
    return spaces.getLast().existingQueue(QUEUE);
  }

  private Space open(Path path, Kernel kernel) throws IOException {
    Space space = Space.open(path, SpaceOptions.defaults().withKernel(kernel));
    spaces.add(space);
    return space;
  }

  private void acknowledged(Queue queue, Outgoing message) throws Exception {
    String text = Promises.text(message);
    recorder.promise(new Began(text, message.deduplicationId()));
    Sent sent = queue.send(message);
    recorder.promise(new Acknowledged(text, message.deduplicationId()));
  }

  private Path laneOf(Queue queue) throws IOException {
    String id = queue.peek(1).getFirst().id();
    try (var files = Files.walk(place)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(id))
          .findFirst()
          .orElseThrow()
          .getParent()
          .getParent();
    }
  }

  // ---- checking

  /// With a journal every promise holds. Where renames have halves durable sends are refused; what
  /// was not synced may be lost there, so nothing is promised but a space that opens, mends and
  /// delivers nothing damaged.
  private void checkBoth() throws IOException {
    check(FilesystemModel.JOURNALLED, "");
    check(FilesystemModel.INDEPENDENT_HALVES, "");
  }

  private void check(FilesystemModel model, String space) throws IOException {
    boolean journalled = model == FilesystemModel.JOURNALLED;
    int most = Integer.getInteger("parley.crash.states", journalled ? 1_000 : 300);
    CrashReport report =
        new CrashEnumerator(model, most)
            .check(
                recorder.stop(),
                state -> checkState(state, state.directory().resolve(space), model));
    System.out.println(test + ", " + model + ": " + report);
    assertThat(report.checked()).isPositive();
  }

  private static void checkState(CrashState state, Path directory, FilesystemModel model)
      throws Exception {
    Promises.Keeping keeping =
        model == FilesystemModel.JOURNALLED ? Promises.Keeping.DURABLE : Promises.Keeping.NOTHING;
    Kernel kernel = PretendedDisk.over(Kernel.linux());
    try (Space space = Space.open(directory, SpaceOptions.defaults().withKernel(kernel))) {
      new Promises(state.promises()).check(space, QUEUE, keeping);
    }
  }
}
