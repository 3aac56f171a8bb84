package dev.parley.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.parley.primitive.memory.SharedMemory;
import dev.parley.primitive.memory.SharedMemory.Shape;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// What was stored plainly before a release is there for whoever acquires: how a log in memory
/// publishes its records.
@JCStressTest
@Outcome(
    id = {"0, -1", "1, 7"},
    expect = ACCEPTABLE,
    desc = "not yet, or all of it")
@Outcome(expect = FORBIDDEN, desc = "published before it was there")
@State
public class MappingPublishes {
  private static final Pool<SharedMemory> POOL =
      new Pool<>(() -> SharedMemory.anonymous(Kernel.linux(), "stress", Shape.of(256)));
  private static final int FLAG = 0;
  private static final int DATA = 128;

  private final Mapping body = POOL.next().body();

  public MappingPublishes() {
    body.setInt(DATA, 0);
    body.setInt(FLAG, 0);
  }

  @Actor
  public void publish() {
    body.setInt(DATA, 7);
    body.setIntRelease(FLAG, 1);
  }

  @Actor
  public void look(II_Result result) {
    result.r1 = body.getIntAcquire(FLAG);
    result.r2 = result.r1 == 1 ? body.getInt(DATA) : -1;
  }
}
