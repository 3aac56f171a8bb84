package dev.parley.primitive.memory;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The threads of one handle that sleep until a word of the memory changes.
///
/// A platform thread sleeps in the kernel, in futex_waitv(2), on two words: the one it waits for
/// and its [InterruptAlarm]. Where the kernel lacks that call it sleeps in pieces and looks for
/// interrupts in between.
///
/// A virtual thread would hold its carrier there. So a helper, a platform thread, sleeps for it; of
/// the virtual threads that wait for one word, one at a time has a helper and the others wait for
/// their turn. There are as many helpers as words, at most.
final class Sleepers implements AutoCloseable {
  private static final long PIECE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final int PAGE_BYTES = 4096;

  private static final Executor HELPERS =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("parley-sleeper-", 0).factory());

  private final Kernel kernel;
  private final Mapping memory;
  private final String path;
  private final Deque<InterruptAlarm> idle = new ArrayDeque<>();
  private final List<InterruptAlarm> alarms = new ArrayList<>();
  private final List<Mapping> pages = new ArrayList<>();
  private final Map<Long, Semaphore> turns = new ConcurrentHashMap<>();
  private volatile boolean waitsForEither = true;
  private volatile boolean closed;

  Sleepers(Kernel kernel, Mapping memory, String path) {
    this.kernel = kernel;
    this.memory = memory;
    this.path = path;
  }

  /// Sleeps while the word at `offset` is `expected`, for `nanos` at most. May return early.
  ///
  /// @return false when time is up
  /// @throws InterruptedException if this thread was or is interrupted
  /// @throws IllegalStateException if the handle was or is closed
  boolean sleep(long offset, int expected, long nanos) throws IOException, InterruptedException {
    if (Thread.currentThread().isVirtual()) return sleepInTurn(offset, expected, nanos);
    InterruptAlarm alarm = borrow();
    boolean woken;
    try {
      int calm = alarm.value();
      alarm.arm();
      try {
        requireOpen(); // after the alarm's value was read: closing changes it
        woken = sleepOn(offset, expected, alarm, calm, nanos);
      } finally {
        alarm.disarm();
      }
    } finally {
      giveBack(alarm);
    }
    if (Thread.interrupted()) throw new InterruptedException();
    requireOpen();
    return woken;
  }

  private boolean sleepOn(long offset, int expected, InterruptAlarm alarm, int calm, long nanos)
      throws IOException {
    if (waitsForEither) {
      try {
        return kernel.futexWaitEither(
            memory, offset, expected, alarm.memory(), alarm.offset(), calm, nanos);
      } catch (ErrnoException e) {
        if (!e.is(Errno.ENOSYS) && !e.is(Errno.EPERM)) throw e;
        waitsForEither = false;
      }
    }
    long end = System.nanoTime() + nanos;
    while (true) {
      long left = end - System.nanoTime();
      if (left <= 0) return false;
      boolean woken = kernel.futexWait(memory, offset, expected, Math.min(left, PIECE_NANOS));
      if (woken || alarm.value() != calm) return true;
    }
  }

  // ---- virtual threads

  private boolean sleepInTurn(long offset, int expected, long nanos)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + nanos;
    Semaphore turn = turns.computeIfAbsent(offset, _ -> new Semaphore(1, true));
    if (!turn.tryAcquire(nanos, TimeUnit.NANOSECONDS)) return false;
    InterruptAlarm alarm;
    try {
      alarm = borrow();
    } catch (IOException | RuntimeException e) {
      turn.release();
      throw e;
    }
    try {
      int calm = alarm.value();
      requireOpen();
      boolean woken = helped(offset, expected, alarm, calm, end - System.nanoTime());
      requireOpen();
      return woken;
    } finally {
      giveBack(alarm);
      turn.release();
    }
  }

  /// Does not return before the helper has left the kernel, where it might take a wake-up that was
  /// meant for another.
  private boolean helped(long offset, int expected, InterruptAlarm alarm, int calm, long nanos)
      throws IOException, InterruptedException {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    HELPERS.execute(
        () -> {
          try {
            result.complete(sleepOn(offset, expected, alarm, calm, Math.max(0, nanos)));
          } catch (IOException | RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get();
    } catch (InterruptedException e) {
      alarm.wakeup();
      result.handle((_, _) -> true).join();
      throw e;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException failure -> throw failure;
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  // ---- alarms

  private synchronized InterruptAlarm borrow() throws IOException {
    requireOpen();
    InterruptAlarm alarm = idle.pollFirst();
    if (alarm != null) return alarm;
    int index = alarms.size() * Integer.BYTES % PAGE_BYTES;
    if (index == 0) pages.add(kernel.mapAnonymous(PAGE_BYTES));
    alarm = new InterruptAlarm(kernel, pages.getLast(), index);
    alarms.add(alarm);
    return alarm;
  }

  private synchronized void giveBack(InterruptAlarm alarm) {
    idle.addFirst(alarm);
  }

  private void requireOpen() {
    if (closed) throw new IllegalStateException(path + " is closed");
  }

  /// Ends all sleeps.
  @Override
  public synchronized void close() {
    closed = true;
    alarms.forEach(InterruptAlarm::wakeup);
    pages.forEach(Mapping::close);
  }
}
