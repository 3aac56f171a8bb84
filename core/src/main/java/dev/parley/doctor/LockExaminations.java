package dev.parley.doctor;

import static dev.parley.doctor.Guarantee.*;

import dev.parley.primitive.file.Dir;
import java.io.IOException;
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
    doctor.examine(OFD_LOCKS_EXCLUDE, this::exclude);
    doctor.examine(LOCKS_END_WITH_THEIR_HOLDER, this::endWithTheirHolder);
  }

  private Finding exclude() throws IOException {
    dir.touch("ofd");
    String first = workers.one(0, Trial.LOCK, "ofd");
    String second = workers.one(1, Trial.LOCK, "ofd");
    workers.one(0, Trial.UNLOCK, "ofd");
    String then = workers.one(1, Trial.LOCK, "ofd");
    boolean right = first.equals("held") && second.equals("busy") && then.equals("held");
    String seen = "the first " + first + ", the second " + second + ", after release " + then;
    return right ? Finding.holds(OFD_LOCKS_EXCLUDE, seen) : Finding.broken(OFD_LOCKS_EXCLUDE, seen);
  }

  private Finding endWithTheirHolder() throws IOException {
    dir.touch("dead");
    workers.one(workers.count() - 1, Trial.LOCK, "dead");
    boolean wasHeld = workers.one(0, Trial.LOCK, "dead").equals("busy");
    workers.killLast();
    long killed = System.nanoTime();
    while (workers.one(0, Trial.LOCK, "dead").equals("busy")) {
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
