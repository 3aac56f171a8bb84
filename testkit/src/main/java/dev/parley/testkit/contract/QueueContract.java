package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Claim;
import dev.parley.ClaimLostException;
import dev.parley.Codec;
import dev.parley.DeadLetters.DeadLetter;
import dev.parley.Durability;
import dev.parley.DurabilityException;
import dev.parley.EvictedException;
import dev.parley.Failure;
import dev.parley.InvalidNameException;
import dev.parley.Message;
import dev.parley.NoSuchNameException;
import dev.parley.Outgoing;
import dev.parley.PartlySentException;
import dev.parley.PayloadTooLargeException;
import dev.parley.Queue;
import dev.parley.QueueFullException;
import dev.parley.QueueSettings;
import dev.parley.QueueSettings.WhenFull;
import dev.parley.QueueStats;
import dev.parley.Sent;
import dev.parley.SettingsConflictException;
import dev.parley.Space;
import dev.parley.Store;
import dev.parley.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a queue is. Each test is a sentence of the specification.
///
/// What the death of processes does is in the kill tests, what a power cut does in the crash tests.
public abstract class QueueContract extends SpaceContract {
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  /// The defaults, in the store that is tested.
  private QueueSettings defaults = QueueSettings.defaults();

  protected Queue queue;

  protected QueueContract() {}

  /// The store that is tested.
  protected abstract Store store();

  @BeforeEach
  void openQueue() throws IOException {
    defaults = QueueSettings.defaults().withStore(store());
    queue = space().queue("mails", defaults);
  }

  /// The file of a waiting message; a store that keeps messages otherwise overrides [#damage] and
  /// [#moveBack].
  private Path fileOf(String id) throws IOException {
    try (Stream<Path> files = Files.walk(space().path().resolve("queues"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().startsWith(id + "."))
          .findFirst()
          .orElseThrow();
    }
  }

  /// Flips one bit of a waiting message's payload.
  protected void damage(String id) throws IOException {
    Path file = fileOf(id);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  /// Takes a claimed message out of its holder's hands, as a person may with mv.
  protected void moveBack(String id) throws IOException {
    Path claimed = fileOf(id);
    Path held = space().path().resolve("queues/mails/held").resolve(claimed.getFileName());
    Files.move(claimed, held);
    queue.release(List.of(id));
  }

  private Queue with(String name, QueueSettings settings) throws IOException {
    return space().queue(name, settings);
  }

  // ---- sending and claiming

  @Test
  void whatIsSentComesAndIsGoneOnceAcknowledged() throws Exception {
    Instant before = Instant.now().minusMillis(1);
    Sent sent = queue.send(text("hello"));
    assertThat(sent.duplicate()).isFalse();

    Claim claim = queue.tryClaim().orElseThrow();
    Message message = claim.message();
    assertThat(message.id()).isEqualTo(sent.id());
    assertThat(message.text()).isEqualTo("hello");
    assertThat(message.priority()).isEqualTo(Outgoing.DEFAULT_PRIORITY).isEqualTo(4);
    assertThat(message.attempt()).isEqualTo(1);
    assertThat(message.sender()).isEqualTo(space().self().id());
    assertThat(message.sent()).isBetween(before, Instant.now().plusMillis(1));
    assertThat(message.expires()).isEmpty();
    assertThat(message.deduplicationId()).isEmpty();
    assertThat(message.headers()).isEmpty();
    assertThat(claim.isHeld()).isTrue();

    claim.ack();
    assertThat(claim.isHeld()).isFalse();
    assertNothingLeft(queue.stats());
  }

  @Test
  void anEmptyQueueHasNothingToClaim() throws Exception {
    assertThat(queue.tryClaim()).isEmpty();
    assertThat(queue.claim(Duration.ZERO)).isEmpty();
    assertThat(queue.claim(AT_ONCE)).isEmpty();
    assertThat(queue.peek(10)).isEmpty();
    assertThat(queue.nextDue()).isEmpty();
    assertNothingLeft(queue.stats());
  }

  @Test
  void payloadsOfAnySizeArriveUnchanged() throws Exception {
    Random random = new Random(1);
    for (int size :
        new int[] {0, 1, 47, 48, 4095, 4096, 4097, 16384, 65536, 65537, 1 << 20, 3_000_001}) {
      byte[] payload = new byte[size];
      random.nextBytes(payload);
      queue.send(payload);
      try (Claim claim = next(queue)) {
        assertThat(claim.message().payload()).isEqualTo(payload);
        claim.ack();
      }
    }
  }

  @Test
  void aTypedPayloadGoesThroughItsCodec() throws Exception {
    queue.send(Outgoing.of("smörgåsbord", Codec.TEXT));
    try (Claim claim = next(queue)) {
      assertThat(claim.message().as(Codec.TEXT)).isEqualTo("smörgåsbord");
    }
  }

  @Test
  void aMessageIsClaimedOnce() throws Exception {
    queue.send(text("one"));
    Claim claim = next(queue);
    assertThat(queue.tryClaim()).isEmpty();
    assertThat(openAgain().queue("mails").tryClaim()).isEmpty();
    claim.ack();
    assertThat(queue.tryClaim()).isEmpty();
  }

  @Test
  void manyConsumersShareTheMessagesAndNoneGetsOneTwice() throws Exception {
    int count = 2_000;
    Set<String> taken = ConcurrentHashMap.newKeySet();
    AtomicInteger twice = new AtomicInteger();
    List<Task<Integer>> consumers = new ArrayList<>();
    CountDownLatch all = new CountDownLatch(count);
    for (Queue each : List.of(queue, space().queue("mails"), openAgain().queue("mails"))) {
      for (int i = 0; i < 2; i++) {
        consumers.add(
            inBackground(
                () -> {
                  int mine = 0;
                  while (all.getCount() > 0) {
                    Optional<Claim> claim = each.claim(Duration.ofMillis(50));
                    if (claim.isEmpty()) continue;
                    if (!taken.add(claim.get().message().text())) twice.incrementAndGet();
                    claim.get().ack();
                    all.countDown();
                    mine++;
                  }
                  return mine;
                }));
      }
    }
    for (int i = 0; i < count; i++) queue.send(text("message " + i));
    for (Task<Integer> consumer : consumers) consumer.get();
    assertThat(twice).hasValue(0);
    assertThat(taken).hasSize(count);
    assertNothingLeft(queue.stats());
  }

  @Test
  void severalAreSentInTheirOrder() throws Exception {
    List<Sent> sent = queue.sendAll(List.of(text("a"), text("b"), text("c")));
    assertThat(sent).extracting(Sent::duplicate).containsOnly(false);
    assertThat(queue.peek(9))
        .extracting(Message::id)
        .isEqualTo(sent.stream().map(Sent::id).toList());
    assertThat(takeAll(queue)).containsExactly("a", "b", "c");
  }

  @Test
  void ofSeveralThatDoNotAllFitTheFirstAreSentAndNamed() throws Exception {
    Queue small = with("small", defaults.withMaxMessages(3).withWhenFull(WhenFull.REFUSE));
    List<Outgoing> four = List.of(text("a"), text("b"), text("c"), text("d"));
    assertThatThrownBy(() -> small.sendAll(four))
        .isInstanceOfSatisfying(
            PartlySentException.class, e -> assertThat(e.ids()).isEqualTo(idsIn(small)).hasSize(3))
        .hasCauseInstanceOf(QueueFullException.class)
        .hasMessageContaining("first 3 of 4")
        .hasMessageContaining("full");
    assertThatThrownBy(() -> small.sendAll(four)).isInstanceOf(QueueFullException.class);
    assertThat(takeAll(small)).containsExactly("a", "b", "c");
  }

  @Test
  void whoIsInterruptedWhileSendingSeveralIsToldWhatWasSent() throws Exception {
    Queue small = with("small", defaults.withMaxMessages(2));
    Task<Boolean> sending =
        inBackground(
            () -> {
              assertThatThrownBy(() -> small.sendAll(List.of(text("a"), text("b"), text("c"))))
                  .isInstanceOfSatisfying(
                      PartlySentException.class, e -> assertThat(e.ids()).hasSize(2))
                  .hasCauseInstanceOf(InterruptedException.class);
              return Thread.interrupted();
            });
    Await.until("two were sent", () -> small.stats().ready() == 2);
    sending.thread().interrupt();
    assertThat(sending.get()).as("still interrupted").isTrue();
    assertThat(takeAll(small)).containsExactly("a", "b");
  }

  private static List<String> idsIn(Queue queue) {
    try {
      return queue.peek(99).stream().map(Message::id).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anAsynchronousSendCompletesInOrder() throws Exception {
    List<CompletableFuture<Sent>> sends = new ArrayList<>();
    for (int i = 0; i < 200; i++) sends.add(queue.sendAsync(text("m" + i)));
    List<String> ids = new ArrayList<>();
    for (CompletableFuture<Sent> send : sends) ids.add(send.get(1, TimeUnit.MINUTES).id());
    assertThat(ids).isSorted().doesNotHaveDuplicates();
    assertThat(takeAll(queue)).containsExactlyElementsOf(numbered("m", 200));
  }

  @Test
  @Timeout(60)
  void closingAFullQueueFailsTheAsynchronousSendsThatDoNotFit() throws Exception {
    Queue small = with("small", defaults.withMaxMessages(2));
    List<CompletableFuture<Sent>> sends = new ArrayList<>();
    for (int i = 0; i < 5; i++) sends.add(small.sendAsync(text("m" + i)));
    sends.get(1).get();
    small.close();
    assertThat(sends.stream().filter(send -> !send.isCompletedExceptionally())).hasSize(2);
    assertThat(sends).allMatch(CompletableFuture::isDone);
    assertThat(takeAll(opening(openAgain().queue("small")))).containsExactly("m0", "m1");
  }

  @Test
  void anAsynchronousSendThatFailsSaysSoInItsFuture() throws Exception {
    Queue small = with("small", defaults.withMaxPayloadBytes(3));
    CompletableFuture<Sent> tooLarge = small.sendAsync(text("four"));
    CompletableFuture<Sent> fits = small.sendAsync(text("yes"));
    assertThatThrownBy(() -> tooLarge.get(1, TimeUnit.MINUTES))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(PayloadTooLargeException.class);
    fits.get(1, TimeUnit.MINUTES);
    assertThat(takeAll(small)).containsExactly("yes");
  }

  @Test
  void everyDurabilityThatCanBeHadIsAccepted() throws Exception {
    queue.send(text("none").withDurability(Durability.NONE));
    if (space().defaultDurability() != Durability.NONE) {
      queue.send(text("group").withDurability(Durability.GROUP));
      queue.send(text("message").withDurability(Durability.MESSAGE));
      assertThat(takeAll(queue)).containsExactly("none", "group", "message");
    } else {
      assertThatThrownBy(() -> queue.send(text("group").withDurability(Durability.GROUP)))
          .isInstanceOf(DurabilityException.class)
          .hasMessageContaining("none");
      assertThat(takeAll(queue)).containsExactly("none");
    }
  }

  // ---- order

  @Test
  void whatOneProducerSendsComesInItsOrder() throws Exception {
    int count = 3_500; // several folders' worth
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) ids.add(queue.send(fast("m" + i)).id());
    assertThat(ids).isSorted().doesNotHaveDuplicates();
    assertThat(takeAll(queue)).containsExactlyElementsOf(numbered("m", count));
  }

  @Test
  void orderHoldsWhileSendersAndReceiversWorkAtOnce() throws Exception {
    int count = 3_000;
    List<Queue> producers = List.of(queue, space().queue("mails"), openAgain().queue("mails"));
    List<Task<Integer>> sends = new ArrayList<>();
    for (int p = 0; p < producers.size(); p++) {
      String name = p + ":";
      Queue producer = producers.get(p);
      sends.add(
          inBackground(
              () -> {
                for (int i = 0; i < count; i++) producer.send(fast(name + i));
                return count;
              }));
    }
    Queue consumer = openAgain().queue("mails");
    Map<String, List<Integer>> received = new TreeMap<>();
    for (int i = 0; i < producers.size() * count; i++) {
      String[] parts = take(consumer).split(":");
      received.computeIfAbsent(parts[0], any -> new ArrayList<>()).add(Integer.valueOf(parts[1]));
    }
    for (Task<Integer> send : sends) send.get();
    assertThat(received).hasSize(producers.size());
    received
        .values()
        .forEach(
            numbers ->
                assertThat(numbers)
                    .containsExactlyElementsOf(IntStream.range(0, count).boxed().toList()));
  }

  @Test
  void higherPrioritiesGoFirstAndEachInItsOrder() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int priority = 0; priority <= 9; priority++) {
      queue.send(text(priority + "a").withPriority(priority));
      queue.send(text(priority + "b").withPriority(priority));
      expected.addAll(0, List.of(priority + "a", priority + "b"));
    }
    assertThat(queue.stats().readyByPriority()).hasSize(10).containsOnly(2L);
    assertThat(takeAll(queue)).isEqualTo(expected);
  }

  @Test
  void aHigherPriorityOvertakesABacklog() throws Exception {
    for (int i = 0; i < 1_500; i++) queue.send(fast("low").withPriority(1));
    assertThat(take(queue)).isEqualTo("low");
    queue.send(text("high").withPriority(9));
    assertThat(take(queue)).isEqualTo("high");
    assertThat(take(queue)).isEqualTo("low");
  }

  // ---- delay and time to live

  @Test
  void aDelayedMessageDoesNotComeBeforeItIsDue() throws Exception {
    queue.send(text("later").withDelay(LONG));
    queue.send(text("now"));
    assertThat(takeAll(queue)).containsExactly("now");
    assertThat(queue.stats().delayed()).isEqualTo(1);
    assertThat(queue.nextDue().orElseThrow()).isPositive().isLessThanOrEqualTo(LONG);
    assertThat(queue.peek(9)).isEmpty();
  }

  @Test
  void aDelayedMessageComesOnceItIsDueAndWakesWhoWaits() throws Exception {
    Task<String> waiting = inBackground(() -> take(queue));
    queue.send(text("later").withDelay(Duration.ofMillis(100)));
    assertThat(waiting.get()).isEqualTo("later");
    assertThat(queue.stats().delayed()).isZero();
  }

  @Test
  void delayedMessagesComeInTheOrderTheyAreDue() throws Exception {
    queue.send(text("second").withDelay(Duration.ofMillis(400)));
    queue.send(text("first").withDelay(Duration.ofMillis(200)));
    assertThat(take(queue)).isEqualTo("first");
    assertThat(take(queue)).isEqualTo("second");
  }

  @Test
  void anExpiredMessageGoesToTheDeadLetters() throws Exception {
    Sent sent = queue.send(text("stale").withTimeToLive(AT_ONCE));
    queue.send(text("fresh").withTimeToLive(LONG));
    Await.until("it expires", () -> Instant.now().isAfter(expiry(sent)));
    assertThat(takeAll(queue)).containsExactly("fresh");
    DeadLetter letter = queue.dead().find(sent.id()).orElseThrow();
    assertThat(letter.reason()).isEqualTo("expired");
    assertThat(letter.message().orElseThrow().text()).isEqualTo("stale");
  }

  private Instant expiry(Sent sent) throws IOException {
    return queue.peek(9).stream()
        .filter(message -> message.id().equals(sent.id()))
        .findFirst()
        .flatMap(Message::expires)
        .orElse(Instant.MIN);
  }

  // ---- how a claim ends

  @Test
  void aClaimThatIsClosedComesAgainAtTheFront() throws Exception {
    sendAll(queue, "first", "second");
    try (Claim claim = next(queue)) {
      assertThat(claim.message().text()).isEqualTo("first");
    }
    try (Claim again = next(queue)) {
      assertThat(again.message().text()).isEqualTo("first");
      assertThat(again.message().attempt()).isEqualTo(2);
      again.ack();
    }
    assertThat(takeAll(queue)).containsExactly("second");
  }

  @Test
  void givingBackIsNotAFailureHoweverOften() throws Exception {
    Queue strict = with("strict", defaults.withRetries(0));
    strict.send(text("patient"));
    for (int attempt = 1; attempt <= 5; attempt++) {
      try (Claim claim = next(strict)) {
        assertThat(claim.message().attempt()).isEqualTo(attempt);
      }
    }
    assertThat(strict.dead().list()).isEmpty();
  }

  @Test
  void closingTheQueueOrTheSpaceGivesBackWhatItHolds() throws Exception {
    sendAll(queue, "a", "b");
    Queue handle = space().queue("mails");
    next(handle);
    handle.close();
    Space other = openAgain();
    next(other.queue("mails"));
    next(other.queue("mails"));
    other.close();
    assertThat(takeAll(queue)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aClaimEndsOnce() throws Exception {
    queue.send(text("once"));
    Claim claim = next(queue);
    claim.ack();
    claim.close();
    assertThatThrownBy(claim::ack).isInstanceOf(Exception.class);
    assertThatThrownBy(() -> claim.nack("late")).isInstanceOf(Exception.class);
    assertThatThrownBy(() -> claim.reject("late")).isInstanceOf(Exception.class);
    assertNothingLeft(queue.stats());
  }

  @Test
  void everyClaimHasAGreaterTokenThanTheOneBefore() throws Exception {
    queue.send(text("again"));
    long last = 0;
    for (int i = 0; i < 50; i++) {
      try (Claim claim = next(queue)) {
        assertThat(claim.token()).isGreaterThan(last);
        last = claim.token();
      }
    }
  }

  @Test
  void aRefusedMessageComesAgainAfterABackOffThatDoublesWithJitter() throws Exception {
    Duration first = Duration.ofMinutes(10);
    Duration longest = Duration.ofMinutes(25);
    Queue slow = with("slow", defaults.withBackoff(first, longest));
    slow.send(text("bad"));
    assertBackoff(slow, first);
    assertBackoff(slow, first.multipliedBy(2));
    assertBackoff(slow, longest);
    assertBackoff(slow, longest);
  }

  /// Fails the message and sees it delayed by half of `most` at least; then makes it ready again.
  private void assertBackoff(Queue slow, Duration most) throws Exception {
    Claim claim = next(slow);
    Instant before = Instant.now();
    claim.nack("no luck");
    Instant after = Instant.now();
    Duration due = slow.nextDue().orElseThrow();
    Instant later = Instant.now();
    assertThat(later.plus(due)).isAfterOrEqualTo(before.plus(most.dividedBy(2)).minusMillis(1));
    assertThat(after.plus(due)).isBeforeOrEqualTo(later.plus(most).plusMillis(1));
    assertThat(slow.tryClaim()).isEmpty();
    assertThat(slow.stats().delayed()).isEqualTo(1);
    String id = claim.message().id();
    assertThat(slow.hold(List.of(id))).isEqualTo(1);
    assertThat(slow.release(List.of(id))).isEqualTo(1);
  }

  @Test
  void messagesThatFailTogetherDoNotComeBackTogether() throws Exception {
    Queue slow = with("slow", defaults.withBackoff(LONG, LONG));
    Set<Long> delays = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      slow.send(text("m" + i));
      next(slow).nack("no luck");
      delays.add(slow.nextDue().orElseThrow().toSeconds());
      slow.purge();
    }
    assertThat(delays).hasSizeGreaterThan(1);
  }

  @Test
  void aFailureMayNameItsOwnDelay() throws Exception {
    queue.send(text("soon"));
    next(queue).nack(Failure.of("busy").withDelay(Duration.ZERO));
    try (Claim claim = next(queue)) {
      assertThat(claim.message().attempt()).isEqualTo(2);
      claim.nack(Failure.of("busy").withDelay(LONG));
    }
    assertThat(queue.nextDue().orElseThrow()).isGreaterThan(LONG.dividedBy(2));
  }

  @Test
  void pastItsRetriesAMessageIsDeadWithReasonAndHistory() throws Exception {
    Queue strict =
        with("strict", defaults.withRetries(2).withBackoff(Duration.ZERO, Duration.ZERO));
    Sent sent = strict.send(text("hopeless"));
    for (int attempt = 1; attempt <= 3; attempt++) {
      try (Claim claim = next(strict)) {
        assertThat(claim.message().attempt()).isEqualTo(attempt);
        claim.nack(
            Failure.of("reason " + attempt)
                .withDetails(Map.of("exit", "7", "stderr", "a\n\"b\"\\")));
      }
    }
    assertThat(strict.tryClaim()).isEmpty();
    DeadLetter letter = strict.dead().find(sent.id()).orElseThrow();
    assertThat(letter.attempts()).isEqualTo(3);
    assertThat(letter.reason()).isEqualTo("reason 3");
    assertThat(letter.died()).isPresent();
    assertThat(letter.message().orElseThrow().text()).isEqualTo("hopeless");
    assertThat(letter.history()).hasSize(3);
    assertThat(letter.history().getFirst()).contains("reason 1").contains("\"exit\":\"7\"");
    assertThat(letter.history().getLast()).contains("reason 3").contains("a\\n\\\"b\\\"\\\\");
    assertThat(strict.dead().list()).extracting(DeadLetter::id).containsExactly(sent.id());
    assertThat(strict.stats().dead()).isEqualTo(1);
  }

  @Test
  void aRejectedMessageIsDeadAtOnce() throws Exception {
    Sent sent = queue.send(text("poison"));
    next(queue).reject("does not parse");
    assertThat(queue.tryClaim()).isEmpty();
    assertThat(queue.dead().find(sent.id()).orElseThrow().reason()).isEqualTo("does not parse");
  }

  // ---- dead letters

  @Test
  void aReplayedMessageThatSucceedsLeavesNothingBehind() throws Exception {
    queue.send(text("a"));
    next(queue).reject(Failure.of("no"));
    queue.dead().replayAll();
    take(queue);
    queue.send(text("b"));
    next(queue).reject(Failure.of("no"));
    queue.dead().replayAll();
    queue.purge();
    assertThat(space().check(false)).isEmpty();
  }

  @Test
  void deadLettersAreReplayedAsNewAttempts() throws Exception {
    List<String> ids = new ArrayList<>();
    for (String each : List.of("a", "b", "c")) {
      ids.add(queue.send(text(each)).id());
      next(queue).reject("not yet");
    }
    assertThat(queue.dead().list()).extracting(DeadLetter::id).isEqualTo(ids);
    assertThat(queue.dead().replay(List.of(ids.get(1), "no such id"))).isEqualTo(1);
    try (Claim claim = next(queue)) {
      assertThat(claim.message().text()).isEqualTo("b");
      assertThat(claim.message().attempt()).isEqualTo(1);
      claim.ack();
    }
    assertThat(queue.dead().replayAll()).isEqualTo(2);
    assertThat(takeAll(queue)).containsExactlyInAnyOrder("a", "c");
    assertThat(queue.dead().list()).isEmpty();
  }

  @Test
  void deadLettersAreRemoved() throws Exception {
    List<String> ids = new ArrayList<>();
    for (String each : List.of("a", "b", "c")) {
      ids.add(queue.send(text(each)).id());
      next(queue).reject("not wanted");
    }
    assertThat(queue.dead().remove(List.of(ids.getFirst()))).isEqualTo(1);
    assertThat(queue.dead().find(ids.getFirst())).isEmpty();
    assertThat(queue.dead().removeAll()).isEqualTo(2);
    assertThat(queue.dead().list()).isEmpty();
    assertNothingLeft(queue.stats());
  }

  // ---- leases

  @Test
  void aClaimWhoseLeaseIsOverComesAgainAndItsHolderCanDoNoHarm() throws Exception {
    Queue leased = with("leased", defaults.withLease(Duration.ofMillis(50)));
    leased.send(text("slow"));
    Claim old = next(leased);
    Claim now = next(openAgain().queue("leased"));
    assertThat(now.message().attempt()).isEqualTo(2);
    assertThat(now.token()).isGreaterThan(old.token());

    assertThat(old.isHeld()).isFalse();
    assertThatThrownBy(old::ack).isInstanceOf(ClaimLostException.class);
    old.close();
    assertThat(takesAfterwards(now)).isEqualTo("slow");
  }

  /// The newest claim may have run out by now; whoever has the message can acknowledge it.
  private String takesAfterwards(Claim claim) throws Exception {
    try {
      claim.ack();
      return claim.message().text();
    } catch (ClaimLostException e) {
      return take(space().queue("leased"));
    }
  }

  @Test
  void afterALossNothingEndsTheClaimButItsLoss() throws Exception {
    queue.configure(defaults.withLease(LONG));
    for (String way : List.of("ack", "nack", "reject", "extend")) {
      Sent sent = queue.send(text(way));
      Claim old = next(queue);
      moveBack(sent.id());
      Claim other = next(queue);
      assertThatThrownBy(
              () -> {
                switch (way) {
                  case "ack" -> old.ack();
                  case "nack" -> old.nack("late");
                  case "reject" -> old.reject("late");
                  default -> old.extend(LONG.multipliedBy(2));
                }
              })
          .as(way)
          .isInstanceOf(ClaimLostException.class);
      assertThat(other.isHeld()).isTrue();
      other.ack();
    }
  }

  @Test
  void anExtendedLeaseHolds() throws Exception {
    Queue leased = with("leased", defaults.withLease(Duration.ofMillis(300)));
    leased.send(text("long work"));
    Claim claim = next(leased);
    claim.extend(LONG);
    // A later claim's lease runs out meanwhile: by then the first one's would have, too.
    leased.send(text("short work"));
    next(leased);
    try (Claim again = next(leased)) {
      assertThat(again.message().text()).isEqualTo("short work");
      assertThat(claim.isHeld()).isTrue();
    }
    claim.ack();
  }

  @Test
  void withoutALeaseExtendDoesNothing() throws Exception {
    queue.send(text("work"));
    Claim claim = next(queue);
    claim.extend(AT_ONCE);
    assertThat(claim.isHeld()).isTrue();
    claim.ack();
  }

  @Test
  void leasesThatRunOutCountAsFailures() throws Exception {
    Queue leased = with("leased", defaults.withLease(Duration.ofMillis(20)).withRetries(1));
    Sent sent = leased.send(text("hangs"));
    next(leased);
    next(leased);
    Await.until("it is dead", () -> leased.tryClaim().isEmpty() && leased.stats().dead() == 1);
    assertThat(leased.dead().find(sent.id()).orElseThrow().attempts()).isEqualTo(2);
  }

  @Test
  void aClaimThatAPersonMovedAwayIsLost() throws Exception {
    Sent sent = queue.send(text("moved"));
    Claim claim = next(queue);
    moveBack(sent.id());
    assertThatThrownBy(claim::ack)
        .isInstanceOf(ClaimLostException.class)
        .hasMessageContaining(sent.id());
    assertThat(takeAll(queue)).containsExactly("moved");
  }

  @Test
  void anEvictedMemberLosesItsClaimsAndIsToldSo() throws Exception {
    Space other = openAgain();
    Queue theirs = other.queue("mails");
    sendAll(queue, "a", "b");
    Claim claim = next(theirs);
    Files.delete(space().path().resolve("members").resolve(other.self().id()));
    assertThat(other.self().isEvicted()).isTrue();

    assertThatThrownBy(claim::ack)
        .isInstanceOfAny(EvictedException.class, ClaimLostException.class);
    assertThatThrownBy(theirs::tryClaim).isInstanceOf(EvictedException.class);
    assertThat(List.of(take(queue), take(queue))).containsExactlyInAnyOrder("a", "b");
    boolean sent = isSent(theirs, "c");
    assertThat(takeAll(queue)).isEqualTo(sent ? List.of("c") : List.of());
  }

  private static boolean isSent(Queue by, String text) throws IOException, InterruptedException {
    try {
      by.send(text(text));
      return true;
    } catch (EvictedException e) {
      return false;
    }
  }

  // ---- deduplication

  @Test
  void aSecondMessageWithTheSameIdIsNotSent() throws Exception {
    Sent first = queue.send(text("order").withDeduplicationId("order 7"));
    Sent second =
        openAgain().queue("mails").send(text("order again").withDeduplicationId("order 7"));
    assertThat(first.duplicate()).isFalse();
    assertThat(second.duplicate()).isTrue();
    assertThat(second.id()).isIn(first.id(), "");
    assertThat(queue.send(text("other").withDeduplicationId("order 8")).duplicate()).isFalse();
    try (Claim claim = next(queue)) {
      assertThat(claim.message().text()).isEqualTo("order");
      assertThat(claim.message().deduplicationId()).hasValue("order 7");
      claim.ack();
    }
    assertThat(queue.send(text("order").withDeduplicationId("order 7")).duplicate())
        .as("acknowledged by now, and still a duplicate")
        .isTrue();
    assertThat(takeAll(queue)).containsExactly("other");
  }

  @Test
  void anIdMayBeAnything() throws Exception {
    for (String id : List.of("../../etc", "a/b", "ü\n\0", "x".repeat(1024), ".lock", " ")) {
      assertThat(queue.send(text(id).withDeduplicationId(id)).duplicate()).isFalse();
      assertThat(queue.send(text(id).withDeduplicationId(id)).duplicate()).isTrue();
    }
    assertThat(takeAll(queue)).hasSize(6);
  }

  @Test
  void afterTheWindowAnIdIsForgotten() throws Exception {
    Queue brief = with("brief", defaults.withDedupWindow(Duration.ofMillis(50)));
    brief.send(text("a").withDeduplicationId("id"));
    Await.until(
        "it is forgotten", () -> !brief.send(text("a").withDeduplicationId("id")).duplicate());
    assertThat(takeAll(brief)).containsExactly("a", "a");
  }

  @Test
  void ofManyThatSendOneIdAtOnceExactlyOneDoes() throws Exception {
    List<Queue> handles = List.of(queue, space().queue("mails"), openAgain().queue("mails"));
    for (int round = 0; round < 20; round++) {
      String id = "id " + round;
      List<Task<Sent>> sends = new ArrayList<>();
      for (Queue each : handles) {
        for (int i = 0; i < 2; i++) {
          sends.add(inBackground(() -> each.send(text(id).withDeduplicationId(id))));
        }
      }
      int sent = 0;
      for (Task<Sent> send : sends) if (!send.get().duplicate()) sent++;
      assertThat(sent).isEqualTo(1);
      assertThat(takeAll(queue)).containsExactly(id);
    }
  }

  @Test
  void aDelayedMessageIsDeduplicatedToo() throws Exception {
    queue.send(text("later").withDelay(LONG).withDeduplicationId("id"));
    assertThat(queue.send(text("now").withDeduplicationId("id")).duplicate()).isTrue();
    assertThat(queue.stats().ready()).isZero();
    assertThat(queue.stats().delayed()).isEqualTo(1);
  }

  // ---- hold and release

  @Test
  void aHeldQueueDeliversNothingAndClaimsGoOn() throws Exception {
    sendAll(queue, "a", "b");
    Claim claim = next(queue);
    Queue elsewhere = openAgain().queue("mails");
    queue.hold();
    assertThat(elsewhere.isHeld()).isTrue();
    assertThat(elsewhere.stats().held()).isTrue();
    Await.until("it is noticed", () -> elsewhere.tryClaim().isEmpty());
    assertThat(queue.tryClaim()).isEmpty();
    queue.send(text("c"));
    claim.ack();
    assertThat(queue.peek(9)).extracting(Message::text).containsExactly("b", "c");

    Task<String> waiting = inBackground(() -> take(elsewhere));
    queue.release();
    assertThat(waiting.get()).isEqualTo("b");
    assertThat(queue.isHeld()).isFalse();
    assertThat(takeAll(queue)).containsExactly("c");
  }

  @Test
  void singleMessagesAreHeldAndReleased() throws Exception {
    String a = queue.send(text("a")).id();
    String b = queue.send(text("b").withPriority(7)).id();
    String c = queue.send(text("c").withDelay(LONG)).id();
    queue.send(text("d"));
    assertThat(queue.hold(List.of(a, b, c, "no such id"))).isEqualTo(3);
    assertThat(queue.stats().heldMessages()).isEqualTo(3);
    assertThat(takeAll(queue)).containsExactly("d");
    assertThat(queue.release(List.of(a, b, "no such id"))).isEqualTo(2);
    assertThat(takeAll(queue)).containsExactly("b", "a");
    assertThat(queue.stats().heldMessages()).isEqualTo(1);
    assertThat(queue.release(List.of(c))).isEqualTo(1);
    assertThat(takeAll(queue)).containsExactly("c");
  }

  // ---- looking

  @Test
  void peekShowsWhatComesNextAndTakesNothing() throws Exception {
    queue.send(text("low").withPriority(1));
    sendAll(queue, "a", "b");
    queue.send(text("high").withPriority(8).withHeader("k", "v"));
    assertThat(queue.peek(3)).extracting(Message::text).containsExactly("high", "a", "b");
    assertThat(queue.peek(9)).hasSize(4);
    assertThat(queue.peek(1).getFirst().headers()).containsEntry("k", "v");
    assertThat(queue.peek(1).getFirst().attempt()).isZero();
    assertThat(queue.peek(0)).isEmpty();
    assertThat(takeAll(queue)).containsExactly("high", "a", "b", "low");
  }

  @Test
  void statsCountEveryState() throws Exception {
    Queue kept = with("kept", defaults.withRetain(LONG));
    sendAll(kept, "done", "dead", "held", "claimed", "ready");
    next(kept).ack();
    next(kept).reject("no");
    kept.hold(List.of(kept.peek(1).getFirst().id()));
    Claim claim = next(kept);
    kept.send(text("delayed").withDelay(LONG));
    kept.send(text("high").withPriority(9));
    QueueStats stats = kept.stats();
    assertThat(stats.ready()).isEqualTo(2);
    assertThat(stats.readyByPriority()).containsExactly(0L, 0L, 0L, 0L, 1L, 0L, 0L, 0L, 0L, 1L);
    assertThat(stats.delayed()).isEqualTo(1);
    assertThat(stats.claimed()).isEqualTo(1);
    assertThat(stats.heldMessages()).isEqualTo(1);
    assertThat(stats.dead()).isEqualTo(1);
    assertThat(stats.done()).isEqualTo(1);
    assertThat(stats.oldest()).isPresent();
    assertThat(stats.held()).isFalse();
    assertThat(stats.holders()).containsExactlyEntriesOf(Map.of(space().self().id(), 1L));
    claim.ack();
  }

  @Test
  void purgeRemovesWhatWaitsAndNothingElse() throws Exception {
    sendAll(queue, "dead", "claimed", "held", "ready");
    next(queue).reject("no");
    Claim claim = next(queue);
    queue.hold(List.of(queue.peek(1).getFirst().id()));
    queue.send(text("delayed").withDelay(LONG));
    assertThat(queue.purge()).isEqualTo(3);
    QueueStats stats = queue.stats();
    assertThat(stats.ready() + stats.delayed() + stats.heldMessages()).isZero();
    assertThat(stats.dead()).isEqualTo(1);
    claim.ack();
  }

  @Test
  void acknowledgedMessagesAreKeptIfAsked() throws Exception {
    Queue kept = with("kept", defaults.withRetain(LONG));
    sendAll(kept, "a", "b");
    assertThat(takeAll(kept)).containsExactly("a", "b");
    assertThat(kept.stats().done()).isEqualTo(2);
    assertThat(kept.tryClaim()).isEmpty();
  }

  // ---- drained

  @Test
  void aQueueIsDrainedWhenNothingIsReadyDelayedOrClaimed() throws Exception {
    Await.until("new and empty", queue::isDrained);
    queue.send(text("a"));
    assertThat(queue.isDrained()).as("ready").isFalse();
    Claim claim = next(queue);
    assertThat(queue.isDrained()).as("claimed").isFalse();
    claim.nack(Failure.of("later").withDelay(LONG));
    assertThat(queue.isDrained()).as("delayed").isFalse();
    queue.hold(List.of(claim.message().id()));
    Await.until("held ones do not matter", queue::isDrained);
    queue.release(List.of(claim.message().id()));
    next(queue).reject("no good");
    Await.until("nor do dead letters", queue::isDrained);
  }

  // ---- bounds

  @Test
  void aFullQueueThatRefusesSaysSo() throws Exception {
    Queue small = with("small", defaults.withMaxMessages(3).withWhenFull(WhenFull.REFUSE));
    sendAll(small, "a", "b", "c");
    assertThatThrownBy(() -> small.send(text("d")))
        .isInstanceOf(QueueFullException.class)
        .hasMessageContaining("full");
    assertThatThrownBy(() -> small.trySend(text("d"))).isInstanceOf(QueueFullException.class);
    assertThat(takeAll(small)).containsExactly("a", "b", "c");
  }

  @Test
  void whatIsClaimedDelayedOrHeldTakesRoomToo() throws Exception {
    Queue small = with("small", defaults.withMaxMessages(3).withWhenFull(WhenFull.REFUSE));
    sendAll(small, "claimed", "held");
    Claim claim = next(small);
    small.hold(List.of(small.peek(1).getFirst().id()));
    small.send(text("delayed").withDelay(LONG));
    assertThatThrownBy(() -> small.send(text("d"))).isInstanceOf(QueueFullException.class);
    claim.ack();
    Await.until("there is room", () -> succeeds(small));
  }

  private static boolean succeeds(Queue queue) throws IOException {
    try {
      queue.trySend(text("d"));
      return true;
    } catch (QueueFullException e) {
      return false;
    }
  }

  @Test
  void aFullQueueThatBlocksMakesSendersWaitForRoom() throws Exception {
    Queue small = with("small", defaults.withMaxMessages(2));
    sendAll(small, "a", "b");
    assertThatThrownBy(() -> small.trySend(text("c"))).isInstanceOf(QueueFullException.class);
    AtomicBoolean room = new AtomicBoolean();
    Queue producer = openAgain().queue("small");
    Task<Boolean> sending =
        inBackground(
            () -> {
              producer.send(text("c"));
              return room.get();
            });
    Claim claim = next(small);
    assertThat(small.stats().ready() + small.stats().claimed()).isEqualTo(2);
    room.set(true);
    claim.ack();
    assertThat(sending.get()).as("sent only after there was room").isTrue();
    assertThat(takeAll(small)).containsExactly("b", "c");
  }

  @Test
  void theBoundHoldsUnderManyProducers() throws Exception {
    int most = 10;
    int producers = 4;
    Queue small = with("small", defaults.withMaxMessages(most));
    List<Task<Integer>> sends = new ArrayList<>();
    for (int p = 0; p < producers; p++) {
      Queue producer = p == 0 ? openAgain().queue("small") : space().queue("small");
      sends.add(
          inBackground(
              () -> {
                for (int i = 0; i < 100; i++) producer.send(fast("m" + i));
                return 100;
              }));
    }
    for (int i = 0; i < 100 * producers; i++) {
      QueueStats stats = small.stats();
      assertThat(stats.ready() + stats.claimed()).isLessThanOrEqualTo(most + producers);
      take(small);
    }
    for (Task<Integer> send : sends) send.get();
    assertThat(takeAll(small)).isEmpty();
  }

  @Test
  void bytesAreBoundedToo() throws Exception {
    Queue small = with("small", defaults.withMaxBytes(100_000).withWhenFull(WhenFull.REFUSE));
    small.send(new byte[60_000]);
    assertThatThrownBy(() -> small.send(new byte[60_000])).isInstanceOf(QueueFullException.class);
    take(small);
    Await.until("there is room", () -> succeeds(small));
  }

  @Test
  void anInterruptedSenderSendsNothingAndClosesNothing() throws Exception {
    Queue small = with("small", defaults.withMaxMessages(1));
    small.send(text("a"));
    Task<Sent> sending = inBackground(() -> small.send(text("b")));
    sending.thread().interrupt();
    assertThat(sending.failure()).isInstanceOf(InterruptedException.class);
    assertThat(takeAll(small)).containsExactly("a");
    Await.until("there is room", () -> succeeds(small));
    assertThat(takeAll(small)).containsExactly("d");
  }

  @Test
  void anOverlongPayloadIsRefused() throws Exception {
    Queue small = with("small", defaults.withMaxPayloadBytes(10));
    PayloadTooLargeException refused =
        catchThrowableOfType(PayloadTooLargeException.class, () -> small.send(new byte[11]));
    assertThat(refused).hasMessageContaining("11").hasMessageContaining("10");
    small.send(new byte[10]);
    assertThat(small.stats().ready()).isEqualTo(1);
  }

  // ---- checksums and headers

  @Test
  void aDamagedMessageGoesToTheDeadLettersAndTheNextOneComes() throws Exception {
    Sent damaged = queue.send(text("damaged"));
    queue.send(text("sound"));
    damage(damaged.id());
    assertThat(takeAll(queue)).containsExactly("sound");
    DeadLetter letter = queue.dead().find(damaged.id()).orElseThrow();
    assertThat(letter.reason()).contains("damaged");
    assertThat(letter.message()).isEmpty();
    assertThat(letter.history()).isNotEmpty();
  }

  @Test
  void peekPassesADamagedMessageBy() throws Exception {
    Sent damaged = queue.send(text("damaged"));
    queue.send(text("sound"));
    damage(damaged.id());
    assertThat(queue.peek(9)).extracting(Message::text).containsExactly("sound");
  }

  @Test
  void headersArriveUnchangedInTheirOrder() throws Exception {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("utf", "naïve ☃ 𝄞");
    headers.put("empty", "");
    headers.put("lines", "a\nb\r\nc");
    headers.put("slash", "\\n\\");
    headers.put("equals", "a=b=c");
    Outgoing message = text("x");
    for (Map.Entry<String, String> header : headers.entrySet()) {
      message = message.withHeader(header.getKey(), header.getValue());
    }
    queue.send(message);
    try (Claim claim = next(queue)) {
      assertThat(claim.message().headers()).containsExactlyEntriesOf(headers);
    }
  }

  // ---- waiting

  @Test
  void aWaitingConsumerIsWokenByASend() throws Exception {
    Queue consumer = openAgain().queue("mails");
    for (int i = 0; i < 20; i++) {
      Task<String> waiting = inBackground(() -> take(consumer));
      queue.send(text("m" + i));
      assertThat(waiting.get()).isEqualTo("m" + i);
    }
  }

  @Test
  void aWaitingConsumerIsWokenByWhatIsGivenBack() throws Exception {
    Queue consumer = openAgain().queue("mails");
    queue.send(text("m"));
    Claim claim = next(queue);
    Task<String> waiting = inBackground(() -> take(consumer));
    claim.close();
    assertThat(waiting.get()).isEqualTo("m");
  }

  @Test
  void everyWaiterGetsOneOfAsManyMessages() throws Exception {
    int count = 12;
    Queue elsewhere = openAgain().queue("mails");
    List<Task<String>> waiters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Queue consumer = i % 2 == 0 ? queue : elsewhere;
      waiters.add(inBackground(() -> take(consumer)));
    }
    for (int i = 0; i < count; i++) queue.send(text("m" + i));
    Set<String> got = new HashSet<>();
    for (Task<String> waiter : waiters) got.add(waiter.get());
    assertThat(got).hasSize(count);
  }

  @Test
  void anInterruptEndsTheWaitAndClosesNothing() throws Exception {
    for (int i = 0; i < 10; i++) {
      Task<Optional<Claim>> waiting = inBackground(() -> queue.claim(LONG));
      waiting.thread().interrupt();
      assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    }
    queue.send(text("still open"));
    assertThat(take(queue)).isEqualTo("still open");
  }

  @Test
  void anInterruptedThreadClaimsNothing() throws Exception {
    queue.send(text("waits"));
    Task<Optional<Claim>> interrupted =
        inBackground(
            () -> {
              Thread.currentThread().interrupt();
              return queue.claim(LONG);
            });
    assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
    assertThat(takeAll(queue)).containsExactly("waits");
  }

  @Test
  void aWaitThatRunsOutIsEmpty() throws Exception {
    assertThat(queue.claim(Duration.ofMillis(30))).isEmpty();
    queue.send(text("later").withDelay(LONG));
    assertThat(queue.claim(Duration.ofMillis(30))).isEmpty();
  }

  @Test
  void closingTheQueueEndsItsWaits() throws Exception {
    Queue handle = space().queue("mails");
    Task<Optional<Claim>> waiting = inBackground(() -> handle.claim(LONG));
    handle.close();
    Await.until("the waiter is free", waiting::isDone);
  }

  @Test
  void virtualThreadsWaitToo() throws Exception {
    int count = 64;
    Set<String> got = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      got.add(take(queue));
                    } catch (IOException | InterruptedException e) {
                      got.add("failed: " + e);
                    }
                  }));
    }
    for (int i = 0; i < count; i++) {
      String name = "m" + i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      queue.send(text(name));
                    } catch (IOException | InterruptedException e) {
                      got.add("failed: " + e);
                    }
                  }));
    }
    for (Thread thread : threads) assertThat(thread.join(SOON)).isTrue();
    assertThat(got).containsExactlyInAnyOrderElementsOf(numbered("m", count));
  }

  @Test
  void whatComesBackOvertakesWhatABusyConsumerHasListed() throws Exception {
    for (int i = 0; i < 2_000; i++) queue.send(text("m" + i));
    Queue other = opening(openAgain().queue("mails"));
    Claim first = next(other);
    take(queue); // this handle has listed the rest
    first.close();
    int before = 0;
    while (!take(queue).equals("m0")) {
      before++;
      Thread.sleep(1);
    }
    assertThat(before).isLessThan(1_800);
  }

  // ---- views

  @Test
  void aBlockingQueueIsWhatItSeems() throws Exception {
    BlockingQueue<byte[]> view = queue.asBlockingQueue();
    assertThat(view.poll()).isNull();
    assertThat(view.peek()).isNull();
    assertThat(view.poll(1, TimeUnit.MILLISECONDS)).isNull();
    Task<byte[]> taking = inBackground(() -> openAgain().queue("mails").asBlockingQueue().take());
    view.put(bytes("a"));
    assertThat(taking.get()).isEqualTo(bytes("a"));

    assertThat(view.offer(bytes("b"))).isTrue();
    assertThat(view.offer(bytes("c"), 1, TimeUnit.MINUTES)).isTrue();
    assertThat(view.add(bytes("d"))).isTrue();
    assertThat(view.size()).isEqualTo(3);
    assertThat(view.peek()).isEqualTo(bytes("b"));
    assertThat(view.poll()).isEqualTo(bytes("b"));
    List<byte[]> rest = new ArrayList<>();
    assertThat(view.drainTo(rest, 1)).isEqualTo(1);
    assertThat(view.drainTo(rest)).isEqualTo(1);
    assertThat(rest).containsExactly(bytes("c"), bytes("d"));
    assertThat(view).isEmpty();
    assertNothingLeft(queue.stats());
    assertThatThrownBy(() -> view.drainTo(view)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBoundedBlockingQueueOffersOnlyWhatFits() throws Exception {
    BlockingQueue<byte[]> view = with("small", defaults.withMaxMessages(1)).asBlockingQueue();
    assertThat(view.remainingCapacity()).isEqualTo(1);
    assertThat(view.offer(bytes("a"))).isTrue();
    assertThat(view.offer(bytes("b"))).isFalse();
    assertThat(view.offer(bytes("b"), 1, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(view.remainingCapacity()).isZero();
    try (Claim claim = next(space().queue("small"))) {
      assertThat(claim.isHeld()).isTrue();
      assertThat(view.remainingCapacity()).as("claimed messages count").isZero();
    }
    assertThatThrownBy(() -> view.add(bytes("b"))).isInstanceOf(IllegalStateException.class);
  }

  // ---- settings and names

  @Test
  void aQueueIsMadeWithDefaultsOnFirstUse() throws Exception {
    assertThat(queue.settings()).isEqualTo(defaults);
    assertThat(queue.name()).isEqualTo("mails");
    assertThat(space().list()).contains(new Space.Named("mails", "queue"));
  }

  @Test
  void askingForOtherSettingsThanThereAreNamesTheDifference() throws Exception {
    with("set", defaults.withRetries(3).withMaxMessages(7));
    SettingsConflictException conflict =
        catchThrowableOfType(
            SettingsConflictException.class,
            () -> with("set", defaults.withRetries(4).withMaxMessages(7)));
    assertThat(conflict)
        .hasMessageContaining("retries")
        .hasMessageContaining("3")
        .hasMessageContaining("4")
        .hasMessageNotContaining("maxMessages");
    assertThat(with("set", defaults.withRetries(3).withMaxMessages(7)).name()).isEqualTo("set");
    assertThat(space().queue("set").settings().retries()).isEqualTo(3);
  }

  @Test
  void configureChangesASettingForEverybody() throws Exception {
    QueueSettings wanted =
        new QueueSettings(
            5,
            1 << 20,
            WhenFull.REFUSE,
            Duration.ofMinutes(2),
            Duration.ofDays(1),
            0,
            Duration.ofSeconds(3),
            Duration.ofMillis(4),
            Duration.ofMillis(5),
            6,
            store());
    Queue elsewhere = openAgain().queue("mails");
    queue.configure(wanted);
    assertThat(queue.settings()).isEqualTo(wanted);
    assertThat(elsewhere.settings()).isEqualTo(wanted);
    assertThat(openAgain().queue("mails", wanted).settings()).isEqualTo(wanted);
    Await.until("a running handle sees it", () -> refuses(elsewhere));
  }

  private static boolean refuses(Queue queue) throws IOException, InterruptedException {
    try {
      queue.send(new byte[7]);
      return false;
    } catch (PayloadTooLargeException | QueueFullException e) {
      return true;
    }
  }

  @Test
  void aQueueThatIsNotThereIsSaidNotToBe() {
    assertThatThrownBy(() -> space().existingQueue("nowhere"))
        .isInstanceOf(NoSuchNameException.class)
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> space().queue("topic/subscription"))
        .isInstanceOf(NoSuchNameException.class);
  }

  @Test
  void aNameIsCheckedBeforeItTouchesTheDisk() {
    for (String name :
        List.of(
            "",
            ".",
            "..",
            ".hidden",
            "a/b",
            "/etc",
            "../x",
            "a\0b",
            "a b",
            "ä",
            "-x",
            "x".repeat(129),
            "a\n")) {
      if (name.equals("a/b")) continue; // a subscription's queue, by its form
      assertThatThrownBy(() -> space().queue(name))
          .as("name '%s'", name)
          .isInstanceOf(InvalidNameException.class);
    }
  }

  @Test
  void aNameOfAnyAllowedFormWorks() throws Exception {
    for (String name : List.of("a", "A.b_c-9", "0", "x".repeat(128))) {
      Queue named = space().queue(name);
      named.send(text(name));
      assertThat(take(named)).isEqualTo(name);
    }
  }

  @Test
  void queuesOfOneSpaceAreSeparate() throws Exception {
    Queue other = space().queue("other");
    queue.send(text("mine"));
    assertThat(other.tryClaim()).isEmpty();
    assertThat(takeAll(queue)).containsExactly("mine");
  }

  @Test
  void aNameNamesAQueueOrATopic() throws Exception {
    assertThatThrownBy(() -> space().topic("mails"))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("is a queue");
    opening(space().topic("news"));
    assertThatThrownBy(() -> space().queue("news"))
        .isInstanceOf(InvalidNameException.class)
        .hasMessageContaining("is a topic");
    assertThat(space().list()).hasSize(2);
  }

  @Test
  void checkFindsNothingWrongWithASpaceInUse() throws Exception {
    sendAll(queue, "a", "b", "c");
    queue.send(text("id").withDeduplicationId("id"));
    queue.send(text("later").withDelay(LONG));
    next(queue).reject("no");
    Claim claim = next(queue);
    assertThat(space().check(false)).isEmpty();
    claim.ack();
    assertThat(space().check(true)).isEmpty();
  }

  // ---- helpers

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /// Without syncs, for tests of many messages.
  private static Outgoing fast(String text) {
    return text(text).withDurability(Durability.NONE);
  }

  private static List<String> numbered(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  private static void assertNothingLeft(QueueStats stats) {
    assertThat(
            List.of(
                stats.ready(),
                stats.delayed(),
                stats.claimed(),
                stats.heldMessages(),
                stats.dead(),
                stats.done()))
        .containsOnly(0L);
    assertThat(stats.holders()).isEmpty();
  }
}
