package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.MortalKernel.Death;
import dev.parley.testkit.spool.Promises.Keeping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A process dies right before each system call of each thing it can do; whoever comes next finds a
/// promised state.
///
/// Each act is done as often as it makes system calls.
@Timeout(600)
class QueueDeathTest {
  private static Thread.UncaughtExceptionHandler before;

  @TempDir(factory = InMemory.class)
  private Path dir;

  /// A dead process's threads end with a [Death] that nobody catches.
  @BeforeAll
  static void expectDeaths() {
    before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, e) -> {
          if (!(e instanceof Death)) e.printStackTrace();
        });
  }

  @AfterAll
  static void expectNone() {
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  static List<Act> acts() {
    return Act.all();
  }

  @ParameterizedTest
  @MethodSource("acts")
  void diesBeforeEachCallOf(Act act) throws Exception {
    int deaths =
        SideBySide.untilNothing(
            nth -> {
              Path place = dir.resolve(String.valueOf(nth));
              List<Object> promises = act.prepare(place);
              MortalKernel kernel = new MortalKernel(Kernel.linux());
              Space space = Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()));
              Queue queue = space.existingQueue(Act.QUEUE);
              kernel.dieBefore(nth);
              boolean died = dies(kernel, () -> act.act().on(queue, promises));
              check(place, promises, "before call " + nth);
              return died;
            });
    assertThat(deaths).as("system calls").isGreaterThan(1);
  }

  @Test
  void diesBeforeEachCallOfMakingASpace() throws Exception {
    boolean died = true;
    for (int nth = 1; died; nth++) {
      Path place = dir.resolve(String.valueOf(nth));
      List<Object> promises = new ArrayList<>();
      MortalKernel kernel = new MortalKernel(Kernel.linux());
      kernel.dieBefore(nth);
      died =
          dies(
              kernel,
              () -> {
                Space space =
                    Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()));
                Act.send(space.queue(Act.QUEUE), promises, Outgoing.of("first"));
              });
      check(place, promises, "before call " + nth);
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  /// Runs `action`, and kills the process then if it is not dead yet.
  ///
  /// @return whether it died on the way
  private static boolean dies(MortalKernel kernel, Action action) throws Exception {
    try {
      action.run();
    } catch (Death e) {
      return true;
    }
    boolean died = kernel.isDead(); // a thread of its own may have met the call
    kernel.die();
    return died;
  }

  private static void check(Path place, List<Object> promises, String when) throws Exception {
    try (Space space = Space.open(place)) {
      new Promises(promises).check(space, Act.QUEUE, Keeping.ALL);
    } catch (AssertionError | Exception e) {
      throw new AssertionError("killed " + when + ": " + e + "\n" + listing(place), e);
    }
  }

  static String listing(Path place) throws IOException {
    StringBuilder text = new StringBuilder();
    try (var files = Files.walk(place)) {
      files.sorted().forEach(file -> text.append(place.relativize(file)).append('\n'));
    }
    return text.toString();
  }
}
