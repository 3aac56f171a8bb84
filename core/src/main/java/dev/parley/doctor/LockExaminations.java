package dev.parley.doctor;

import static dev.parley.doctor.Guarantee.*;

import dev.parley.primitive.file.Dir;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.StringJoiner;
import java.util.concurrent.locks.LockSupport;

/// Which locks exclude which, and when they end. The last of them kills a process, so it comes last
/// of all.
final class LockExaminations {
  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final long PAUSE_NANOS = 5_000_000;

  private final Dir dir;
  private final Workers workers;

  LockExaminations(Ward ward, Workers workers) {
    this.dir = ward.dir();
    this.workers = workers;
  }

  void run(Doctor doctor) throws IOException {
    dir.create("locked").close();
    for (LockTried kind : LockTried.values()) {
      doctor.examine(kind.guarantee(), () -> exclude(kind));
    }
    doctor.examine(WAITS_END_BY_SIGNAL, this::waitsEndBySignal);
    doctor.examine(LOCKS_END_WITH_THEIR_HOLDER, this::endWithTheirHolder);
  }

  /// Each kind is tried while another process holds this one.
  private Finding exclude(LockTried held) throws IOException {
    if (!tries(0, held)) return Finding.broken(held.guarantee(), "it cannot be taken at all");
    StringJoiner seen = new StringJoiner(", ", "while it was held: ", "");
    boolean right = true;
    for (LockTried tried : LockTried.values()) {
      boolean excluded = !tries(1, tried);
      if (!excluded) workers.one(1, Trial.UNLOCK, "locked");
      seen.add(tried.word() + (excluded ? " busy" : " free"));
      right &= excluded == held.shouldExclude(tried);
    }
    workers.one(0, Trial.UNLOCK, "locked");
    boolean freed = tries(1, held);
    workers.one(1, Trial.UNLOCK, "locked");
    String evidence = seen + (freed ? "" : "; it was not free after its release");
    return right && freed
        ? Finding.holds(held.guarantee(), evidence)
        : Finding.broken(held.guarantee(), evidence);
  }

  private boolean tries(int worker, LockTried kind) throws IOException {
    return workers.one(worker, Trial.LOCK, kind, "locked").equals("held");
  }

  private Finding waitsEndBySignal() throws IOException {
    tries(0, LockTried.FLOCK);
    Fd file = dir.tryOpenFile("locked", Open.READ_WRITE);
    if (file == null) return Finding.unknown(WAITS_END_BY_SIGNAL, "the file was removed");
    try (file) {
      Waiting waiting = new Waiting(dir.kernel(), file);
      Thread thread = Thread.ofPlatform().daemon().start(waiting);
      boolean ended = interrupt(waiting, thread);
      workers.one(0, Trial.UNLOCK, "locked"); // whatever came of it, the thread ends now
      thread.join();
      return ended && waiting.wasInterrupted
          ? Finding.holds(WAITS_END_BY_SIGNAL, "the wait for a flock ended")
          : Finding.broken(WAITS_END_BY_SIGNAL, "the wait for a flock went on, or was granted it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while a lock was waited for");
    }
  }

  private boolean interrupt(Waiting waiting, Thread thread) throws IOException {
    long start = System.nanoTime();
    while (thread.isAlive()) {
      if (System.nanoTime() - start > PATIENCE_NANOS) return false;
      int number = waiting.thread;
      if (number != 0) dir.kernel().interrupt(number);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return true;
  }

  /// A thread that waits for a flock until a signal comes.
  private static final class Waiting implements Runnable {
    private final Kernel kernel;
    private final Fd file;
    private volatile int thread;
    private volatile boolean wasInterrupted;

    Waiting(Kernel kernel, Fd file) {
      this.kernel = kernel;
      this.file = file;
    }

    @Override
    public void run() {
      try {
        thread = kernel.interruptibleThread();
        wasInterrupted = !kernel.flockOrInterrupted(file, LockKind.EXCLUSIVE);
      } catch (ErrnoException e) {
        wasInterrupted = false;
      } finally {
        thread = 0;
      }
    }
  }

  private Finding endWithTheirHolder() throws IOException {
    workers.one(workers.count() - 1, Trial.LOCK, LockTried.OFD, "locked");
    boolean wasHeld = !tries(0, LockTried.OFD);
    workers.killLast();
    long killed = System.nanoTime();
    while (!tries(0, LockTried.OFD)) {
      if (System.nanoTime() - killed > PATIENCE_NANOS) {
        return Finding.broken(
            LOCKS_END_WITH_THEIR_HOLDER, "a killed process's lock was still held after 5 s");
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    return wasHeld
        ? Finding.holds(LOCKS_END_WITH_THEIR_HOLDER, "free after the holder was killed")
        : Finding.broken(LOCKS_END_WITH_THEIR_HOLDER, "it was never held");
  }
}
