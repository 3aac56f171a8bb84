package dev.parley.primitive.memory;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Mapping;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.time.Duration;

/// A word on which threads of any process sleep until somebody signals: an event count.
///
/// ```java
/// // who waits                                 // who changes something
/// while (true) {                               memory.body().setLongRelease(8, 1);
///   int key = event.prepare();                 event.signal();
///   if (memory.body().getLongVolatile(8) != 0) break;
///   if (!event.await(key, timeout)) break;
/// }
/// ```
///
/// Guarantees: whatever was written before a signal is seen by who looks after `prepare`, or its
/// `await` returns. Without waiters a signal is a fence and a read, and the kernel is not called.
/// Waiters sleep at no cost; interrupts and time limits are honoured.
///
/// Not promised: that only signals end a wait; look again. That the one who is woken by [#signal]
/// lives long enough to do something about it: where that matters, look from time to time. One who
/// is woken and leaves the reason in place signals on.
///
/// # The word
///
/// ```text
///   31 .. 1   how many signals found somebody waiting, modulo 2^31
///   0         WAITED: somebody may sleep
/// ```
///
/// A signal that finds WAITED counts, and wakes one. If none slept it takes WAITED back, and then
/// wakes all, for those who fell asleep in between. The flag may stay behind when a waiter is
/// killed; then the next signal takes it back.
public final class SharedEvent {
  private static final int WAITED = 1;
  private static final int ONE_SIGNAL = 2;

  private final Region region;
  private final Mapping memory;
  private final long offset;
  private final int spins;

  SharedEvent(Region region, long offset, int spins) {
    this.region = region;
    this.memory = region.memory();
    this.offset = offset;
    this.spins = spins;
  }

  /// The same event, whose `await` looks so often, some 10 ns each, before it sleeps.
  public SharedEvent withSpin(int looks) {
    return new SharedEvent(region, offset, looks);
  }

  // ---- waiting

  /// Announces a wait. Look after it whether there is still reason to.
  ///
  /// @return the key for [#await]
  public int prepare() throws IOException {
    region.requireThere();
    try {
      return prepare(memory, offset);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  static int prepare(Mapping memory, long offset) {
    while (true) {
      int word = memory.getIntVolatile(offset);
      if ((word & WAITED) != 0) {
        VarHandle.fullFence();
        return word;
      }
      if (memory.compareAndSetInt(offset, word, word | WAITED)) return word | WAITED;
    }
  }

  /// Waits until somebody signals; returns at once if somebody has since `key` was got. May return
  /// early.
  ///
  /// @throws InterruptedException if this thread is interrupted; the signal goes to nobody else
  public void await(int key) throws IOException, InterruptedException {
    await(key, Long.MAX_VALUE);
  }

  /// The same with a time limit.
  ///
  /// @return false when time is up
  public boolean await(int key, Duration timeout) throws IOException, InterruptedException {
    return await(key, Deadline.nanos(timeout));
  }

  boolean await(int key, long nanos) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    region.requireThere();
    try {
      for (int i = 0; i < spins; i++) {
        if (memory.getIntOpaque(offset) != key) return true;
        Thread.onSpinWait();
      }
      return region.sleepers().sleep(offset, key, nanos);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  // ---- signalling

  /// Wakes one who waits.
  public void signal() throws IOException {
    signal(1);
  }

  /// Wakes all who wait.
  public void signalAll() throws IOException {
    signal(Integer.MAX_VALUE);
  }

  private void signal(int most) throws IOException {
    VarHandle.fullFence();
    region.requireThere();
    try {
      signal(memory, offset, most, region::wake);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  /// How those who sleep are woken.
  interface Wake<E extends IOException> {
    int wake(long offset, int most) throws E;
  }

  static <E extends IOException> void signal(Mapping memory, long offset, int most, Wake<E> wake)
      throws E {
    int word;
    do {
      word = memory.getIntVolatile(offset);
      if ((word & WAITED) == 0) return;
    } while (!memory.compareAndSetInt(offset, word, word + ONE_SIGNAL));
    if (wake.wake(offset, most) > 0) return;
    // Nobody slept. Whoever goes to sleep before WAITED is taken back is woken after it was.
    int signalled = word + ONE_SIGNAL;
    if (memory.compareAndSetInt(offset, signalled, (signalled + ONE_SIGNAL) & ~WAITED)) {
      wake.wake(offset, Integer.MAX_VALUE);
    }
  }
}
