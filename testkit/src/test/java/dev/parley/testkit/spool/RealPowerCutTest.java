package dev.parley.testkit.spool;

import dev.parley.Claim;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.MortalKernel.Death;
import dev.parley.testkit.Mount;
import dev.parley.testkit.Mount.Kind;
import dev.parley.testkit.crash.Reboot;
import dev.parley.testkit.spool.Promises.Keeping;
import dev.parley.testkit.spool.Promises.MayBeGone;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Power cuts on real filesystems: what the device holds at some moment, taken at one instant,
/// mounted again and recovered by the filesystem itself. Where the crash enumerator knows what a
/// disk may do, this shows what these disks do.
@Timeout(300)
class RealPowerCutTest {
  private static final int CUTS = 5;
  private static final int LONGEST_RUN_MILLIS = 150;

  @ParameterizedTest
  @EnumSource(names = {"EXT4", "XFS", "BTRFS"})
  void whatWasAcknowledgedSurvives(Kind kind) throws Exception {
    Random random = new Random(kind.ordinal());
    try (Mount images = Mount.of(Kind.XFS, InMemory.parent(), 2_000)) {
      for (int cut = 0; cut < CUTS; cut++) {
        long nanos = TimeUnit.MILLISECONDS.toNanos(random.nextInt(LONGEST_RUN_MILLIS));
        List<Object> promises = Collections.synchronizedList(new ArrayList<>());
        Mount mount = Mount.of(kind, images.path(), kind == Kind.EXT4 ? 64 : 400);
        Path place = mount.path().resolve("space");
        runUntilTheEnd(place, promises, nanos);
        try (Mount recovered = mount.afterPowerCut()) {
          Path again = recovered.path().resolve("space");
          Reboot.pretend(again);
          try (Space space = Space.open(again)) {
            new Promises(promises).check(space, Act.QUEUE, Keeping.DURABLE);
          }
        }
      }
    }
  }

  /// Two threads send, some with ids, and one receives, until all of them die at once.
  private static void runUntilTheEnd(Path place, List<Object> promises, long nanos)
      throws Exception {
    MortalKernel kernel = new MortalKernel(Kernel.linux());
    Space space = Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()));
    Act.send(space.queue(Act.QUEUE), promises, Outgoing.of("first"));
    List<Thread> threads = new ArrayList<>();
    for (String name : List.of("p", "q")) {
      Queue queue = space.queue(Act.QUEUE);
      threads.add(
          run(
              () -> {
                for (int i = 0; ; i++) {
                  Outgoing message = Outgoing.of(name + i);
                  boolean withId = i % 5 == 0;
                  Act.send(
                      queue, promises, withId ? message.withDeduplicationId(name + i) : message);
                }
              }));
    }
    Queue queue = space.queue(Act.QUEUE);
    threads.add(
        run(
            () -> {
              while (true) {
                Optional<Claim> claim = queue.tryClaim();
                if (claim.isEmpty()) continue;
                promises.add(new MayBeGone(claim.get().message().text()));
                claim.get().ack();
              }
            }));
    LockSupport.parkNanos(nanos);
    kernel.die();
    for (Thread thread : threads) thread.join();
  }

  private interface Work {
    void run() throws Exception;
  }

  private static Thread run(Work work) {
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                work.run();
              } catch (Death e) {
                // As meant.
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }
}
