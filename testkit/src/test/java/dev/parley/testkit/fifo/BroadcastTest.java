package dev.parley.testkit.fifo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.InvalidNameException;
import dev.parley.primitive.fifo.BroadcastOptions;
import dev.parley.primitive.fifo.Broadcaster;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.fifo.Received.Nothing;
import dev.parley.primitive.fifo.Received.Reason;
import dev.parley.primitive.fifo.SendOutcome;
import dev.parley.primitive.fifo.SlowReader;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Interceptor;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.contract.FifoContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One source, and many readers by way of tee and splice.
class BroadcastTest extends FifoContract {
  private static final FifoOptions FRAMES = FifoOptions.frames();

  private final Kernel kernel = Kernel.linux();
  @TempDir private Path dir;

  /// Not relaying by itself, unless [#newReader] is used.
  private Broadcaster broadcaster;

  // ---- the contract: a broadcast with one reader, relayed by a thread

  @Override
  protected FifoReader newReader(FifoOptions options) throws IOException {
    open(SlowReader.WAIT);
    FifoReader reader = Broadcaster.join(kernel, dir, "contract", options);
    Thread.startVirtualThread(this::relayUntilClosed);
    return reader;
  }

  private void relayUntilClosed() {
    try {
      while (true) broadcaster.relay(LONG);
    } catch (IllegalStateException closed) {
      // The test is over.
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected FifoWriter newWriter(FifoOptions options) throws IOException {
    try (Place source = Place.of(kernel, dir.resolve("source"))) {
      return FifoWriter.open(source, options);
    }
  }

  // ---- everybody gets everything

  @Test
  void everyReaderGetsEveryMessageInOrder() throws Exception {
    open(SlowReader.WAIT);
    List<FifoReader> readers = new ArrayList<>();
    for (int i = 0; i < 5; i++) readers.add(join("r" + i));
    FifoWriter writer = writer(FRAMES);
    meanwhile(
        () -> {
          for (int i = 0; i < 200; i++) writer.send(padded(i + "", i * 200), SOON);
          return null;
        });
    Thread.startVirtualThread(this::relayUntilClosed);
    List<Future<Boolean>> all = new ArrayList<>();
    for (FifoReader reader : readers) {
      all.add(
          inBackground(
              () -> {
                for (int i = 0; i < 200; i++) {
                  String text = message(reader.receive(SOON)).text();
                  assertThat(text).hasSize((i + "").length() + i * 200).startsWith(i + "");
                }
                return true;
              }));
    }
    for (Future<Boolean> each : all) assertThat(each.get()).isTrue();
  }

  @Test
  void aMessageIsNotCopiedThroughThisProcess() throws Exception {
    AtomicInteger read = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    Kernel counting =
        Interceptor.over(
            kernel,
            call -> {
              Object result = call.proceed();
              if (call.is("read")) read.addAndGet((Integer) result);
              if (call.is("write")) written.addAndGet((Integer) result);
              return result;
            });
    broadcaster =
        opening(Broadcaster.tryOpen(counting, dir, BroadcastOptions.defaults()).orElseThrow());
    FifoReader one = join("one");
    FifoReader two = join("two");
    FifoWriter writer = writer(FRAMES);
    writer.trySend(random(60_000));
    relayAll();
    assertThat(message(one.tryReceive()).payload()).isEqualTo(random(60_000));
    assertThat(message(two.tryReceive()).payload()).isEqualTo(random(60_000));
    assertThat(written.get()).isZero();
    assertThat(read.get()).as("heads").isLessThan(60_000 / 4060 * 520 + 520);
  }

  @Test
  void aNewReaderBeginsWithTheNextMessageThatBegins() throws Exception {
    open(SlowReader.WAIT);
    FifoReader early = join("early");
    Halves halves = new Halves(kernel);
    halves.first();
    relayAll();
    FifoReader late = join("late");
    relayAll();
    halves.second();
    halves.writer.trySend("next".getBytes(UTF_8));
    relayAll();
    assertThat(message(early.tryReceive()).payload()).isEqualTo(random(20_000));
    assertThat(message(early.tryReceive()).text()).isEqualTo("next");
    assertThat(message(late.tryReceive()).text()).isEqualTo("next");
    assertThat(late.tryReceive()).isEqualTo(Nothing.EMPTY);
  }

  @Test
  void bytesThatAreNoFrameReachNobody() throws Exception {
    open(SlowReader.WAIT);
    FifoReader reader = join("reader");
    FifoWriter writer = writer(FRAMES);
    writer.trySend(random(9000));
    sh("echo hello > source; head -c 5000 /dev/urandom > source");
    writer.trySend(random(9001));
    relayAll();
    assertThat(message(reader.tryReceive()).payload()).isEqualTo(random(9000));
    assertThat(message(reader.tryReceive()).payload()).isEqualTo(random(9001));
    assertThat(reader.tryReceive()).isEqualTo(Nothing.EMPTY);
    assertThat(broadcaster.stats().garbageBytes()).isEqualTo(5006);
  }

  // ---- slow readers

  @Test
  void allWaitForASlowReaderAndNothingIsLost() throws Exception {
    open(SlowReader.WAIT);
    FifoReader fast = join("fast");
    FifoReader slow = join("slow");
    FifoWriter writer = writer(FRAMES);
    int sent = 0;
    int got = 0;
    while (sent < 1000 && writer.trySend(padded(sent + "", 4000)) == SendOutcome.WRITTEN) {
      sent++;
      relayAll();
      while (fast.tryReceive() instanceof Received.Message message) {
        assertThat(message.text().strip()).isEqualTo(got++ + "");
      }
    }
    assertThat(sent).as("two pipes and a batch of one").isEqualTo(33);
    assertThat(got).isLessThan(sent);
    for (int i = 0; i < sent; i++) {
      assertThat(message(slow.tryReceive()).text().strip()).isEqualTo(i + "");
      relayAll();
    }
    for (; got < sent; got++) {
      assertThat(message(fast.tryReceive()).text().strip()).isEqualTo(got + "");
    }
    assertThat(slow.tryReceive()).isEqualTo(Nothing.EMPTY);
    assertThat(fast.tryReceive()).isEqualTo(Nothing.EMPTY);
  }

  @Test
  void withoutReadersMessagesWaitInTheSource() throws Exception {
    open(SlowReader.WAIT);
    FifoWriter writer = writer(FRAMES);
    writer.trySend("kept".getBytes(UTF_8));
    assertThat(broadcaster.relay(Duration.ofMillis(1))).isFalse();
    FifoReader reader = join("first");
    relayAll();
    assertThat(message(reader.tryReceive()).text()).isEqualTo("kept");
  }

  @Test
  void aSlowReaderMissesWholeMessagesAndIsToldHowMany() throws Exception {
    open(SlowReader.DROP);
    FifoReader fast = join("fast");
    FifoReader slow = join("slow");
    FifoWriter writer = writer(FRAMES);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      // Of one frame, and of three.
      byte[] payload = padded(i + "", i % 3 == 0 ? 10_000 : 3000);
      assertThat(writer.trySend(payload)).isEqualTo(SendOutcome.WRITTEN);
      sent.add(i + "");
      relayAll();
      assertThat(message(fast.tryReceive()).text().strip()).isEqualTo(i + "");
    }
    List<String> got = new ArrayList<>();
    long missed = drain(slow, got);
    relayAll();
    missed += drain(slow, got);
    writer.trySend("last".getBytes(UTF_8));
    relayAll();
    missed += drain(slow, got);
    assertThat(got.getLast()).isEqualTo("last");
    assertThat(got.size() - 1 + missed).isEqualTo(sent.size());
    assertThat(missed).isPositive().isEqualTo(broadcaster.stats().missed());
    assertThat(sent).containsSubsequence(got.subList(0, got.size() - 1));
  }

  @Test
  void ofAMessageThatItMissesInTheMiddleAReaderGetsNoMoreAndItCountsOnce() throws Exception {
    open(SlowReader.DROP);
    FifoReader fast = join("fast");
    FifoReader slow = join("slow");
    FifoWriter other = writer(FRAMES);
    Halves halves = new Halves(kernel);
    halves.first();
    relayAll();
    int filled = 0;
    while (broadcaster.stats().missed() == 0) {
      other.trySend(padded(filled++ + "", 4000));
      relayAll();
      message(fast.tryReceive());
    }
    halves.second(); // two more frames are missed, of a message whose first three it has
    relayAll();
    assertThat(broadcaster.stats().missed()).isEqualTo(2);
    assertThat(message(fast.tryReceive()).payload()).isEqualTo(random(20_000));
    List<String> got = new ArrayList<>();
    long missed = drain(slow, got);
    relayAll();
    missed += drain(slow, got);
    assertThat(missed).isEqualTo(2);
    assertThat(got).hasSize(filled - 1);
    halves.writer.trySend("next".getBytes(UTF_8));
    relayAll();
    assertThat(message(slow.tryReceive()).text()).isEqualTo("next");
  }

  @Test
  void aSlowReaderIsCutOffAndGetsWhatItHad() throws Exception {
    open(SlowReader.DISCONNECT);
    FifoReader slow = join("slow");
    FifoReader fast = join("fast");
    FifoWriter writer = writer(FRAMES);
    int sent = 0;
    while (broadcaster.stats().cutOff() == 0) {
      writer.trySend(padded(sent++ + "", 4000));
      relayAll();
      message(fast.tryReceive());
    }
    int got = 0;
    while (slow.tryReceive() instanceof Received.Message message) {
      assertThat(message.text().strip()).isEqualTo(got++ + "");
    }
    assertThat(got).isEqualTo(16);
    assertThat(slow.tryReceive()).isEqualTo(Nothing.CUT_OFF);
    assertThat(slow.receive(LONG)).isEqualTo(Nothing.CUT_OFF);
    assertThat(broadcaster.stats().readers()).isEqualTo(1);
    FifoReader again = join("slow");
    writer.trySend("again".getBytes(UTF_8));
    relayAll();
    assertThat(message(again.tryReceive()).text()).isEqualTo("again");
  }

  // ---- coming, leaving, dying

  @Test
  void whoLeavesIsForgottenWithItsFifo() throws Exception {
    open(SlowReader.WAIT);
    FifoReader reader = join("reader");
    reader.close();
    assertThat(fifos()).isEmpty();
    awaitReaders(0);
    FifoReader next = join("next");
    writer(FRAMES).trySend(new byte[1]);
    relayAll();
    message(next.tryReceive());
  }

  @Test
  void aReaderThatDiesIsRemovedAndHoldsUpNobody() throws Exception {
    open(SlowReader.WAIT);
    MortalKernel mortal = new MortalKernel(kernel);
    Broadcaster.join(mortal.kernel(), dir, "dies", FRAMES);
    awaitReaders(1);
    FifoReader lives = join("lives");
    FifoWriter writer = writer(FRAMES);
    int got = 0;
    int sent = 0;
    while (writer.trySend(padded(sent + "", 4000)) == SendOutcome.WRITTEN) {
      sent++;
      relayAll();
      if (lives.tryReceive() instanceof Received.Message) got++;
    }
    assertThat(got).as("held up").isLessThan(sent);
    mortal.die();
    while (got < sent) {
      relayAll();
      assertThat(message(lives.tryReceive()).text().strip()).isEqualTo(got++ + "");
    }
    assertThat(fifos()).hasSize(1);
    assertThat(broadcaster.stats().readers()).isEqualTo(1);
  }

  @Test
  void aWaitingBroadcasterNoticesTheDeathOfAnIdleReader() throws Exception {
    open(SlowReader.WAIT);
    MortalKernel mortal = new MortalKernel(kernel);
    Broadcaster.join(mortal.kernel(), dir, "dies", FRAMES);
    awaitReaders(1);
    Future<Boolean> relaying = inVirtualThread(() -> broadcaster.relay(LONG));
    mortal.die();
    Await.until("its FIFO is removed", () -> fifos().isEmpty());
    broadcaster.close();
    assertThatThrownBy(relaying::get).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatDeadReadersOfAnEarlierTimeLeftIsRemoved() throws Exception {
    MortalKernel mortal = new MortalKernel(kernel);
    Broadcaster.join(mortal.kernel(), dir, "dies", FRAMES);
    mortal.die();
    assertThat(fifos()).hasSize(1);
    open(SlowReader.WAIT);
    relayAll();
    assertThat(fifos()).isEmpty();
  }

  @Test
  void aWriterThatDiesCostsItsMessageAtEveryReader() throws Exception {
    open(SlowReader.WAIT);
    FifoReader one = join("one");
    FifoReader two = join("two");
    MortalKernel mortal = new MortalKernel(kernel);
    new Halves(mortal.kernel()).first();
    relayAll();
    assertThat(one.tryReceive()).as("it may go on").isEqualTo(Nothing.EMPTY);
    mortal.die();
    relayAll();
    assertThat(one.tryReceive()).isEqualTo(skipped(Reason.UNFINISHED, 1, 3L * ONE_FRAME));
    assertThat(two.tryReceive()).isEqualTo(skipped(Reason.UNFINISHED, 1, 3L * ONE_FRAME));
    assertThat(one.tryReceive()).isEqualTo(Nothing.EMPTY);
    writer(FRAMES).trySend("next".getBytes(UTF_8));
    relayAll();
    assertThat(message(one.tryReceive()).text()).isEqualTo("next");
  }

  @Test
  void theNextBroadcasterGoesOnWithTheSameReaders() throws Exception {
    MortalKernel mortal = new MortalKernel(kernel);
    Broadcaster first =
        Broadcaster.tryOpen(mortal.kernel(), dir, BroadcastOptions.defaults()).orElseThrow();
    FifoReader reader = opening(Broadcaster.join(kernel, dir, "reader", FRAMES));
    FifoWriter writer = writer(FRAMES);
    writer.trySend("one".getBytes(UTF_8));
    while (first.relay(Duration.ZERO)) {}
    assertThat(Broadcaster.tryOpen(kernel, dir, BroadcastOptions.defaults())).isEmpty();
    assertThat(writer.trySend("two".getBytes(UTF_8))).isEqualTo(SendOutcome.WRITTEN);
    mortal.die();
    assertThat(writer.trySend("lost".getBytes(UTF_8))).isEqualTo(SendOutcome.READER_GONE);
    assertThat(message(reader.tryReceive()).text()).isEqualTo("one");
    assertThat(reader.tryReceive()).isEqualTo(Nothing.WRITERS_GONE);
    open(SlowReader.WAIT);
    relayAll();
    assertThat(message(reader.tryReceive()).text()).isEqualTo("two");
  }

  /// Killed before each of its system calls in turn, it loses messages, but never a part of one,
  /// and sends none twice.
  @Test
  void aBroadcasterKilledAnywhereTearsNothingAndRepeatsNothing() throws Exception {
    for (int nth = 1; ; nth++) {
      Path place = Files.createDirectory(dir.resolve("round" + nth));
      MortalKernel mortal = new MortalKernel(kernel);
      Broadcaster first =
          Broadcaster.tryOpen(mortal.kernel(), place, BroadcastOptions.defaults()).orElseThrow();
      try (FifoReader reader = Broadcaster.join(kernel, place, "reader", FRAMES);
          Place source = Place.of(kernel, place.resolve("source"));
          FifoWriter writer = FifoWriter.open(source, FRAMES)) {
        for (int i = 0; i < 6; i++) writer.trySend(padded(i + "", i % 2 == 0 ? 9000 : 10));
        mortal.dieBefore(nth);
        boolean died = false;
        try {
          while (first.relay(Duration.ZERO)) {}
        } catch (MortalKernel.Death e) {
          died = true;
        }
        mortal.die();
        List<String> got = new ArrayList<>();
        drain(reader, got);
        try (Broadcaster second =
            Broadcaster.tryOpen(kernel, place, BroadcastOptions.defaults()).orElseThrow()) {
          while (second.relay(Duration.ZERO)) {}
          drain(reader, got);
          writer.trySend("end".getBytes(UTF_8));
          while (second.relay(Duration.ZERO)) {}
          drain(reader, got);
        }
        assertThat(List.of("0", "1", "2", "3", "4", "5", "end"))
            .as("killed before call " + nth)
            .containsSubsequence(got)
            .contains("end");
        if (!died) {
          assertThat(got).hasSize(7);
          assertThat(nth).as("calls").isGreaterThan(20);
          return;
        }
      }
    }
  }

  // ---- bad input

  @Test
  void aLabelThatCouldBeAPathIsRefused() {
    for (String label : List.of("", "../x", "a/b", ".hidden", "-n", "ä", "x".repeat(65))) {
      assertThatThrownBy(() -> Broadcaster.join(kernel, dir, label, FRAMES))
          .isInstanceOf(InvalidNameException.class);
    }
    assertThatThrownBy(() -> Broadcaster.join(kernel, dir, "x", FifoOptions.lines()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatIsNoReadersFifoIsLeftAlone() throws Exception {
    open(SlowReader.WAIT);
    Path readers = dir.resolve("readers");
    Path file = Files.writeString(readers.resolve("file-0123456789abcdef"), "not a FIFO");
    sh("mkfifo readers/other readers/.hidden-0123456789abcdef");
    FifoReader reader = join("reader");
    writer(FRAMES).trySend("x".getBytes(UTF_8));
    relayAll();
    assertThat(message(reader.tryReceive()).text()).isEqualTo("x");
    assertThat(file).hasContent("not a FIFO");
    assertThat(readers.resolve("other")).exists();
    assertThat(readers.resolve(".hidden-0123456789abcdef")).exists();
  }

  @Test
  void aNoticeThatAWriterForgesReachesNobody() throws Exception {
    open(SlowReader.WAIT);
    FifoReader reader = join("reader");
    // A frame with the flag of a notice: flipping it makes the head's checksum wrong, as anybody
    // could mend; the reader of a plain FIFO and the broadcaster take no notice of either.
    FifoWriter writer = writer(FRAMES);
    sh("printf '\\232PF\\001\\020\\000\\001\\000' > source");
    writer.trySend("x".getBytes(UTF_8));
    relayAll();
    assertThat(message(reader.tryReceive()).text()).isEqualTo("x");
    assertThat(broadcaster.stats().garbageBytes()).isEqualTo(8);
  }

  // ---- tools

  private void open(SlowReader slowReader) throws IOException {
    BroadcastOptions options = BroadcastOptions.defaults().withSlowReader(slowReader);
    broadcaster = opening(Broadcaster.tryOpen(kernel, dir, options).orElseThrow());
  }

  /// Joins, and has the broadcaster notice.
  private FifoReader join(String label) throws Exception {
    int before = broadcaster.stats().readers();
    FifoReader reader = opening(Broadcaster.join(kernel, dir, label, FRAMES));
    awaitReaders(before + 1);
    return reader;
  }

  private void awaitReaders(int count) throws Exception {
    Await.until(
        count + " readers",
        () -> {
          relayAll();
          return broadcaster.stats().readers() == count;
        });
  }

  private void relayAll() throws IOException, InterruptedException {
    while (broadcaster.relay(Duration.ZERO)) {}
  }

  private List<String> fifos() throws IOException {
    try (Stream<Path> paths = Files.list(dir.resolve("readers"))) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  private void sh(String script) throws IOException, InterruptedException {
    ProcessHarness.run("sh", "-c", "cd \"$1\"; " + script, "sh", dir.toString());
  }

  /// Takes what is there.
  ///
  /// @return how many messages were missed
  private static long drain(FifoReader reader, List<String> got) throws IOException {
    long missed = 0;
    while (true) {
      switch (reader.tryReceive()) {
        case Received.Message message -> got.add(message.text().strip());
        case Received.Skipped skipped -> {
          if (skipped.reason() == Reason.MISSED) missed += skipped.messages();
        }
        case Nothing nothing -> {
          if (nothing != Nothing.WRITERS_GONE) return missed;
        }
      }
    }
  }

  /// A writer that sends three of the five frames of a message, and then the others.
  private final class Halves {
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicInteger frames = new AtomicInteger();
    final FifoWriter writer;
    private Future<SendOutcome> sending;

    Halves(Kernel theirs) throws IOException {
      Kernel stopping =
          Interceptor.over(
              theirs,
              call -> {
                if (call.is("write") && frames.incrementAndGet() == 4) {
                  stopped.countDown();
                  try {
                    goOn.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                }
                return call.proceed();
              });
      try (Place source = Place.of(stopping, dir.resolve("source"))) {
        writer = FifoWriter.open(source, FRAMES);
      }
    }

    void first() throws InterruptedException {
      sending = inBackground(() -> writer.send(random(20_000), SOON));
      stopped.await();
    }

    void second() throws Exception {
      goOn.countDown();
      assertThat(sending.get()).isEqualTo(SendOutcome.WRITTEN);
      opening(writer);
    }
  }
}
