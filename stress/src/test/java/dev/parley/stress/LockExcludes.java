package dev.parley.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.parley.primitive.memory.SharedLock;
import dev.parley.primitive.memory.SharedMemory;
import dev.parley.primitive.memory.SharedMemory.Shape;
import dev.parley.sys.Kernel;
import java.io.IOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/// A plain number that two add to under the lock.
@JCStressTest
@Outcome(id = "2", expect = ACCEPTABLE, desc = "one after the other")
@Outcome(expect = FORBIDDEN, desc = "both at once, or one did not see the other's")
@State
public class LockExcludes {
  private static final Pool<SharedMemory> POOL =
      new Pool<>(() -> SharedMemory.anonymous(Kernel.linux(), "stress", Shape.of(64).withLocks(1)));

  private final SharedMemory memory = POOL.next();
  private final SharedLock lock = memory.lock(0);

  public LockExcludes() {
    memory.body().setLong(0, 0);
  }

  private void add() {
    try (SharedLock.Held held = lock.acquire()) {
      memory.body().setLong(0, memory.body().getLong(0) + 1);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Actor
  public void one() {
    add();
  }

  @Actor
  public void other() {
    add();
  }

  @Arbiter
  public void sum(J_Result result) {
    result.r1 = memory.body().getLong(0);
  }
}
