package dev.parley.testkit.fifo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.fifo.Fifo;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.fifo.SendOutcome;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Interceptor;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.contract.FifoContract;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writers and one reader of a FIFO.
class FifoTest extends FifoContract {
  private static final FifoOptions FRAMES = FifoOptions.frames();

  private final Kernel kernel = Kernel.linux();
  @TempDir private Path dir;
  private Place place;

  @BeforeEach
  void make() throws IOException {
    place = opening(Place.of(kernel, dir.resolve("fifo")));
    Fifo.make(place, 0600);
  }

  @Override
  protected FifoReader newReader(FifoOptions options) throws IOException {
    return FifoReader.tryOpen(place, options).orElseThrow();
  }

  @Override
  protected FifoWriter newWriter(FifoOptions options) throws IOException {
    return FifoWriter.open(place, options);
  }

  // ---- not yet and gone

  @Test
  void aReaderTellsNoWriterYetFromSilenceAndFromTheEnd() throws Exception {
    FifoReader reader = reader(FRAMES);
    for (int round = 0; round < 3; round++) {
      assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.NO_WRITER_YET);
      assertThat(reader.receive(Duration.ofMillis(1))).isEqualTo(Received.Nothing.NO_WRITER_YET);
      FifoWriter writer = writer(FRAMES);
      assertThat(writer.trySend(new byte[5])).isEqualTo(SendOutcome.WRITTEN);
      message(reader.tryReceive());
      assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
      assertThat(writer.trySend(new byte[6])).isEqualTo(SendOutcome.WRITTEN);
      writer.close();
      assertThat(message(reader.tryReceive()).payload()).as("what was sent first").hasSize(6);
      assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.WRITERS_GONE);
    }
  }

  @Test
  void theEndEndsAWaitAndTheNextWaitIsForTheNextWriter() throws Exception {
    FifoReader reader = reader(FRAMES);
    FifoWriter first = writer(FRAMES);
    first.trySend(new byte[1]);
    message(reader.receive(SOON));
    Future<Received> end = inBackground(() -> reader.receive(LONG));
    first.close();
    assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo(Received.Nothing.WRITERS_GONE);
    Future<Received> next = inBackground(() -> reader.receive(LONG));
    FifoWriter second = writer(FRAMES);
    second.send(new byte[2], SOON);
    assertThat(message(next.get(60, TimeUnit.SECONDS)).payload()).hasSize(2);
  }

  @Test
  void aWriterTellsNoReaderYetFromFullAndFromTheEnd() throws Exception {
    FifoWriter writer = writer(FRAMES);
    assertThat(writer.trySend(new byte[1])).isEqualTo(SendOutcome.NO_READER_YET);
    assertThat(writer.send(new byte[1], Duration.ofMillis(1))).isEqualTo(SendOutcome.NO_READER_YET);
    FifoReader reader = reader(FRAMES);
    int sent = fill(writer);
    assertThat(sent).isEqualTo(16); // a slot each
    assertThat(writer.send(new byte[1], Duration.ofMillis(1))).isEqualTo(SendOutcome.FULL);
    for (int i = 0; i < sent; i++) message(reader.tryReceive());
    assertThat(writer.trySend(new byte[1])).isEqualTo(SendOutcome.WRITTEN);
    reader.close();
    assertThat(writer.trySend(new byte[1])).isEqualTo(SendOutcome.READER_GONE);
    assertThat(writer.send(new byte[1], Duration.ofMillis(1))).isEqualTo(SendOutcome.READER_GONE);
  }

  @Test
  void aWriterWaitsForAReaderToComeAndAfterItHasGoneForTheNext() throws Exception {
    FifoWriter writer = writer(FRAMES);
    for (boolean virtual : new boolean[] {false, true}) {
      Future<SendOutcome> sending =
          virtual
              ? inVirtualThread(() -> writer.send(new byte[9], LONG))
              : inBackground(() -> writer.send(new byte[9], LONG));
      FifoReader reader = reader(FRAMES);
      assertThat(sending.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.WRITTEN);
      message(reader.receive(SOON));
      reader.close();
      assertThat(writer.send(new byte[9], LONG)).isEqualTo(SendOutcome.READER_GONE);
    }
  }

  @Test
  void aWriterWaitsForRoom() throws Exception {
    FifoWriter writer = writer(FRAMES);
    FifoReader reader = reader(FRAMES);
    for (boolean virtual : new boolean[] {false, true}) {
      int sent = fill(writer);
      Future<SendOutcome> sending =
          virtual
              ? inVirtualThread(() -> writer.send(new byte[9], LONG))
              : inBackground(() -> writer.send(new byte[9], LONG));
      for (int i = 0; i < sent; i++) message(reader.receive(SOON));
      assertThat(message(reader.receive(SOON)).payload()).hasSize(9);
      assertThat(sending.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.WRITTEN);
    }
  }

  @Test
  void anInterruptEndsAWritersWaitAndClosesNothing() throws Exception {
    FifoWriter writer = writer(FRAMES);
    FifoReader reader = reader(FRAMES);
    int sent = fill(writer);
    Thread[] thread = new Thread[1];
    Future<SendOutcome> sending =
        inBackground(
            () -> {
              thread[0] = Thread.currentThread();
              return writer.send(random(10_000), LONG);
            });
    Await.until("it runs", () -> thread[0] != null);
    thread[0].interrupt();
    assertThatThrownBy(() -> sending.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
    for (int i = 0; i < sent; i++) message(reader.receive(SOON));
    assertThat(writer.trySend(new byte[4])).isEqualTo(SendOutcome.WRITTEN);
    assertThat(message(reader.receive(SOON)).payload()).hasSize(4);
  }

  @Test
  void closingEndsAWritersWait() throws Exception {
    FifoWriter writer = writer(FRAMES);
    Future<SendOutcome> sending = inBackground(() -> writer.send(new byte[1], LONG));
    writer.close();
    writer.close();
    assertThatThrownBy(() -> sending.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> writer.trySend(new byte[1])).isInstanceOf(IllegalStateException.class);
  }

  // ---- room

  @Test
  void aTryOfWhatDoesNotFitSendsNoPartOfIt() throws Exception {
    FifoWriter writer = writer(FRAMES);
    FifoReader reader = reader(FRAMES);
    assertThat(writer.trySend(random(65_536))).isEqualTo(SendOutcome.FULL);
    assertThat(reader.unreadBytes()).isZero();
    assertThat(writer.trySend(random(60_000))).isEqualTo(SendOutcome.WRITTEN);
    message(reader.tryReceive());
    assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
  }

  @Test
  void aFifoHoldsMoreIfAsked() throws Exception {
    FifoReader reader = reader(FRAMES.withCapacityBytes(1 << 18));
    FifoWriter writer = writer(FRAMES);
    assertThat(reader.capacityBytes()).isEqualTo(1 << 18);
    assertThat(writer.trySend(random(200_000))).isEqualTo(SendOutcome.WRITTEN);
    assertThat(writer.unreadBytes()).isGreaterThan(200_000);
    message(reader.tryReceive());
  }

  @Test
  void whatTheKernelDoesNotGrantIsNotWaitedFor() throws Exception {
    assertThat(reader(FRAMES.withCapacityBytes(1 << 30)).capacityBytes()).isEqualTo(65_536);
  }

  @Test
  void aPipeOfOnePageCarriesLargeMessages() throws Exception {
    FifoReader reader = reader(FRAMES);
    FifoWriter writer = writer(FRAMES);
    writer.trySend(new byte[1]);
    message(reader.tryReceive());
    try (var fd = kernel.openAt(place.dir().fd(), "fifo", dev.parley.sys.Open.NON_BLOCKING, 0)) {
      assertThat(kernel.setPipeCapacity(fd, 4096)).isEqualTo(4096);
    }
    meanwhile(() -> writer.send(random(100_000), SOON));
    assertThat(message(reader.receive(SOON)).payload()).isEqualTo(random(100_000));
  }

  // ---- one reader

  @Test
  void thereIsOneReaderAtATime() throws Exception {
    FifoReader reader = reader(FRAMES);
    assertThat(FifoReader.tryOpen(place, FRAMES)).isEmpty();
    reader.close();
    reader(FRAMES);
  }

  @Test
  void aReaderMayBeReplacedAndTheNextOneGetsTheRest() throws Exception {
    FifoReader first = reader(FRAMES);
    FifoWriter writer = writer(FRAMES);
    for (int i = 0; i < 10; i++) writer.trySend(padded(i + "", 0));
    assertThat(message(first.tryReceive()).text()).isEqualTo("0");
    first.close();
    FifoReader second = reader(FRAMES);
    for (int i = 1; i < 10; i++) {
      assertThat(message(second.tryReceive()).text()).isEqualTo(i + "");
    }
    assertThat(writer.trySend("more".getBytes(UTF_8))).isEqualTo(SendOutcome.WRITTEN);
    assertThat(message(second.tryReceive()).text()).isEqualTo("more");
  }

  @Test
  void ofAMessageThatAnEarlierReaderBeganTheNextOneReportsTheRestOnce() throws Exception {
    FifoReader first = reader(FRAMES);
    CountDownLatch goOn = new CountDownLatch(1);
    FifoWriter writer = opening(stopsAfterThreeFrames(kernel, () -> awaitQuietly(goOn)));
    Future<SendOutcome> sending = inBackground(() -> writer.send(random(40_000), SOON));
    Await.until("three frames are there", () -> first.unreadBytes() == 3 * 4096);
    assertThat(first.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
    first.close();
    FifoReader second = reader(FRAMES);
    goOn.countDown();
    assertThat(second.receive(SOON)).isEqualTo(skipped(Received.Reason.UNFINISHED, 1, ONE_FRAME));
    assertThat(sending.get(60, TimeUnit.SECONDS)).isEqualTo(SendOutcome.WRITTEN);
    writer.send(new byte[3], SOON);
    assertThat(message(second.receive(SOON)).payload()).hasSize(3);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- death

  @Test
  void aWriterThatDiesInTheMiddleCostsThatMessageOnly() throws Exception {
    FifoReader reader = reader(FRAMES);
    FifoWriter other = writer(FRAMES);
    MortalKernel mortal = new MortalKernel(kernel);
    diesInTheMiddle(mortal);
    other.trySend("between".getBytes(UTF_8));
    assertThat(message(reader.tryReceive()).text()).isEqualTo("between");
    assertThat(reader.tryReceive()).as("it may go on").isEqualTo(Received.Nothing.EMPTY);
    mortal.die();
    assertThat(reader.tryReceive())
        .isEqualTo(skipped(Received.Reason.UNFINISHED, 1, 3L * ONE_FRAME));
    other.trySend("afterwards".getBytes(UTF_8));
    assertThat(message(reader.tryReceive()).text()).isEqualTo("afterwards");
    assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
  }

  @Test
  void theEndTellsOfWhatWasNotFinishedFirst() throws Exception {
    FifoReader reader = reader(FRAMES);
    MortalKernel mortal = new MortalKernel(kernel);
    diesInTheMiddle(mortal);
    mortal.die();
    assertThat(reader.tryReceive())
        .isEqualTo(skipped(Received.Reason.UNFINISHED, 1, 3L * ONE_FRAME));
    assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.WRITERS_GONE);
  }

  /// A process writes three frames of a larger message, and stops.
  private void diesInTheMiddle(MortalKernel mortal) throws Exception {
    FifoWriter writer =
        stopsAfterThreeFrames(
            mortal.kernel(),
            () -> {
              throw new Stopped();
            });
    assertThatThrownBy(() -> writer.trySend(random(20_000))).isInstanceOf(Stopped.class);
  }

  private FifoWriter stopsAfterThreeFrames(Kernel theirs, Runnable instead) throws IOException {
    AtomicInteger frames = new AtomicInteger();
    Kernel stopping =
        Interceptor.over(
            theirs,
            call -> {
              if (call.is("write") && frames.incrementAndGet() == 4) instead.run();
              return call.proceed();
            });
    try (Place theirPlace = Place.of(stopping, dir.resolve("fifo"))) {
      return FifoWriter.open(theirPlace, FRAMES);
    }
  }

  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @Test
  void aWriterThatGivesUpIsFoundOutByItsNextLargeMessage() throws Exception {
    FifoReader reader = reader(FRAMES);
    FifoWriter writer = writer(FRAMES);
    FifoWriter other = writer(FRAMES);
    for (int i = 0; i < 8; i++)
      assertThat(other.trySend(random(ONE_FRAME))).isEqualTo(SendOutcome.WRITTEN);
    assertThat(writer.send(random(100_000), Duration.ofMillis(1))).isEqualTo(SendOutcome.FULL);
    for (int i = 0; i < 8; i++) message(reader.tryReceive());
    assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
    assertThat(writer.trySend(new byte[5])).isEqualTo(SendOutcome.WRITTEN);
    assertThat(reader.tryReceive())
        .isEqualTo(skipped(Received.Reason.UNFINISHED, 1, 8L * ONE_FRAME));
    assertThat(message(reader.tryReceive()).payload()).hasSize(5);
  }

  private static int fill(FifoWriter writer) throws IOException {
    int sent = 0;
    while (writer.trySend(random(ONE_FRAME)) == SendOutcome.WRITTEN) sent++;
    return sent;
  }
}
