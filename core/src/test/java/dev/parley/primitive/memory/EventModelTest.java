package dev.parley.primitive.memory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.kotlinx.lincheck.Actor;
import org.jetbrains.kotlinx.lincheck.execution.ExecutionScenario;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Test;

/// Waiting and signalling in many orders of their steps, over a futex that is modelled: nobody
/// sleeps for ever who has reason to wake.
class EventModelTest {
  private static final int EVENT = 0;

  /// futex(2): comparing and falling asleep is one step, and so is waking.
  private static final class Futex {
    private final HeapMemory memory = new HeapMemory(Long.BYTES);
    private final Queue<boolean[]> sleepers = new ArrayDeque<>();

    synchronized void sleep(int expected) {
      if (memory.getInt(EVENT) != expected) return;
      boolean[] woken = {false};
      sleepers.add(woken);
      try {
        while (!woken[0]) wait();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    synchronized int wake(long offset, int most) {
      int woken = 0;
      while (woken < most && !sleepers.isEmpty()) {
        sleepers.remove()[0] = true;
        woken++;
      }
      if (woken > 0) notifyAll();
      return woken;
    }
  }

  /// As much is given as is taken. So if somebody sleeps at the end, a wake-up was lost.
  public static class GiveAndTake {
    private final Futex futex = new Futex();
    private final AtomicInteger things = new AtomicInteger();

    @Operation
    public void give() {
      things.incrementAndGet();
      signal();
    }

    @Operation
    public void take() {
      while (true) {
        int key = SharedEvent.prepare(futex.memory, EVENT);
        if (takeOne()) break;
        futex.sleep(key);
      }
      if (things.get() > 0) signal(); // as all do who may have been woken for more than one
    }

    private boolean takeOne() {
      while (true) {
        int before = things.get();
        if (before == 0) return false;
        if (things.compareAndSet(before, before - 1)) return true;
      }
    }

    private void signal() {
      try {
        SharedEvent.signal(futex.memory, EVENT, 1, futex::wake);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void twoTakersAndTwoGivers() throws Exception {
    check(
        List.of("give", "take"),
        List.of("give"),
        List.of("give"),
        List.of("take"),
        List.of("take"));
  }

  @Test
  void aGiverWhoSignalsIntoTheVoidBetweenTwoTakers() throws Exception {
    check(List.of("give", "take"), List.of("give", "give"), List.of("take"), List.of("take"));
  }

  @SafeVarargs
  private static void check(List<String> before, List<String>... threads) throws Exception {
    List<List<Actor>> parallel = new ArrayList<>();
    for (List<String> thread : threads) parallel.add(actors(thread));
    new ModelCheckingOptions()
        .addCustomScenario(new ExecutionScenario(actors(before), parallel, List.of(), null))
        .iterations(0)
        .invocationsPerIteration(2000 * Integer.getInteger("parley.models", 1))
        .verifier(EpsilonVerifier.class)
        .check(GiveAndTake.class);
  }

  private static List<Actor> actors(List<String> operations) throws NoSuchMethodException {
    List<Actor> actors = new ArrayList<>();
    for (String operation : operations) {
      actors.add(new Actor(GiveAndTake.class.getMethod(operation), List.of()));
    }
    return actors;
  }
}
