package dev.parley.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.memory.SharedEvent;
import dev.parley.primitive.memory.SharedMemory;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.FaultyKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an event in shared memory keeps.
public abstract class SharedEventContract extends MemoryContract {
  private static final SharedMemory.Shape SHAPE = SharedMemory.Shape.of(64);
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
  private SharedMemory memory;
  private SharedEvent event;
  private SharedEvent elsewhere;

  protected SharedEventContract() {}

  @BeforeEach
  void open() throws IOException {
    memory = opening(backing().memory(kernel.kernel(), SHAPE));
    event = memory.event(4);
    elsewhere = opening(backing().memory(Kernel.linux(), SHAPE)).event(4);
  }

  @Test
  void aSignalAfterThePreparationIsNotMissed() throws Exception {
    int key = event.prepare();
    elsewhere.signal();
    assertThat(event.await(key, LONG)).isTrue();
  }

  @Test
  void aSleeperIsWoken() throws Exception {
    int key = event.prepare();
    Task<Boolean> sleeper = inBackground(() -> event.await(key, LONG));
    awaitSleeps(kernel, 1);
    elsewhere.signal();
    assertThat(sleeper.get()).isTrue();
  }

  @Test
  void aWaitRunsOut() throws Exception {
    assertThat(event.await(event.prepare(), MOMENT)).isFalse();
    assertThat(event.await(event.prepare(), Duration.ZERO)).isFalse();
    assertThat(event.await(event.prepare(), Duration.ofSeconds(-1))).isFalse();
    assertThat(event.withSpin(100).await(event.prepare(), MOMENT)).isFalse();
  }

  @Test
  void withoutWaitersTheKernelIsNotCalled() throws Exception {
    long before = kernel.count(FaultyKernel.ANY);
    for (int i = 0; i < 1_000; i++) event.signal();
    assertThat(kernel.count(FaultyKernel.ANY)).isEqualTo(before);
    event.prepare();
    event.signal(); // finds out that nobody sleeps
    long after = kernel.count(FaultyKernel.ANY);
    for (int i = 0; i < 1_000; i++) event.signal();
    assertThat(kernel.count(FaultyKernel.ANY)).isEqualTo(after);
  }

  @Test
  void oneSignalWakesOneAndSignalAllTheRest() throws Exception {
    List<Task<Boolean>> sleepers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int key = event.prepare();
      sleepers.add(inBackground(() -> event.await(key, LONG)));
      awaitSleeps(kernel, i + 1);
    }
    elsewhere.signal();
    Await.until("one is awake", () -> awake(sleepers) >= 1);
    elsewhere.signal();
    Await.until("two are awake", () -> awake(sleepers) >= 2);
    elsewhere.signalAll();
    for (Task<Boolean> sleeper : sleepers) assertThat(sleeper.get()).isTrue();
  }

  private static long awake(List<Task<Boolean>> sleepers) {
    return sleepers.stream().filter(Task::isDone).count();
  }

  @Test
  void aThousandRoundsWithoutALook() throws Exception {
    Kernel sleepy = withoutLooks(Kernel.linux());
    SharedMemory ping = opening(backing().memory(sleepy, SHAPE));
    SharedMemory pong = opening(backing().memory(sleepy, SHAPE));
    Task<Void> other = inBackground(() -> play(pong, 8, 12, 0));
    play(ping, 12, 8, 1);
    other.get();
  }

  /// Waits for each number at `from` on one event, and answers at `to` on another.
  private static Void play(SharedMemory memory, long from, long to, int first) throws Exception {
    SharedEvent incoming = memory.event(from + 8);
    SharedEvent outgoing = memory.event(to + 8);
    for (int i = 1; i <= 1_000; i++) {
      if (first == 1) {
        memory.body().setIntRelease(to, i);
        outgoing.signal();
      }
      while (true) {
        int key = incoming.prepare();
        if (memory.body().getIntAcquire(from) == i) break;
        incoming.await(key);
      }
      if (first == 0) {
        memory.body().setIntRelease(to, i);
        outgoing.signal();
      }
    }
    return null;
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    for (int i = 0; i < 20; i++) {
      int key = event.prepare();
      Task<Boolean> sleeper = inBackground(() -> event.await(key, LONG));
      if (i % 2 == 0) awaitSleeps(kernel, i / 2 + 1);
      sleeper.thread().interrupt();
      assertThat(sleeper.failure()).isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  void aFailingAlarmOnlyDelays() throws Exception {
    kernel.fail("mapAnonymous", 1, Errno.ENOMEM);
    int key = event.prepare();
    Task<Boolean> sleeper = inBackground(() -> event.await(key, LONG));
    assertThat(sleeper.failure()).hasMessageContaining("ENOMEM");
    elsewhere.signal();
    assertThat(event.await(key, LONG)).isTrue();
  }

  @Test
  void virtualThreadsWait() throws Exception {
    List<Thread> sleepers = new ArrayList<>();
    List<Object> outcomes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      int key = event.prepare();
      sleepers.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    Object outcome;
                    try {
                      outcome = event.await(key, LONG);
                    } catch (IOException | InterruptedException | RuntimeException e) {
                      outcome = e.getClass();
                    }
                    synchronized (outcomes) {
                      outcomes.add(outcome);
                    }
                  }));
    }
    awaitSleeps(kernel, 1);
    for (int i = 0; i < 5; i++) sleepers.get(i).interrupt();
    for (int i = 0; i < 5; i++) assertThat(sleepers.get(i).join(SOON)).isTrue();
    elsewhere.signalAll();
    for (Thread sleeper : sleepers) assertThat(sleeper.join(SOON)).isTrue();
    assertThat(outcomes).filteredOn(InterruptedException.class::equals).hasSize(5);
    assertThat(outcomes).filteredOn(Boolean.TRUE::equals).hasSize(15);
  }

  @Test
  void spinningSeesASignalWithoutSleeping() throws Exception {
    int key = event.prepare();
    Task<Boolean> spinner = inBackground(() -> event.withSpin(1_000_000_000).await(key, LONG));
    Await.until("it spins", () -> spinner.thread().getState() == Thread.State.RUNNABLE);
    elsewhere.signal();
    assertThat(spinner.get()).isTrue();
    assertThat(sleeps(kernel)).isZero();
  }

  @Test
  void closingTheMemoryEndsTheWait() throws Exception {
    int key = event.prepare();
    Task<Boolean> sleeper = inBackground(() -> event.await(key, LONG));
    awaitSleeps(kernel, 1);
    memory.close();
    assertThat(sleeper.failure()).isInstanceOf(IllegalStateException.class);
  }
}
