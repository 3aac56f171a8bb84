package dev.parley.primitive.memory;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Mapping;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A lock in shared memory.
///
/// Guarantees: one holder among all threads of all processes that have the region open. Without
/// contention, one compare-and-set takes it and one exchange releases it, and the kernel is not
/// called. A waiter spins for some microseconds and then sleeps. When the holder's process dies, or
/// closes the region, one who waits or tries takes it over, at once or after a quarter of a second
/// at most; every holder from then on is told (see [Held#isSuspect]) until one says that it has
/// repaired what the lock guards.
///
/// Not promised: fairness; reentrance, so a thread that asks twice waits for itself; anything while
/// the holder is merely stopped: it blocks all others. A holder is a handle: any of its threads may
/// release.
///
/// Source: U. Drepper, Futexes Are Tricky; pthread_mutexattr_setrobust(3) for the idea of the
/// suspect state.
public final class SharedLock {
  private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 200 : 0;

  private final Region region;
  private final Mapping memory;
  private final long offset;
  private final int mine;
  private final Pace looks = new Pace();

  SharedLock(Region region, int index) {
    this.region = region;
    memory = region.memory();
    offset = region.layout().lock(index);
    mine = region.slots().mine();
  }

  /// The lock in this thread's hands. Safe for use by several threads.
  public static final class Held implements AutoCloseable {
    private final SharedLock lock;
    private boolean suspect;
    private boolean released;

    private Held(SharedLock lock, boolean suspect) {
      this.lock = lock;
      this.suspect = suspect;
    }

    /// Whether an earlier holder died while it held the lock, so that what the lock guards may be
    /// in the middle of a change. Ask before touching it.
    public synchronized boolean isSuspect() {
      return suspect;
    }

    /// Says that what the lock guards is in order again. Until somebody does, every holder is told.
    ///
    /// @throws MemoryLostException if the memory is gone
    public synchronized void markRepaired() throws IOException {
      if (released) throw new IllegalStateException("the lock was released before");
      if (!suspect) return;
      lock.unsuspect();
      suspect = false;
    }

    /// Releases it; does nothing the second time, nor when the region is closed, which released it
    /// as suspect.
    ///
    /// @throws MemoryLostException if the memory is gone
    @Override
    public synchronized void close() throws IOException {
      if (released) return;
      released = true;
      lock.release(suspect);
    }
  }

  /// Takes it if it is free, or if its holder is dead.
  public Optional<Held> tryAcquire() throws IOException {
    region.requireThere();
    try {
      Held held = takeFree();
      if (held == null && looks.isTime() && reapHolder()) held = takeFree();
      return Optional.ofNullable(held);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  /// Takes it, waiting as long as it takes.
  ///
  /// @throws InterruptedException if this thread is interrupted before it has the lock
  public Held acquire() throws IOException, InterruptedException {
    Held held = acquire(Long.MAX_VALUE);
    if (held == null) throw new IllegalStateException("waited 292 years for " + this);
    return held;
  }

  /// Takes it, or returns empty when time is up.
  ///
  /// @throws InterruptedException if this thread is interrupted before it has the lock
  public Optional<Held> acquire(Duration timeout) throws IOException, InterruptedException {
    return Optional.ofNullable(acquire(Deadline.nanos(timeout)));
  }

  private @Nullable Held acquire(long nanos) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    region.requireThere();
    try {
      Held held = takeFree();
      for (int i = 0; held == null && i < SPINS; i++) {
        Thread.onSpinWait();
        held = takeFree();
      }
      return held != null ? held : acquireAsleep(nanos);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private @Nullable Held takeFree() {
    int word = memory.getIntVolatile(offset);
    if (!LockWord.isFree(word)) return null;
    if (!memory.compareAndSetInt(offset, word, LockWord.heldBy(word, mine))) return null;
    return new Held(this, LockWord.isSuspect(word));
  }

  /// From the first sleep on, others may have gone to sleep behind this thread, and a wake-up that
  /// it got is theirs if it does not take the lock. So it takes the lock as one that is waited for,
  /// and if it leaves without it, passes on.
  private @Nullable Held acquireAsleep(long nanos) throws IOException, InterruptedException {
    Deadline deadline = Deadline.afterNanos(nanos);
    Held held = null;
    boolean mayBeWoken = false;
    try {
      while (true) {
        int word = memory.getIntVolatile(offset);
        if (LockWord.isFree(word)) {
          int taken = LockWord.heldBy(word, mine) | LockWord.WAITED;
          if (memory.compareAndSetInt(offset, word, taken)) {
            held = new Held(this, LockWord.isSuspect(word));
            return held;
          }
        } else if (deadline.isPast()) {
          return null;
        } else if (!looks.isTime() || !reapHolder()) {
          int waited = word | LockWord.WAITED;
          if (word != waited && !memory.compareAndSetInt(offset, word, waited)) continue;
          mayBeWoken = true;
          region.sleepers().sleep(offset, waited, looks.nanosLeft(deadline));
        }
      }
    } finally {
      if (held == null && mayBeWoken) passOn();
    }
  }

  /// Frees it as suspect if its holder is dead.
  private boolean reapHolder() throws IOException {
    return region.slots().reap(LockWord.holder(memory.getIntVolatile(offset)));
  }

  /// Wakes another if the lock is free, and else sees to it that its holder will.
  private void passOn() {
    while (memory.isOpen()) {
      int word = memory.getIntVolatile(offset);
      if (LockWord.isFree(word)) {
        region.wake(offset, 1);
        return;
      }
      if (LockWord.isWaited(word)) return;
      if (memory.compareAndSetInt(offset, word, word | LockWord.WAITED)) return;
    }
  }

  private void unsuspect() throws IOException {
    region.requireThere();
    try {
      int word;
      do {
        word = memory.getIntVolatile(offset);
      } while (!memory.compareAndSetInt(offset, word, word & ~LockWord.SUSPECT));
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private void release(boolean suspect) throws IOException {
    region.requireThere();
    try {
      int word;
      do {
        word = memory.getIntVolatile(offset);
        if (LockWord.holder(word) != mine)
          throw new IllegalStateException(this + " was taken away");
      } while (!memory.compareAndSetInt(offset, word, suspect ? LockWord.SUSPECT : 0));
      if (LockWord.isWaited(word)) region.wake(offset, 1);
    } catch (IllegalStateException e) {
      if (memory.isOpen()) throw e;
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  @Override
  public String toString() {
    return "the lock at byte " + offset + " of " + region.path();
  }
}
