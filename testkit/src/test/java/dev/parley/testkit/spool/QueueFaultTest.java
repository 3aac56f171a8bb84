package dev.parley.testkit.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.Claim;
import dev.parley.Durability;
import dev.parley.Failure;
import dev.parley.OutcomeUnknownException;
import dev.parley.Outgoing;
import dev.parley.PartlySentException;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.crash.PretendedDisk;
import dev.parley.testkit.spool.Promises.Keeping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each system call of each thing a process can do fails once: it is told, nothing is lost, nothing
/// is half visible, and the same handles work on.
@Timeout(600)
class QueueFaultTest {
  private static final List<Errno> ERRNOS =
      List.of(Errno.EIO, Errno.ENOSPC, Errno.EMFILE, Errno.EINTR, Errno.EACCES, Errno.ENOMEM);

  @TempDir(factory = InMemory.class)
  private Path dir;

  static List<Act> acts() {
    return Act.all();
  }

  @ParameterizedTest
  @MethodSource("acts")
  void anyCallMayFailIn(Act act) throws Exception {
    SideBySide.untilNothing(nth -> mayFail(act, nth));
  }

  private boolean mayFail(Act act, int nth) throws Exception {
    Errno errno = ERRNOS.get(nth % ERRNOS.size());
    Path place = dir.resolve(String.valueOf(nth));
    List<Object> promises = act.prepare(place);
    AtomicBoolean met = new AtomicBoolean();
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    faulty.before(FaultyKernel.ANY, nth, call -> met.set(true));
    faulty.fail(FaultyKernel.ANY, nth, errno);
    String what = "call " + nth + " fails with " + errno;
    boolean failed;
    try {
      try (Space space = openInTrouble(place, faulty)) {
        Queue queue = inTrouble(() -> space.existingQueue(Act.QUEUE));
        try {
          act.act().on(queue, promises);
        } catch (IOException | UncheckedIOException e) {
          assertThat(e).hasMessageNotContaining("null");
        } catch (NoSuchElementException e) {
          assertThat(met).as("nothing to claim, but for the fault").isTrue();
        }
        failed = met.get();
        faulty.heal();
        if (!act.name().startsWith("close")) checkThatItWorksOn(queue);
      }
      try (Space space = Space.open(place)) {
        new Promises(promises).check(space, Act.QUEUE, Keeping.ALL);
      }
      return failed;
    } catch (AssertionError | Exception e) {
      throw new AssertionError(what + ": " + e + "\n" + QueueDeathTest.listing(place), e);
    }
  }

  @Test
  void anAckThatTookEffectSaysSoWhateverFailsAfterIt() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    try (Space space = openInTrouble(dir.resolve("space"), faulty)) {
      Queue queue = space.queue(Act.QUEUE, QueueSettings.defaults().withMaxMessages(9));
      queue.send(Outgoing.of("once").withDurability(Durability.NONE));
      queue.tryClaim().orElseThrow().nack(Failure.of("not yet").withDelay(Duration.ZERO));
      Claim claim = queue.tryClaim().orElseThrow();
      AtomicBoolean acknowledged = new AtomicBoolean();
      faulty.after("unlinkAt", 1, _ -> acknowledged.set(true));
      faulty.failFrom(_ -> acknowledged.get(), 1, Errno.EIO);
      claim.ack();
      faulty.heal();
      assertThat(acknowledged).isTrue();
      assertThat(queue.stats().claimed()).isZero();
    }
  }

  @Test
  void aMessageThatItsSenderClosedToTheGroupStopsNobody() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    try (Space space = openInTrouble(dir.resolve("space"), faulty)) {
      Queue queue = space.queue(Act.QUEUE);
      queue.send(Outgoing.of("closed").withDurability(Durability.NONE));
      queue.send(Outgoing.of("open").withDurability(Durability.NONE));
      faulty.fail(call -> call.is("openAt") && call.text(1).contains(".t"), 1, Errno.EACCES);
      assertThat(queue.tryClaim().orElseThrow().message().text()).isEqualTo("open");
      assertThat(queue.stats().delayed()).as("tried again later").isEqualTo(1);
    }
  }

  // ---- syncs

  @Test
  void aSyncThatFailsLeavesTheOutcomeUnknownAndIsNotTriedAgain() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(PretendedDisk.over(Kernel.linux()));
    try (Space space = openInTrouble(dir.resolve("space"), faulty)) {
      Queue queue = space.queue(Act.QUEUE);
      queue.send(Outgoing.of("first"));
      for (Durability durability : List.of(Durability.GROUP, Durability.MESSAGE)) {
        faulty.fail("fsync", 1, Errno.EIO);
        long before = faulty.count("fsync");
        assertThatThrownBy(() -> queue.send(Outgoing.of("unknown").withDurability(durability)))
            .isInstanceOf(OutcomeUnknownException.class)
            .hasMessageContaining("power");
        assertThat(faulty.count("fsync")).isEqualTo(before + 1);
        queue.send(Outgoing.of("next").withDurability(durability));
      }
      assertThat(texts(queue)).containsExactly("first", "unknown", "next", "unknown", "next");
    }
  }

  @Test
  void aMessageWhoseBytesCannotBeSyncedIsNotSent() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(PretendedDisk.over(Kernel.linux()));
    try (Space space = openInTrouble(dir.resolve("space"), faulty)) {
      Queue queue = space.queue(Act.QUEUE);
      faulty.fail("fdatasync", 1, Errno.EIO);
      assertThatThrownBy(() -> queue.send(Outgoing.of("never"))).isInstanceOf(IOException.class);
      queue.send(Outgoing.of("next"));
      assertThat(texts(queue)).containsExactly("next");
    }
  }

  @Test
  void everyAsynchronousSendOfABatchThatCannotBeSyncedIsToldSo() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(PretendedDisk.over(Kernel.linux()));
    try (Space space = openInTrouble(dir.resolve("space"), faulty)) {
      Queue queue = space.queue(Act.QUEUE);
      queue.send(Outgoing.of("first"));
      faulty.failFrom("fsync", 1, Errno.EIO);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> queue.sendAsync(Outgoing.of("unknown")).get(1, TimeUnit.MINUTES))
            .hasCauseInstanceOf(OutcomeUnknownException.class);
      }
      faulty.heal();
      queue.sendAsync(Outgoing.of("next")).get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void ofSeveralTheLastOfWhichIsNotSentThoseBeforeAreNamedAndSynced() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(PretendedDisk.over(Kernel.linux()));
    try (Space space = openInTrouble(dir.resolve("space"), faulty)) {
      Queue queue = space.queue(Act.QUEUE);
      queue.send(Outgoing.of("first"));
      List<Outgoing> three = Stream.of("a", "b", "c").map(Outgoing::of).toList();
      long before = faulty.count("fsync");
      faulty.fail("fdatasync", 3, Errno.EIO);
      PartlySentException partly =
          catchThrowableOfType(PartlySentException.class, () -> queue.sendAll(three));
      assertThat(partly.ids()).hasSize(2);
      assertThat(faulty.count("fsync")).isGreaterThan(before);
      faulty.heal().fail("fsync", 1, Errno.EIO);
      assertThatThrownBy(() -> queue.sendAll(three)).isInstanceOf(OutcomeUnknownException.class);
      faulty.heal().fail("fdatasync", 3, Errno.EIO).fail("fsync", 1, Errno.EIO);
      assertThatThrownBy(() -> queue.sendAll(three))
          .isInstanceOf(PartlySentException.class)
          .hasCauseInstanceOf(OutcomeUnknownException.class);
      assertThat(texts(queue)).containsExactly("first", "a", "b", "a", "b", "c", "a", "b");
    }
  }

  // ---- looking while things move

  @Test
  void aQueueIsNotDrainedWhileItsOneMessageMovesBetweenStates() throws Exception {
    Path place = dir.resolve("space");
    try (Space other = Space.open(place)) {
      Queue mover = other.queue(Act.QUEUE);
      mover.send(Outgoing.of("m"));
      boolean moved = true;
      for (int nth = 1; moved; nth++) {
        Claim claim = mover.tryClaim().orElseThrow();
        FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
        try (Space space = openInTrouble(place, faulty)) {
          Queue queue = space.existingQueue(Act.QUEUE);
          letTimePass(place);
          AtomicBoolean met = new AtomicBoolean();
          faulty.before(
              FaultyKernel.ANY,
              nth,
              _ -> {
                met.set(true);
                claim.close();
              });
          assertThat(queue.isDrained()).as("it moves before call %d", nth).isFalse();
          moved = met.get();
          claim.close();
        }
      }
    }
  }

  /// Makes everything there look as if it had not changed for a minute.
  private static void letTimePass(Path place) throws IOException {
    FileTime past = FileTime.from(Instant.now().minusSeconds(60));
    try (Stream<Path> all = Files.walk(place.resolve("queues"))) {
      for (Path path : all.toList()) Files.setLastModifiedTime(path, past);
    }
  }

  private static List<String> texts(Queue queue) throws IOException {
    return queue.peek(99).stream().map(message -> message.text()).toList();
  }

  // ---- short reads and writes, small listings

  @ParameterizedTest
  @MethodSource("acts")
  void callsMayFallShortIn(Act act) throws Exception {
    Path place = dir.resolve("space");
    List<Object> promises = act.prepare(place);
    FaultyKernel faulty =
        FaultyKernel.over(Kernel.linux())
            .shorten("read", 7)
            .shorten("readAt", 5)
            .shorten("write", 3)
            .shorten("readDirectory", 1);
    try (Space space = openInTrouble(place, faulty)) {
      act.act().on(space.existingQueue(Act.QUEUE), promises);
    }
    try (Space space = Space.open(place)) {
      new Promises(promises).check(space, Act.QUEUE, Keeping.ALL);
    }
  }

  private interface Attempt<T> {
    T run() throws IOException;
  }

  private static Space openInTrouble(Path place, FaultyKernel faulty) throws IOException {
    return inTrouble(() -> Space.open(place, SpaceOptions.defaults().withKernel(faulty.kernel())));
  }

  /// What fails once works when it is tried again.
  private static <T> T inTrouble(Attempt<T> attempt) throws IOException {
    try {
      return attempt.run();
    } catch (IOException e) {
      return attempt.run();
    }
  }

  /// Sends with the same handle, and receives what it sent.
  private static void checkThatItWorksOn(Queue queue) throws Exception {
    queue.release();
    queue.send(Outgoing.of("probe").withPriority(9));
    Claim claim = queue.claim(Duration.ofMinutes(1)).orElseThrow();
    while (!claim.message().text().equals("probe")) {
      Claim other = claim;
      claim = queue.claim(Duration.ofMinutes(1)).orElseThrow();
      other.close();
    }
    claim.ack();
  }
}
