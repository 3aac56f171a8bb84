package dev.parley.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/// Of two who offer, neither's message is lost, whole or in part.
@JCStressTest
@Outcome(
    id = {"7, 8, -1", "8, 7, -1"},
    expect = ACCEPTABLE,
    desc = "both, once")
@Outcome(expect = FORBIDDEN, desc = "torn, lost or twice")
@State
public class QueueKeepsBoth {
  private final Queues queue = Queues.next();

  @Actor
  public void one() {
    queue.offer(7);
  }

  @Actor
  public void other() {
    queue.offer(8);
  }

  @Arbiter
  public void all(III_Result result) {
    result.r1 = queue.take();
    result.r2 = queue.take();
    result.r3 = queue.take();
  }
}
