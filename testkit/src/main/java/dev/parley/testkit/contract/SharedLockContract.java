package dev.parley.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.memory.SharedLock;
import dev.parley.primitive.memory.SharedMemory;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.MortalKernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a lock in shared memory keeps.
public abstract class SharedLockContract extends MemoryContract {
  private static final SharedMemory.Shape SHAPE = SharedMemory.Shape.of(64).withLocks(2);
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
  private SharedMemory memory;
  private SharedLock mine;
  private SharedLock other;

  protected SharedLockContract() {}

  @BeforeEach
  void open() throws IOException {
    memory = another(Kernel.linux());
    mine = memory.lock(0);
    other = another(kernel.kernel()).lock(0);
  }

  private SharedMemory another(Kernel through) throws IOException {
    return opening(backing().memory(through, SHAPE));
  }

  /// The lock as a process sees it that will be killed; nothing of it is left then.
  private SharedLock of(MortalKernel process) throws IOException {
    return backing().memory(process.kernel(), SHAPE).lock(0);
  }

  // ---- one holder

  @Test
  void oneHandleHoldsItAtATime() throws Exception {
    SharedLock.Held held = mine.tryAcquire().orElseThrow();
    assertThat(other.tryAcquire()).isEmpty();
    assertThat(mine.tryAcquire()).as("not reentrant").isEmpty();
    assertThat(memory.lock(0).tryAcquire()).as("the same lock").isEmpty();
    assertThat(memory.lock(1).tryAcquire()).as("another one").isPresent();
    held.close();
    assertThat(other.tryAcquire()).isPresent();
  }

  @Test
  void releasingTwiceDoesNotReleaseAnothers() throws Exception {
    SharedLock.Held held = mine.acquire();
    held.close();
    SharedLock.Held theirs = mine.acquire();
    held.close();
    assertThat(other.tryAcquire()).isEmpty();
    theirs.close();
    assertThatThrownBy(held::markRepaired).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatIsCountedUnderItIsExact() throws Exception {
    List<Task<Void>> counters = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      SharedMemory handle = i == 0 ? memory : another(Kernel.linux());
      boolean virtual = i == 3;
      counters.add(inBackground(() -> count(handle, virtual)));
      counters.add(inBackground(() -> count(handle, virtual)));
    }
    for (Task<Void> counter : counters) counter.get();
    assertThat(memory.body().getLong(0)).isEqualTo(8 * 5_000);
  }

  private static Void count(SharedMemory handle, boolean virtual) throws Exception {
    SharedLock lock = handle.lock(0);
    Runnable counting =
        () -> {
          for (int i = 0; i < 5_000; i++) {
            try (SharedLock.Held held = lock.acquire()) {
              if (held.isSuspect()) throw new AssertionError("nobody died");
              handle.body().setLong(0, handle.body().getLong(0) + 1);
            } catch (IOException | InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    if (virtual) {
      Thread.ofVirtual().start(counting).join();
    } else {
      counting.run();
    }
    return null;
  }

  @Test
  void withoutContentionTheKernelIsNotCalled() throws Exception {
    long before = kernel.count(FaultyKernel.ANY);
    for (int i = 0; i < 1_000; i++) other.acquire().close();
    assertThat(kernel.count(FaultyKernel.ANY)).isEqualTo(before);
  }

  // ---- waiting

  @Test
  void aWaiterGetsItWhenItIsReleased() throws Exception {
    SharedLock.Held held = mine.acquire();
    Task<SharedLock.Held> waiter = inBackground(other::acquire);
    awaitSleeps(kernel, 1);
    held.close();
    waiter.get().close();
  }

  @Test
  void noWakeUpIsLostAmongManyWaiters() throws Exception {
    Kernel sleepy = withoutLooks(Kernel.linux());
    List<Task<Void>> waiters = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      SharedLock lock = another(sleepy).lock(0);
      waiters.add(
          inBackground(
              () -> {
                for (int n = 0; n < 300; n++) {
                  try (SharedLock.Held held = lock.acquire()) {
                    if (n % 10 == 0) LockSupport.parkNanos(1);
                  }
                }
                return null;
              }));
    }
    for (Task<Void> waiter : waiters) waiter.get();
  }

  @Test
  void aWaitThatRunsOutIsEmptyAndLeavesNothing() throws Exception {
    SharedLock.Held held = mine.acquire();
    assertThat(other.acquire(MOMENT)).isEmpty();
    assertThat(other.acquire(Duration.ZERO)).isEmpty();
    assertThat(other.acquire(Duration.ofSeconds(-1))).isEmpty();
    held.close();
    assertThat(other.acquire(Duration.ZERO)).isPresent();
  }

  @Test
  void anInterruptEndsTheWaitAndNothingElse() throws Exception {
    SharedLock.Held held = mine.acquire();
    for (int i = 0; i < 10; i++) {
      Task<SharedLock.Held> waiter = inBackground(other::acquire);
      awaitSleeps(kernel, i + 1);
      waiter.thread().interrupt();
      assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    }
    held.close();
    other.acquire().close();
  }

  @Test
  void anInterruptedThreadDoesNotGetIt() throws Exception {
    Task<SharedLock.Held> waiter =
        inBackground(
            () -> {
              Thread.currentThread().interrupt();
              return other.acquire();
            });
    assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    assertThat(mine.tryAcquire()).isPresent();
  }

  @Test
  void aWakeUpThatMeetsAnInterruptGoesToTheNext() throws Exception {
    Kernel sleepy = withoutLooks(kernel.kernel());
    SharedLock first = another(sleepy).lock(0);
    SharedLock second = another(sleepy).lock(0);
    for (int i = 0; i < 100; i++) {
      SharedLock.Held held = mine.acquire();
      long before = sleeps(kernel);
      Task<SharedLock.Held> interrupted = inBackground(first::acquire);
      Task<SharedLock.Held> next = inBackground(second::acquire);
      awaitSleeps(kernel, before + 2);
      Task<Void> interrupting =
          inBackground(
              () -> {
                interrupted.thread().interrupt();
                return null;
              });
      held.close();
      interrupting.get();
      Optional<SharedLock.Held> got = heldBy(interrupted);
      if (got.isPresent()) got.get().close();
      next.get().close();
    }
  }

  private static Optional<SharedLock.Held> heldBy(Task<SharedLock.Held> task)
      throws InterruptedException {
    try {
      return Optional.of(task.get());
    } catch (AssertionError e) {
      assertThat(e.getCause()).isInstanceOf(InterruptedException.class);
      return Optional.empty();
    }
  }

  @Test
  void waitingVirtualThreadsHoldNoCarrier() throws Exception {
    SharedLock.Held held = mine.acquire();
    AtomicInteger got = new AtomicInteger();
    List<Thread> waiters = new ArrayList<>();
    for (int i = 0; i < 4 * Runtime.getRuntime().availableProcessors(); i++) {
      waiters.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      other.acquire().close();
                      got.incrementAndGet();
                    } catch (IOException | InterruptedException e) {
                      // Not counted.
                    }
                  }));
    }
    awaitSleeps(kernel, 1);
    assertThat(Thread.ofVirtual().start(() -> {}).join(SOON)).as("a carrier is free").isTrue();
    waiters.getLast().interrupt();
    assertThat(waiters.getLast().join(SOON)).as("heard the interrupt").isTrue();
    held.close();
    for (Thread waiter : waiters) assertThat(waiter.join(SOON)).isTrue();
    assertThat(got).hasValue(waiters.size() - 1);
  }

  @Test
  void withoutFutexWaitvInterruptsAreHeardToo() throws Exception {
    kernel.failFrom("futexWaitEither", 1, Errno.ENOSYS);
    SharedLock.Held held = mine.acquire();
    assertThat(other.acquire(MOMENT)).isEmpty();
    Task<SharedLock.Held> waiter = inBackground(other::acquire);
    awaitSleeps(kernel, 3);
    waiter.thread().interrupt();
    assertThat(waiter.failure()).isInstanceOf(InterruptedException.class);
    Task<SharedLock.Held> next = inBackground(other::acquire);
    held.close();
    next.get().close();
  }

  // ---- death

  @Test
  void aDeadHoldersLockIsTakenOverAsSuspect() throws Exception {
    MortalKernel process = mortal();
    of(process).acquire();
    Task<SharedLock.Held> waiter = inBackground(other::acquire);
    awaitSleeps(kernel, 1);
    process.die();
    try (SharedLock.Held held = waiter.get()) {
      assertThat(held.isSuspect()).isTrue();
    }
  }

  @Test
  void aTryTakesItOverToo() throws Exception {
    MortalKernel process = mortal();
    of(process).acquire();
    process.die();
    assertThat(other.tryAcquire().orElseThrow().isSuspect()).isTrue();
  }

  @Test
  void whoComesLaterIsToldToo() throws Exception {
    MortalKernel process = mortal();
    of(process).acquire();
    process.die();
    // It takes the dead one's slot, which is the first that is free.
    SharedLock.Held held = another(Kernel.linux()).lock(0).tryAcquire().orElseThrow();
    assertThat(held.isSuspect()).isTrue();
  }

  @Test
  void everyHolderIsToldUntilOneHasRepaired() throws Exception {
    MortalKernel process = mortal();
    of(process).acquire();
    process.die();
    mine.acquire().close();

    MortalKernel repairer = mortal();
    SharedLock.Held repairing = of(repairer).acquire();
    assertThat(repairing.isSuspect()).as("nobody has repaired it").isTrue();
    repairer.die();

    try (SharedLock.Held held = other.acquire()) {
      assertThat(held.isSuspect()).as("the repairer died").isTrue();
      held.markRepaired();
      assertThat(held.isSuspect()).isFalse();
    }
    try (SharedLock.Held held = mine.acquire()) {
      assertThat(held.isSuspect()).isFalse();
    }
  }

  @Test
  void aHolderThatLivesIsNotRobbed() throws Exception {
    SharedLock.Held held = mine.acquire();
    Task<SharedLock.Held> waiter = inBackground(other::acquire);
    awaitSleeps(kernel, 3); // two looks at least
    assertThat(kernel.count("isLockedByOther")).isPositive();
    assertThat(waiter.isDone()).isFalse();
    held.close();
    assertThat(waiter.get().isSuspect()).isFalse();
  }

  @Test
  void closingTheMemoryOfAHolderIsADeath() throws Exception {
    SharedMemory leaving = another(Kernel.linux());
    SharedLock.Held held = leaving.lock(0).acquire();
    Task<SharedLock.Held> waiter = inBackground(other::acquire);
    awaitSleeps(kernel, 1);
    leaving.close();
    assertThat(waiter.get().isSuspect()).isTrue();
    held.close(); // which does nothing
    assertThat(mine.tryAcquire()).isEmpty();
  }

  @Test
  void closingTheMemoryEndsTheWaitsOfItsThreads() throws Exception {
    SharedMemory waiting = another(kernel.kernel());
    SharedLock.Held held = mine.acquire();
    Task<SharedLock.Held> waiter = inBackground(() -> waiting.lock(0).acquire());
    Task<Object> virtual =
        inBackground(
            () -> {
              List<Object> outcome = new ArrayList<>();
              Thread.ofVirtual()
                  .start(
                      () -> {
                        try {
                          outcome.add(waiting.lock(1).acquire());
                          outcome.add(waiting.lock(1).acquire());
                        } catch (IOException | InterruptedException | RuntimeException e) {
                          outcome.add(e);
                        }
                      })
                  .join();
              return outcome.getLast();
            });
    awaitSleeps(kernel, 2);
    waiting.close();
    assertThat(waiter.failure()).isInstanceOf(IllegalStateException.class);
    assertThat(virtual.get()).isInstanceOf(IllegalStateException.class);
    held.close();
    assertThat(other.tryAcquire()).isPresent();
  }

  /// At each step of taking, repairing and releasing it: a system call or an access to the memory.
  @Test
  void whereverItsHolderDiesTheNextOneGetsItAndIsToldRightly() throws Exception {
    int suspects = 0;
    for (int step = 1; ; step++) {
      MortalKernel process = mortal();
      SharedLock dying = of(process);
      process.dieBeforeStep(step);
      int reached = 0;
      try {
        for (int i = 0; i < 2; i++) {
          SharedLock.Held held = dying.acquire();
          reached++;
          if (held.isSuspect()) held.markRepaired();
          held.close();
          reached++;
        }
      } catch (MortalKernel.Death e) {
        // As wanted.
      }
      boolean finished = !process.isDead();
      process.die();
      try (SharedLock.Held held = memory.lock(0).acquire(SOON).orElseThrow()) {
        // In the call that takes or releases it, both are right.
        if (reached == 4) assertThat(held.isSuspect()).isFalse();
        if (held.isSuspect()) suspects++;
        held.markRepaired();
      }
      try (SharedLock.Held held = mine.acquire(SOON).orElseThrow()) {
        assertThat(held.isSuspect()).isFalse();
      }
      if (finished) {
        assertThat(step).as("steps that were tried").isGreaterThan(5);
        assertThat(suspects).as("deaths of holders").isGreaterThan(2);
        return;
      }
    }
  }

  /// The same for the one that takes it over.
  @Test
  void whereverTheRescuerDiesTheNextOneIsTold() throws Exception {
    for (int step = 1; ; step++) {
      MortalKernel holder = mortal();
      of(holder).acquire();
      MortalKernel rescuer = mortal();
      SharedLock dying = of(rescuer);
      holder.die();
      rescuer.dieBeforeStep(step);
      boolean rescued = false;
      try {
        dying.acquire();
        rescued = true;
      } catch (MortalKernel.Death e) {
        // As wanted.
      }
      rescuer.die();
      try (SharedLock.Held held = memory.lock(0).acquire(SOON).orElseThrow()) {
        assertThat(held.isSuspect()).isTrue();
        held.markRepaired();
      }
      if (rescued) {
        assertThat(step).as("steps that were tried").isGreaterThan(5);
        return;
      }
    }
  }

  // ---- faults

  @Test
  void aRescueThatFailsIsDoneByTheNext() throws Exception {
    for (String call : List.of("isLockedByOther", "trySetLock", "unlock", "futexWake")) {
      MortalKernel process = mortal();
      of(process).acquire();
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      SharedMemory rescuer = another(faulty.kernel());
      process.die();
      faulty.failFrom(call, 1, Errno.EIO);
      assertThatThrownBy(() -> rescuer.lock(0).acquire()).hasMessageContaining("EIO");
      faulty.heal();
      try (SharedLock.Held held = rescuer.lock(0).tryAcquire().orElseThrow()) {
        assertThat(held.isSuspect()).as("after %s failed", call).isTrue();
        held.markRepaired();
      }
    }
  }

  @Test
  void aSleepThatFailsThrows() throws Exception {
    SharedLock.Held held = mine.acquire();
    kernel.fail("futexWaitEither", 1, Errno.EINVAL);
    assertThatThrownBy(() -> other.acquire()).hasMessageContaining("EINVAL");
    held.close();
    other.acquire().close();
  }

  @Test
  void aWakeUpThatTheKernelRefusesHasReleasedItAllTheSame() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    SharedLock.Held held = another(faulty.kernel()).lock(0).acquire();
    Task<SharedLock.Held> waiter = inBackground(other::acquire);
    awaitSleeps(kernel, 1);
    faulty.failFrom("futexWake", 1, Errno.EINVAL);
    held.close();
    waiter.get().close();
  }
}
