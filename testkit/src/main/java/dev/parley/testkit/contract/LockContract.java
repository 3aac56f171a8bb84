package dev.parley.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.UnsafePathException;
import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.LockPuppet;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What every kind of lock file keeps.
@Timeout(300)
public abstract class LockContract {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration BRIEF = Duration.ofMillis(100);
  private static final int PROCESSES = 3;
  private static final List<Errno> ERRNOS =
      List.of(Errno.EIO, Errno.ENOSPC, Errno.EMFILE, Errno.EACCES, Errno.ENOMEM, Errno.ENOLCK);

  @TempDir Path dir;
  private final ProcessHarness processes = new ProcessHarness();
  private final List<AutoCloseable> opened = new ArrayList<>();

  /// What becomes of the lock of a holder that died.
  protected enum Orphan {
    FREE_AT_ONCE,
    FREE_IN_TIME,
    HELD
  }

  protected LockContract() {}

  protected abstract LockOptions options();

  protected Orphan orphan() {
    return Orphan.FREE_AT_ONCE;
  }

  /// Whether a descriptor holds it, so that a command can inherit it.
  protected boolean isInherited() {
    return true;
  }

  /// Whether it belongs to a process as a whole, so that none can be played within this one.
  protected boolean isOfTheWholeProcess() {
    return false;
  }

  /// Whether the file is one that was there before, and stays.
  protected boolean filesStay() {
    return options().kind().shares();
  }

  /// How often processes take it in the tests that count.
  protected int times() {
    return 100;
  }

  // ---- taking and giving back

  @Test
  void oneHolderAtATime() throws Exception {
    LockFile one = open();
    LockFile other = open();
    HeldLock held = one.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    assertThat(held.isHeld()).isTrue();
    assertThat(held.mode()).isEqualTo(LockKind.EXCLUSIVE);
    assertThat(one.tryAcquire(LockKind.EXCLUSIVE)).as("not reentrant").isEmpty();
    assertThat(other.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    held.close();
    assertThat(held.isHeld()).isFalse();
    HeldLock next = other.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    held.close();
    assertThat(one.tryAcquire(LockKind.EXCLUSIVE)).as("a second close frees nothing").isEmpty();
    next.close();
    one.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
  }

  @Test
  void anotherProcessIsKeptOut() throws Exception {
    Child child = puppet();
    assertThat(child.ask("try")).startsWith("held");
    assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    assertThat(child.ask("release")).isEqualTo("released");
    HeldLock held = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    assertThat(child.ask("try")).isEqualTo("busy");
    held.close();
    assertThat(child.ask("try")).startsWith("held");
  }

  @Test
  void whatIsHeldStaysHeldWhenTheLockFileIsClosed() throws Exception {
    LockFile file = open();
    HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    file.close();
    assertThat(held.isHeld()).isTrue();
    assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    held.close();
    open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    assertThatThrownBy(() -> file.tryAcquire(LockKind.EXCLUSIVE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sharersGoTogetherAndKeepOthersOut() throws Exception {
    LockFile one = open();
    if (!options().kind().shares()) {
      assertThatThrownBy(() -> one.tryAcquire(LockKind.SHARED))
          .isInstanceOf(UnsupportedOperationException.class);
      return;
    }
    Child child = puppet();
    try (HeldLock first = one.tryAcquire(LockKind.SHARED).orElseThrow();
        HeldLock second = open().tryAcquire(LockKind.SHARED).orElseThrow()) {
      assertThat(first.mode()).isEqualTo(LockKind.SHARED);
      assertThat(child.ask("try shared")).isEqualTo("held");
      first.close();
      assertThat(open().tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
      assertThat(second.isHeld()).isTrue();
    }
    assertThat(one.tryAcquire(LockKind.EXCLUSIVE)).isEmpty();
    assertThat(child.ask("release")).isEqualTo("released");
    try (HeldLock _ = one.tryAcquire(LockKind.EXCLUSIVE).orElseThrow()) {
      assertThat(child.ask("try shared")).isEqualTo("busy");
    }
  }

  // ---- exclusion, counted

  @Test
  void threadsExcludeEachOther() throws Exception {
    LockFile file = open();
    Path counter = dir.resolve("counter");
    List<FutureTask<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      FutureTask<Void> task =
          new FutureTask<>(
              () -> {
                for (int n = 0; n < times() / 4; n++) {
                  try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
                    LockPuppet.count(counter);
                  }
                }
                return null;
              });
      tasks.add(task);
      (i % 2 == 0 ? Thread.ofPlatform().daemon() : Thread.ofVirtual()).start(task);
    }
    for (FutureTask<Void> task : tasks) task.get(SOON.toSeconds(), TimeUnit.SECONDS);
    assertThat(counter).hasContent(String.valueOf(8 * (times() / 4)));
  }

  @Test
  void processesExcludeEachOther() throws Exception {
    Path counter = dir.resolve("counter");
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) children.add(puppet());
    for (Child child : children) child.say("count " + counter + " " + times());
    for (Child child : children) child.awaitLine("counted");
    assertThat(counter).hasContent(String.valueOf(PROCESSES * times()));
  }

  @Test
  void holdersThatAreKilledAtRandomLetNoTwoIn() throws Exception {
    assumeTrue(orphan() == Orphan.FREE_AT_ONCE, "what a dead holder leaves is not free at once");
    Path guarded = dir.resolve("guarded");
    List<Child> children = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) children.add(guard(guarded));
    for (int killed = 0; killed < 4; killed++) {
      TimeUnit.MILLISECONDS.sleep((long) (Math.random() * 50)); // at any point of what it does
      children.remove(killed % PROCESSES).kill();
      children.add(guard(guarded));
    }
    for (Child child : children) assertThat(child.awaitLine("")).isEqualTo("guarded");
  }

  private Child guard(Path guarded) throws Exception {
    Child child = puppet();
    child.say("guard " + guarded + " " + times());
    return child;
  }

  // ---- waiting

  @Test
  void aWaitEndsWithItsTimeAndClosesNothing() throws Exception {
    LockFile one = open();
    LockFile other = open();
    try (HeldLock _ = one.acquire(LockKind.EXCLUSIVE)) {
      assertThat(other.acquire(LockKind.EXCLUSIVE, BRIEF)).isEmpty();
      assertThat(other.acquire(LockKind.EXCLUSIVE, Duration.ZERO)).isEmpty();
      assertThat(other.acquire(LockKind.EXCLUSIVE, Duration.ofSeconds(-1))).isEmpty();
      settle();
      int descriptors = descriptors();
      for (int i = 0; i < 5; i++) {
        assertThat(other.acquire(LockKind.EXCLUSIVE, Duration.ofMillis(20))).isEmpty();
      }
      Await.until("no descriptor is left", () -> descriptors() <= descriptors);
    }
    other.acquire(LockKind.EXCLUSIVE, BRIEF).orElseThrow().close();
  }

  @Test
  void whoWaitsGetsItWhenItIsGivenBack() throws Exception {
    for (boolean virtual : List.of(false, true)) {
      HeldLock held = open().acquire(LockKind.EXCLUSIVE);
      Waiter waiter = waiter(virtual, Duration.ofDays(1));
      held.close();
      waiter.get().orElseThrow().close();
    }
  }

  @Test
  void whoWaitsGetsItWhenAnotherProcessGivesItBack() throws Exception {
    Child child = puppet();
    assertThat(child.ask("try")).startsWith("held");
    Waiter waiter = waiter(false, SOON);
    assertThat(child.ask("release")).isEqualTo("released");
    waiter.get().orElseThrow().close();
  }

  @Test
  void anInterruptEndsTheWaitAndClosesNothing() throws Exception {
    for (boolean virtual : List.of(false, true)) {
      LockFile file = open();
      try (HeldLock _ = open().acquire(LockKind.EXCLUSIVE)) {
        Waiter waiter = new Waiter(file, virtual, Duration.ofDays(1));
        waiter.awaitWaiting();
        waiter.thread.interrupt();
        assertThatThrownBy(waiter::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(waiter.interruptedAfterwards).isFalse();
      }
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> file.acquire(LockKind.EXCLUSIVE))
          .isInstanceOf(InterruptedException.class);
      assertThat(Thread.interrupted()).isFalse();
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    }
  }

  @Test
  void interruptsAtAnyTimeLeakNoLock() throws Exception {
    LockFile file = open();
    for (int i = 0; i < 40; i++) {
      HeldLock held = file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
      Waiter waiter = new Waiter(open(), i % 2 == 0, SOON);
      if (i % 4 < 2) waiter.awaitWaiting();
      Thread interrupter = Thread.ofPlatform().start(waiter.thread::interrupt);
      held.close();
      interrupter.join();
      waiter.giveBack();
      try (HeldLock again = file.acquire(LockKind.EXCLUSIVE, SOON).orElseThrow()) {
        assertThat(again.isHeld()).isTrue();
      }
    }
  }

  /// Were the carriers blocked, of which there are as many as processors, the holder could not go
  /// on to give it back.
  @Test
  void virtualThreadsHoldNoCarrierWhileTheyWait() throws Exception {
    LockFile file = open();
    CountDownLatch waiting = new CountDownLatch(1);
    FutureTask<Void> holder =
        new FutureTask<>(
            () -> {
              try (HeldLock _ = file.acquire(LockKind.EXCLUSIVE)) {
                waiting.await();
              }
              return null;
            });
    Thread.ofVirtual().start(holder);
    Await.until("it is held", () -> isBusy(file));
    List<Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 2; i++) {
      waiters.add(waiter(true, SOON));
    }
    waiting.countDown();
    holder.get(SOON.toSeconds(), TimeUnit.SECONDS);
    waiters.getFirst().thread.interrupt();
    while (!waiters.isEmpty()) {
      Await.until("somebody gets it", () -> waiters.stream().anyMatch(w -> w.task.isDone()));
      for (Waiter waiter : List.copyOf(waiters)) {
        if (!waiter.task.isDone()) continue;
        waiters.remove(waiter);
        waiter.giveBack();
      }
    }
  }

  private static boolean isBusy(LockFile file) throws IOException {
    Optional<HeldLock> held = file.tryAcquire(LockKind.EXCLUSIVE);
    if (held.isEmpty()) return true;
    held.get().close();
    return false;
  }

  // ---- deaths

  @Test
  void aHolderThatIsKilledLeavesItAsTheKindSays() throws Exception {
    Child child = puppet();
    assertThat(child.ask("try")).startsWith("held");
    Waiter waiter = waiter(false, SOON);
    child.kill();
    if (orphan() == Orphan.HELD) {
      assertThat(open().acquire(LockKind.EXCLUSIVE, BRIEF)).isEmpty();
      waiter.thread.interrupt();
    } else {
      waiter.get().orElseThrow().close();
    }
  }

  @Test
  void aCommandThatInheritsItHoldsItWhenItsParentIsKilled() throws Exception {
    assumeTrue(isInherited(), "no descriptor holds it");
    Child child = puppet();
    assertThat(child.ask("try")).startsWith("held");
    int orphan = Integer.parseInt(child.ask("pass sleep 1000").replace("passed ", ""));
    try {
      Kernel.linux().kill((int) child.pid(), 9);
      child.awaitExit();
      assertThat(open().acquire(LockKind.EXCLUSIVE, BRIEF)).isEmpty();
      Waiter waiter = waiter(false, SOON);
      Kernel.linux().kill(orphan, 9);
      waiter.get().orElseThrow().close();
    } finally {
      try {
        Kernel.linux().kill(orphan, 9);
      } catch (ErrnoException e) {
        // It is dead, as it should be.
      }
    }
  }

  @Test
  void whatWasPassedOnOutlivesTheCloseOfItsGiver() throws Exception {
    assumeTrue(isInherited(), "no descriptor holds it");
    Child child = puppet();
    assertThat(child.ask("try")).startsWith("held");
    int heir = Integer.parseInt(child.ask("pass sleep 1000").replace("passed ", ""));
    try {
      assertThat(child.ask("release")).isEqualTo("released");
      assertThat(open().acquire(LockKind.EXCLUSIVE, BRIEF)).isEmpty();
    } finally {
      Kernel.linux().kill(heir, 9);
    }
    open().acquire(LockKind.EXCLUSIVE, SOON).orElseThrow().close();
  }

  @Test
  void aHolderMayDieBeforeAnySystemCall() throws Exception {
    assumeTrue(orphan() == Orphan.FREE_AT_ONCE, "what a dead holder leaves is not free at once");
    assumeTrue(!isOfTheWholeProcess(), "only a real process dies with this lock");
    boolean died = true;
    for (int nth = 1; died; nth++) {
      MortalKernel mortal = new MortalKernel(Kernel.linux());
      try {
        LockFile file = LockFile.open(mortal.kernel(), path(), options());
        mortal.dieBefore(nth);
        for (int i = 0; i < 2; i++) file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
        file.close();
        died = false;
      } catch (MortalKernel.Death e) {
        // As it should.
      }
      mortal.die();
      open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    }
  }

  // ---- trouble

  @Test
  void anyCallMayFailAndNothingLeaksOrStaysLocked() throws Exception {
    open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
    closeAll();
    settle();
    int descriptors = descriptors();
    boolean failed = true;
    for (int nth = 1; failed; nth++) {
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      AtomicBoolean met = new AtomicBoolean();
      faulty.before(FaultyKernel.ANY, nth, _ -> met.set(true));
      faulty.fail(FaultyKernel.ANY, nth, ERRNOS.get(nth % ERRNOS.size()));
      try (LockFile file = LockFile.open(faulty.kernel(), path(), options())) {
        for (int i = 0; i < 2; i++) {
          try (HeldLock held = file.acquire(LockKind.EXCLUSIVE)) {
            assertThat(held.mode()).isEqualTo(LockKind.EXCLUSIVE);
          }
        }
      } catch (IOException e) {
        assertThat(met).as("it failed by itself: %s", e).isTrue();
      }
      failed = met.get();
      clear();
      open().acquire(LockKind.EXCLUSIVE, SOON).orElseThrow().close();
      String when = "call " + nth;
      closeAll();
      Await.until("no descriptor is left after " + when, () -> descriptors() <= descriptors);
    }
  }

  /// Removes what a kind leaves that gives up nothing by itself.
  protected void clear() throws IOException {}

  @Test
  void whatIsNoFileIsRefused() throws Exception {
    Path lock = path();
    ProcessHarness.run("mkfifo", lock.toString());
    assertRefused("FIFO");
    Files.delete(lock);
    Files.createSymbolicLink(lock, dir.resolve("elsewhere"));
    // Ours, in a directory of ours: followed when the lock file is opened.
    try (LockFile file = open()) {
      Files.delete(lock);
      file.tryAcquire(LockKind.EXCLUSIVE).orElseThrow().close();
      assertThat(lock).doesNotExist();
    }
  }

  private void assertRefused(String kind) {
    assertThatThrownBy(() -> open().tryAcquire(LockKind.EXCLUSIVE))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining(kind);
  }

  @Test
  void aMissingDirectoryIsSaid() {
    assertThatThrownBy(() -> LockFile.open(Kernel.linux(), dir.resolve("no/such/lock"), options()))
        .isInstanceOf(ErrnoException.class)
        .hasMessageContaining("ENOENT");
  }

  // ---- files that go

  @Test
  void aHolderWhoseFileIsRemovedIsToldWhenItAsks() throws Exception {
    HeldLock held = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    breakLock();
    Await.until("it is not held any more", () -> !held.isHeld());
    held.close();
  }

  @Test
  void whoWaitsForAFileThatIsRemovedTakesTheNewOne() throws Exception {
    HeldLock held = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
    Waiter waiter = waiter(false, SOON);
    breakLock();
    if (filesStay()) {
      HeldLock newcomer = open().tryAcquire(LockKind.EXCLUSIVE).orElseThrow();
      held.close();
      assertThat(waiter.task.isDone()).as("it got what has no name any more").isFalse();
      newcomer.close();
    }
    HeldLock got = waiter.get().orElseThrow();
    assertThat(got.isHeld()).isTrue();
    got.close();
    held.close();
  }

  /// Removes what others take for the lock.
  protected void breakLock() throws IOException {
    Files.delete(path());
  }

  // ---- what the tests share

  protected final Path path() {
    return dir.resolve("lock");
  }

  protected final Path dir() {
    return dir;
  }

  protected final LockFile open() throws IOException {
    LockFile file = LockFile.open(Kernel.linux(), path(), options());
    opened.add(file);
    return file;
  }

  protected final Child puppet() throws IOException {
    return processes.java(
        LockPuppet.class,
        path().toString(),
        options().kind().name(),
        String.valueOf(options().lease().toMillis()));
  }

  protected final ProcessHarness processes() {
    return processes;
  }

  /// One that waits already.
  protected final Waiter waiter(boolean virtual, Duration atMost) throws Exception {
    Waiter waiter = new Waiter(open(), virtual, atMost);
    waiter.awaitWaiting();
    return waiter;
  }

  /// A thread that wants the lock.
  protected static final class Waiter {
    private final FutureTask<Optional<HeldLock>> task;
    private final Thread thread;
    private volatile boolean interruptedAfterwards;

    Waiter(LockFile file, boolean virtual, Duration atMost) {
      task =
          new FutureTask<>(
              () -> {
                try {
                  return file.acquire(LockKind.EXCLUSIVE, atMost);
                } finally {
                  interruptedAfterwards = Thread.currentThread().isInterrupted();
                }
              });
      thread = virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().daemon().start(task);
    }

    public Optional<HeldLock> get() throws Exception {
      return task.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    /// Gives back what it got, if it was not interrupted before.
    void giveBack() throws Exception {
      try {
        get().orElseThrow().close();
      } catch (ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(InterruptedException.class);
      }
    }

    /// A platform thread may be in the kernel, which Java calls running.
    void awaitWaiting() throws Exception {
      Await.until(
          "somebody waits",
          () ->
              switch (thread.getState()) {
                case WAITING, TIMED_WAITING, BLOCKED, TERMINATED -> true;
                default -> isInKernel(thread);
              });
    }

    private static boolean isInKernel(Thread thread) {
      StackTraceElement[] stack = thread.getStackTrace();
      for (StackTraceElement frame : stack) {
        if (frame.getMethodName().endsWith("OrInterrupted")) return true;
      }
      return false;
    }
  }

  private static int descriptors() {
    return Objects.requireNonNull(new java.io.File("/proc/self/fd").list()).length;
  }

  /// Waits until the thread that watched for somebody has closed what it had.
  private static void settle() throws Exception {
    Await.until(
        "the watcher has ended",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().equals("parley-watcher")));
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable each : opened.reversed()) each.close();
    opened.clear();
  }

  @AfterEach
  void endProcesses() {
    processes.close();
  }
}
