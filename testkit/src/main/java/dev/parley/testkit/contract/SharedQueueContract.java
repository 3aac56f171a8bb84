package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.ClaimLostException;
import dev.parley.PayloadTooLargeException;
import dev.parley.primitive.memory.QueueShape;
import dev.parley.primitive.memory.SharedClaim;
import dev.parley.primitive.memory.SharedQueue;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.MortalKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a queue in shared memory keeps.
public abstract class SharedQueueContract extends MemoryContract {
  private static final int PLACES = 4;
  private static final int BYTES = 20;
  private static final QueueShape SHAPE = QueueShape.of(PLACES, BYTES);
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
  private SharedQueue queue;
  private SharedQueue elsewhere;

  protected SharedQueueContract() {}

  @BeforeEach
  void open() throws IOException {
    queue = another(kernel.kernel());
    elsewhere = another(Kernel.linux());
  }

  private SharedQueue another(Kernel through) throws IOException {
    return opening(backing().queue(through, SHAPE));
  }

  /// The queue as a process sees it that will be killed; nothing of it is left then.
  private SharedQueue of(MortalKernel process) throws IOException {
    return backing().queue(process.kernel(), SHAPE);
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  private static void send(SharedQueue to, String... texts) throws Exception {
    for (String text : texts) assertThat(to.offer(text(text), SOON)).as(text).isTrue();
  }

  private static SharedClaim next(SharedQueue from) throws Exception {
    return from.claim(SOON).orElseThrow();
  }

  private static String take(SharedQueue from) throws Exception {
    try (SharedClaim claim = next(from)) {
      claim.ack();
      return text(claim);
    }
  }

  private static String text(SharedClaim claim) {
    return new String(claim.bytes(), UTF_8);
  }

  /// All that can be had now.
  private static List<String> takeAll(SharedQueue from) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Optional<SharedClaim> next = from.tryClaim(); next.isPresent(); next = from.tryClaim()) {
      texts.add(text(next.get()));
      next.get().ack();
    }
    return texts;
  }

  // ---- a bounded queue

  @Test
  void messagesComeOutInTheOrderTheyWentIn() throws Exception {
    send(queue, "a", "", "b", "x".repeat(BYTES));
    assertThat(queue.size()).isEqualTo(4);
    assertThat(takeAll(elsewhere)).containsExactly("a", "", "b", "x".repeat(BYTES));
    assertThat(queue.size()).isZero();
  }

  @Test
  void fullAndEmptyAreValues() throws Exception {
    assertThat(queue.tryClaim()).isEmpty();
    send(queue, "1", "2", "3", "4");
    assertThat(queue.tryOffer(text("5"))).isFalse();
    assertThat(queue.offer(text("5"), MOMENT)).isFalse();
    assertThat(takeAll(elsewhere)).containsExactly("1", "2", "3", "4");
    assertThat(queue.claim(MOMENT)).isEmpty();
    assertThat(queue.claim(Duration.ofSeconds(-1))).isEmpty();
  }

  @Test
  void itGoesRoundAndRound() throws Exception {
    for (int i = 0; i < 50 * PLACES; i++) {
      send(queue, "a" + i, "b" + i);
      assertThat(take(elsewhere)).isEqualTo("a" + i);
      assertThat(take(queue)).isEqualTo("b" + i);
    }
  }

  @Test
  void aMessageThatIsTooLongIsRefused() throws Exception {
    assertThatThrownBy(() -> queue.tryOffer(new byte[BYTES + 1]))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("21 bytes")
        .hasMessageContaining("made for 20");
    assertThatThrownBy(() -> queue.offer(new byte[BYTES + 1], MOMENT))
        .isInstanceOf(PayloadTooLargeException.class);
    assertThat(queue.tryClaim()).isEmpty();
  }

  @Test
  void withoutWaitersTheKernelIsNotCalled() throws Exception {
    queue.tryClaim(); // looks for the dead, once
    long before = kernel.count(FaultyKernel.ANY);
    for (int i = 0; i < 100; i++) {
      send(queue, "a");
      take(queue);
    }
    assertThat(kernel.count(FaultyKernel.ANY)).isEqualTo(before);
  }

  @Test
  void itsShapeIsKnown() {
    assertThat(elsewhere.shape()).isEqualTo(SHAPE);
  }

  // ---- claims

  @Test
  void aPlaceIsFreeOnceItsMessageIsAcknowledged() throws Exception {
    send(queue, "1", "2", "3", "4");
    SharedClaim first = next(elsewhere);
    SharedClaim second = next(elsewhere);
    second.ack();
    assertThat(queue.tryOffer(text("5"))).as("the next place is the first's").isFalse();
    first.ack();
    assertThat(queue.tryOffer(text("5"))).isTrue();
    assertThat(queue.tryOffer(text("6"))).isTrue();
    assertThat(queue.tryOffer(text("7"))).isFalse();
  }

  @Test
  void whatIsClaimedIsNobodyElses() throws Exception {
    send(queue, "a");
    SharedClaim claim = next(queue);
    assertThat(claim.attempt()).isEqualTo(1);
    assertThat(elsewhere.tryClaim()).isEmpty();
    assertThat(queue.tryClaim()).isEmpty();
    claim.ack();
    assertThat(elsewhere.tryClaim()).isEmpty();
  }

  @Test
  void whatIsGivenBackComesAgainBeforeTheOthers() throws Exception {
    send(queue, "a", "b", "c");
    SharedClaim claim = next(queue);
    assertThat(take(elsewhere)).isEqualTo("b");
    claim.close();
    SharedClaim again = next(elsewhere);
    assertThat(text(again)).isEqualTo("a");
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(again.position()).isEqualTo(claim.position());
    again.ack();
    assertThat(takeAll(queue)).containsExactly("c");
  }

  @Test
  void aClaimEndsOnce() throws Exception {
    send(queue, "a", "b");
    SharedClaim acknowledged = next(queue);
    acknowledged.ack();
    assertThatThrownBy(acknowledged::ack).isInstanceOf(ClaimLostException.class);
    acknowledged.close();

    SharedClaim given = next(queue);
    given.close();
    assertThatThrownBy(given::ack).isInstanceOf(ClaimLostException.class);
    SharedClaim again = next(queue); // by the same handle, in the same place
    given.close();
    assertThat(elsewhere.tryClaim()).isEmpty();
    again.ack();
  }

  @Test
  void closingAQueueGivesBackItsClaims() throws Exception {
    SharedQueue leaving = another(Kernel.linux());
    send(queue, "a", "b");
    SharedClaim claim = next(leaving);
    leaving.close();
    assertThatThrownBy(claim::ack)
        .isInstanceOf(ClaimLostException.class)
        .hasMessageContaining("closed");
    claim.close();
    assertThat(takeAll(elsewhere)).containsExactly("a", "b");
    assertThatThrownBy(leaving::tryClaim).isInstanceOf(IllegalStateException.class);
  }

  // ---- waiting

  @Test
  void aConsumerWaitsForAMessage() throws Exception {
    Task<String> consumer = inBackground(() -> take(queue));
    awaitSleeps(kernel, 1);
    send(elsewhere, "a");
    assertThat(consumer.get()).isEqualTo("a");
  }

  @Test
  void aProducerWaitsForRoom() throws Exception {
    send(queue, "1", "2", "3", "4");
    Task<Boolean> producer = inBackground(() -> queue.offer(text("5"), LONG));
    awaitSleeps(kernel, 1);
    assertThat(take(elsewhere)).isEqualTo("1");
    assertThat(producer.get()).isTrue();
    assertThat(takeAll(elsewhere)).containsExactly("2", "3", "4", "5");
  }

  @Test
  void anInterruptEndsTheWaitAndTakesNothing() throws Exception {
    for (int i = 0; i < 5; i++) {
      Task<Optional<SharedClaim>> consumer = inBackground(() -> queue.claim(LONG));
      awaitSleeps(kernel, i + 1);
      consumer.thread().interrupt();
      assertThat(consumer.failure()).isInstanceOf(InterruptedException.class);
    }
    send(queue, "1", "2", "3", "4");
    long before = sleeps(kernel);
    Task<Boolean> producer = inBackground(() -> queue.offer(text("5"), LONG));
    awaitSleeps(kernel, before + 1);
    producer.thread().interrupt();
    assertThat(producer.failure()).isInstanceOf(InterruptedException.class);
    Task<Optional<SharedClaim>> interrupted =
        inBackground(
            () -> {
              Thread.currentThread().interrupt();
              return queue.claim(LONG);
            });
    assertThat(interrupted.failure()).isInstanceOf(InterruptedException.class);
    assertThat(takeAll(elsewhere)).containsExactly("1", "2", "3", "4");
  }

  @Test
  void closingTheQueueEndsTheWaitsOfItsThreads() throws Exception {
    Task<Optional<SharedClaim>> consumer = inBackground(() -> queue.claim(LONG));
    awaitSleeps(kernel, 1);
    queue.close();
    assertThat(consumer.failure()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everyMessageIsTakenOnceByManyWhoWaitWithoutLooking() throws Exception {
    int each = 2_000;
    Set<String> taken = ConcurrentHashMap.newKeySet();
    Kernel sleepy = withoutLooks(Kernel.linux());
    List<Task<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String name = "p" + i + "-";
      SharedQueue producer = another(sleepy);
      tasks.add(
          inBackground(
              () -> {
                for (int n = 0; n < each; n++) send(producer, name + n);
                return null;
              }));
      SharedQueue consumer = another(sleepy);
      tasks.add(
          inBackground(
              () -> {
                for (int n = 0; n < each; n++) assertThat(taken.add(take(consumer))).isTrue();
                return null;
              }));
    }
    for (Task<Void> task : tasks) task.get();
    assertThat(taken).hasSize(3 * each);
    assertThat(queue.size()).isZero();
  }

  @Test
  void virtualThreadsSendAndTake() throws Exception {
    int count = 64;
    Set<String> got = ConcurrentHashMap.newKeySet();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = "m" + i;
      threads.add(Thread.ofVirtual().start(() -> got.add(outcome(() -> take(queue)))));
      threads.add(
          Thread.ofVirtual()
              .start(
                  () ->
                      outcome(
                          () -> {
                            send(elsewhere, name);
                            return "";
                          })));
    }
    for (Thread thread : threads) assertThat(thread.join(SOON)).isTrue();
    assertThat(got).hasSize(count).allMatch(name -> name.startsWith("m"));
  }

  private static String outcome(java.util.concurrent.Callable<String> action) {
    try {
      return action.call();
    } catch (Exception e) {
      return "failed: " + e;
    }
  }

  // ---- death

  @Test
  void whatADeadConsumerHadComesBackBeforeNewerMessages() throws Exception {
    MortalKernel process = mortal();
    SharedQueue dying = of(process);
    send(queue, "a", "b", "c");
    next(dying);
    next(dying);
    process.die();
    SharedClaim first = next(elsewhere); // has not looked for the dead yet, and takes what is there
    assertThat(List.of(text(first), take(queue), take(queue)))
        .containsExactlyInAnyOrder("a", "b", "c");
  }

  @Test
  void whoWaitsNoticesThatAConsumerDied() throws Exception {
    MortalKernel process = mortal();
    SharedQueue dying = of(process);
    send(queue, "a");
    next(dying);
    Task<SharedClaim> waiting = inBackground(() -> next(queue));
    awaitSleeps(kernel, 1);
    process.die();
    assertThat(text(waiting.get())).isEqualTo("a");
    assertThat(waiting.get().attempt()).isEqualTo(2);
  }

  @Test
  void aProducerWhoWaitsNoticesItToo() throws Exception {
    MortalKernel process = mortal();
    SharedQueue dying = of(process);
    send(queue, "1", "2", "3", "4");
    next(dying);
    Task<Boolean> producer = inBackground(() -> queue.offer(text("5"), LONG));
    Task<String> consumer = inBackground(() -> take(elsewhere));
    assertThat(consumer.get()).isEqualTo("2");
    process.die();
    assertThat(take(another(Kernel.linux()))).isEqualTo("1");
    assertThat(producer.get()).isTrue();
    assertThat(takeAll(elsewhere)).containsExactly("3", "4", "5");
  }

  @Test
  void aConsumerThatLivesKeepsItsClaim() throws Exception {
    send(elsewhere, "a");
    SharedClaim claim = next(elsewhere);
    Task<Optional<SharedClaim>> waiting = inBackground(() -> queue.claim(Duration.ofMillis(600)));
    assertThat(waiting.get()).isEmpty();
    assertThat(kernel.count("isLockedByOther")).as("looks").isPositive();
    claim.ack();
  }

  /// At each step of a producer and a consumer: a system call or an access to the memory.
  @Test
  void whereverAProcessDiesNothingIsLostAndNothingComesTwice() throws Exception {
    for (int step = 1; ; step++) {
      MortalKernel process = mortal();
      SharedQueue dying = of(process);
      Ledger ledger = new Ledger();
      ledger.offer(queue, "before");
      process.dieBeforeStep(step);
      try {
        for (int i = 0; i < PLACES + 1; i++) {
          ledger.offer(dying, "sent-" + i);
          SharedClaim claim = next(dying);
          if (i % 2 == 0) {
            claim.close();
            claim = next(dying);
          }
          ledger.acknowledge(claim);
        }
      } catch (MortalKernel.Death e) {
        // As wanted.
      }
      boolean finished = !process.isDead();
      process.die();
      try (SharedQueue heir = backing().queue(Kernel.linux(), SHAPE)) {
        ledger.checkWhatIsLeft(heir, "step " + step);
      }
      if (finished) {
        assertThat(step).as("steps that were tried").isGreaterThan(50);
        return;
      }
    }
  }

  /// The same for the one that gives back what the dead one had.
  @Test
  void whereverAnHeirDiesNothingIsLostAndNothingComesTwice() throws Exception {
    for (int step = 1; ; step++) {
      MortalKernel process = mortal();
      SharedQueue dying = of(process);
      MortalKernel second = mortal();
      SharedQueue heir = of(second);
      Ledger ledger = new Ledger();
      for (int i = 0; i < PLACES - 1; i++) ledger.offer(queue, "m" + i);
      next(dying);
      next(dying);
      process.dieBeforeStep(5); // with a place taken and not filled
      try {
        ledger.offer(dying, "unfinished");
      } catch (MortalKernel.Death e) {
        // As wanted.
      }
      process.die();
      second.dieBeforeStep(step);
      boolean finished = false;
      try {
        for (int i = 0; i < PLACES - 1; i++) ledger.acknowledge(next(heir));
        finished = heir.tryClaim().isEmpty();
      } catch (MortalKernel.Death e) {
        // As wanted.
      }
      second.die();
      try (SharedQueue last = backing().queue(Kernel.linux(), SHAPE)) {
        ledger.checkWhatIsLeft(last, "step " + step);
      }
      if (finished) {
        assertThat(step).as("steps that were tried").isGreaterThan(30);
        return;
      }
    }
  }

  /// What a test did, as far as it knows: calls that did not return may have had an effect or not.
  private static final class Ledger {
    private final Set<String> offered = new HashSet<>();
    private final Set<String> accepted = new HashSet<>();
    private final Set<String> acknowledging = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();

    void offer(SharedQueue to, String text) throws Exception {
      offered.add(text);
      assertThat(to.offer(text(text), SOON)).isTrue();
      accepted.add(text);
    }

    void acknowledge(SharedClaim claim) throws IOException {
      acknowledging.add(text(claim));
      claim.ack();
      acknowledged.add(text(claim));
    }

    private static Set<String> minus(Set<String> all, Set<String> some) {
      Set<String> rest = new HashSet<>(all);
      rest.removeAll(some);
      return rest;
    }

    void checkWhatIsLeft(SharedQueue queue, String when) throws Exception {
      List<String> left = takeAll(queue);
      assertThat(left).as(when).doesNotHaveDuplicates();
      assertThat(left).as("%s: what may be left", when).isSubsetOf(minus(offered, acknowledged));
      assertThat(minus(accepted, acknowledging)).as("%s: what must be left", when).isSubsetOf(left);
      for (int i = 0; i < PLACES; i++) {
        assertThat(queue.tryOffer(text("again"))).as(when + ", place %d", i).isTrue();
      }
      assertThat(queue.tryOffer(text("full"))).as(when).isFalse();
      assertThat(takeAll(queue)).as(when).containsOnly("again").hasSize(PLACES);
    }
  }

  // ---- faults

  @Test
  void aWakeUpThatTheKernelRefusesHasSentAllTheSame() throws Exception {
    Task<String> consumer = inBackground(() -> take(elsewhere));
    Task<String> consumer2 = inBackground(() -> take(elsewhere));
    kernel.failFrom("futexWake", 1, Errno.EINVAL);
    send(queue, "a", "b");
    assertThat(Set.of(consumer.get(), consumer2.get())).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void aFailingLookForTheDeadThrowsAndTakesNothing() throws Exception {
    for (String call : List.of("isLockedByOther", "trySetLock", "unlock")) {
      MortalKernel process = mortal();
      SharedQueue dying = of(process);
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      SharedQueue looking = another(faulty.kernel());
      send(queue, "a");
      next(dying);
      process.die();
      faulty.fail(call, 1, Errno.EIO);
      assertThatThrownBy(looking::tryClaim).hasMessageContaining("EIO");
      assertThat(take(looking)).isEqualTo("a");
    }
  }
}
