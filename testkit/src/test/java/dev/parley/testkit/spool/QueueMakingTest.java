package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.Store;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.InMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Two make a queue at the same time: the other one does so right before each of our system calls.
class QueueMakingTest {
  @TempDir(factory = InMemory.class)
  private Path dir;

  @ParameterizedTest
  @EnumSource
  void aQueueThatAnotherMakesMeanwhileIsTheSame(Store store) throws Exception {
    QueueSettings settings = QueueSettings.defaults().withStore(store);
    int calls = SideBySide.untilNothing(nth -> areTheSame(settings, nth));
    assertThat(calls).as("system calls").isGreaterThan(5);
  }

  private boolean areTheSame(QueueSettings settings, int nth) throws IOException {
    Path place = dir.resolve(String.valueOf(nth));
    FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
    AtomicBoolean met = new AtomicBoolean();
    try (Space others = Space.open(place);
        Space space = Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()))) {
      kernel.before(FaultyKernel.ANY, nth, _ -> met.set(send(others, settings)));
      try (Queue queue = space.queue("mails", settings)) {
        kernel.heal();
        if (!met.get()) return false;
        assertThat(queue.tryClaim()).as("before call " + nth).isPresent();
        return true;
      }
    }
  }

  private static boolean send(Space space, QueueSettings settings) {
    try (Queue queue = space.queue("mails", settings)) {
      queue.trySend(Outgoing.of("there"));
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
