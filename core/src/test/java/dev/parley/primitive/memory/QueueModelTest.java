package dev.parley.primitive.memory;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Test;

/// The queue's logic in many orders of its steps, as Lincheck's model checker finds them.
///
/// Memory order is not its business: it sees each access take effect at once. That is what the
/// stress tests on real memory are for, see the module `jcstress`. More orders are looked at with
/// `-Dparley.models=100`.
class QueueModelTest {
  /// With those before and after, thread numbers go from 0 to 3.
  private static final int HANDLES = 4;

  private static ModelCheckingOptions options() {
    return new ModelCheckingOptions()
        .threads(2)
        .iterations(4 * Integer.getInteger("parley.models", 1))
        .invocationsPerIteration(300);
  }

  /// What a bounded queue is.
  public abstract static class Specification {
    private final ArrayDeque<Integer> messages = new ArrayDeque<>();
    private final int most;

    Specification(int most) {
      this.most = most;
    }

    public boolean offer(int thread, int value) {
      if (messages.size() == most) return false;
      messages.addLast(value);
      return true;
    }

    public Integer poll(int thread) {
      return messages.pollFirst();
    }
  }

  // ---- full and empty

  public static class TwoPlaces extends Specification {
    public TwoPlaces() {
      super(2);
    }
  }

  /// A queue with so few places that it goes round and round.
  @Param(name = "value", gen = IntGen.class, conf = "1:9")
  public static class Narrow {
    private final QueueModel queue = new QueueModel(2, HANDLES);

    @Operation
    public boolean offer(
        @Param(gen = ThreadIdGen.class) int thread, @Param(name = "value") int value) {
      return queue.offer(thread, value);
    }

    @Operation
    public Integer poll(@Param(gen = ThreadIdGen.class) int thread) {
      return queue.poll(thread);
    }
  }

  @Test
  void aNarrowQueueIsLinearizable() {
    options()
        .actorsBefore(2)
        .actorsPerThread(3)
        .actorsAfter(3)
        .sequentialSpecification(TwoPlaces.class)
        .check(Narrow.class);
  }

  // ---- deaths

  public static class EightPlaces extends Specification {
    public EightPlaces() {
      super(8);
    }

    public boolean offerAndDie(int thread, int value, int access) {
      return false;
    }
  }

  /// Producers that die after they have taken a place and before they publish.
  @Param(name = "value", gen = IntGen.class, conf = "1:9")
  @Param(name = "access", gen = IntGen.class, conf = "1:5")
  public static class DyingProducers {
    private final QueueModel queue = new QueueModel(8, HANDLES);

    @Operation
    public boolean offer(
        @Param(gen = ThreadIdGen.class) int thread, @Param(name = "value") int value) {
      return queue.offer(thread, value);
    }

    @Operation
    public Integer poll(@Param(gen = ThreadIdGen.class) int thread) {
      return queue.poll(thread);
    }

    @Operation
    public boolean offerAndDie(
        @Param(gen = ThreadIdGen.class) int thread,
        @Param(name = "value") int value,
        @Param(name = "access") int access) {
      return queue.offerAndDie(HANDLES + thread, value, access);
    }
  }

  @Test
  void aProducerThatDiesInTheMiddleSendsNothingAndBreaksNothing() {
    options()
        .actorsBefore(1)
        .actorsPerThread(2)
        .actorsAfter(3)
        .sequentialSpecification(EightPlaces.class)
        .check(DyingProducers.class);
  }

  /// Consumers that die with a message, or give it back. The order is free then, so this is not
  /// about a sequential queue: each message that was accepted is delivered once.
  @Param(name = "access", gen = IntGen.class, conf = "1:4")
  public static class DyingConsumers {
    private static final int MOST = 16;

    private final QueueModel queue = new QueueModel(4, HANDLES);
    private final AtomicInteger offered = new AtomicInteger();
    private final AtomicInteger[] deliveries = new AtomicInteger[MOST];
    private final boolean[] accepted = new boolean[MOST];

    public DyingConsumers() {
      for (int i = 0; i < MOST; i++) deliveries[i] = new AtomicInteger();
    }

    @Operation
    public boolean offer(@Param(gen = ThreadIdGen.class) int thread) {
      int value = offered.getAndIncrement();
      accepted[value] = queue.offer(thread, value);
      return accepted[value];
    }

    @Operation
    public void poll(@Param(gen = ThreadIdGen.class) int thread) {
      deliver(queue.poll(thread));
    }

    @Operation
    public void glance(@Param(gen = ThreadIdGen.class) int thread) {
      queue.glance(thread);
    }

    @Operation
    public void takeAndDie(
        @Param(gen = ThreadIdGen.class) int thread, @Param(name = "access") int access) {
      queue.takeAndDie(HANDLES + thread, access);
    }

    private void deliver(Integer value) {
      if (value != null) deliveries[value].incrementAndGet();
    }

    @Validate
    public void eachOnce() {
      for (Integer value = queue.poll(0); value != null; value = queue.poll(0)) deliver(value);
      for (int i = 0; i < MOST; i++) {
        require(deliveries[i].get() == (accepted[i] ? 1 : 0), "deliveries of message " + i);
      }
      for (int i = 0; i < 4; i++) require(queue.offer(0, 0), "a free place");
      require(!queue.offer(0, 0), "no more places");
    }

    /// No AssertJ here: Lincheck looks into every object it meets.
    private static void require(boolean good, String what) {
      if (!good) throw new AssertionError(what);
    }
  }

  @Test
  void whatADeadConsumerHadIsDeliveredOnce() {
    options()
        .actorsBefore(2)
        .actorsPerThread(3)
        .actorsAfter(0)
        .verifier(EpsilonVerifier.class)
        .check(DyingConsumers.class);
  }
}
