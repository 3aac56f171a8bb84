package dev.parley.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Whoever claims sees all of a message or none; and what he did not get is there afterwards.
@JCStressTest
@Outcome(id = "7, -1", expect = ACCEPTABLE, desc = "claimed while or after it was offered")
@Outcome(id = "-1, 7", expect = ACCEPTABLE, desc = "there afterwards")
@Outcome(expect = FORBIDDEN, desc = "torn, lost or twice")
@State
public class QueueHandsOver {
  private final Queues queue = Queues.next();

  @Actor
  public void offer() {
    queue.offer(7);
  }

  @Actor
  public void claim(II_Result result) {
    result.r1 = queue.take();
  }

  @Arbiter
  public void rest(II_Result result) {
    result.r2 = queue.take();
  }
}
