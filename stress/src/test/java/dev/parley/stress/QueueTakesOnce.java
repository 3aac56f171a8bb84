package dev.parley.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Of two who claim, one gets the only message.
@JCStressTest
@Outcome(
    id = {"7, -1", "-1, 7"},
    expect = ACCEPTABLE,
    desc = "one has it")
@Outcome(expect = FORBIDDEN, desc = "both, or nobody")
@State
public class QueueTakesOnce {
  private final Queues queue = Queues.next();

  public QueueTakesOnce() {
    queue.offer(7);
  }

  @Actor
  public void one(II_Result result) {
    result.r1 = queue.take();
  }

  @Actor
  public void other(II_Result result) {
    result.r2 = queue.take();
  }
}
