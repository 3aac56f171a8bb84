package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.PayloadTooLargeException;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.fifo.SendOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What framed messages keep on the way from writers to a reader, whether the FIFO is the reader's
/// own or a broadcaster's.
@Timeout(120)
public abstract class FifoContract {
  /// Long enough to be never.
  protected static final Duration LONG = Duration.ofHours(1);

  /// How long to wait at most for what must come.
  protected static final Duration SOON = Duration.ofMinutes(1);

  /// What fits into one frame.
  protected static final int ONE_FRAME = 4060;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Future<?>> unchecked = new ArrayList<>();

  protected FifoContract() {}

  /// The reader; the contract closes it.
  protected abstract FifoReader newReader(FifoOptions options) throws IOException;

  /// A writer to whom that reader listens; the contract closes it.
  protected abstract FifoWriter newWriter(FifoOptions options) throws IOException;

  @AfterEach
  void closeAll() throws Exception {
    for (Future<?> each : unchecked) each.get(SOON.toSeconds(), TimeUnit.SECONDS);
    for (AutoCloseable each : opened.reversed()) each.close();
    for (Thread thread : threads) thread.interrupt();
    for (Thread thread : threads) thread.join(SOON);
  }

  // ---- whole and unchanged

  @Test
  protected void messagesOfAnySizeArriveAsTheyWereSent() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    FifoWriter writer = writer(FifoOptions.frames());
    for (int size : List.of(0, 1, ONE_FRAME - 1, ONE_FRAME, ONE_FRAME + 1, 70_000, 1 << 20)) {
      byte[] sent = random(size);
      Future<SendOutcome> sending = inBackground(() -> writer.send(sent, SOON));
      assertThat(message(reader.receive(SOON)).payload()).isEqualTo(sent);
      assertThat(sending.get()).isEqualTo(SendOutcome.WRITTEN);
    }
  }

  @Test
  protected void messagesOfOneWriterArriveInTheOrderTheyWereSent() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    FifoWriter writer = writer(FifoOptions.frames());
    int count = 2000;
    meanwhile(
        () -> {
          for (int i = 0; i < count; i++) {
            writer.send(padded(i + "", i % 7 == 0 ? 9000 : i % 50), SOON);
          }
          return null;
        });
    for (int i = 0; i < count; i++) {
      assertThat(message(reader.receive(SOON)).text().strip()).isEqualTo(i + "");
    }
  }

  @Test
  protected void largeMessagesOfManyWritersAreNotTornApart() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    int writers = 6;
    int each = 40;
    for (int w = 0; w < writers; w++) {
      FifoWriter writer = writer(FifoOptions.frames());
      int number = w;
      meanwhile(
          () -> {
            Random random = new Random(number);
            for (int i = 0; i < each; i++) {
              byte[] payload = new byte[2 + random.nextInt(60_000)];
              Arrays.fill(payload, (byte) (number * 31 + i));
              payload[0] = (byte) number;
              payload[1] = (byte) i;
              assertThat(writer.send(payload, SOON)).isEqualTo(SendOutcome.WRITTEN);
            }
            return null;
          });
    }
    Map<Integer, Integer> next = new HashMap<>();
    for (int n = 0; n < writers * each; n++) {
      byte[] payload = message(reader.receive(SOON)).payload();
      int writer = payload[0];
      int i = payload[1];
      assertThat(i).as("order of writer " + writer).isEqualTo(next.getOrDefault(writer, 0));
      next.put(writer, i + 1);
      for (int at = 2; at < payload.length; at++) {
        if (payload[at] != (byte) (writer * 31 + i)) throw new AssertionError("torn at " + at);
      }
    }
  }

  @Test
  protected void threadsMayShareAWriterAndAReader() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    FifoWriter writer = writer(FifoOptions.frames());
    int count = 100;
    List<Future<SendOutcome>> sends = new ArrayList<>();
    List<Future<Received>> receives = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] payload = padded(i + "", 100 * i);
      sends.add(inBackground(() -> writer.send(payload, SOON)));
      receives.add(inVirtualThread(() -> reader.receive(SOON)));
    }
    List<Integer> got = new ArrayList<>();
    for (Future<Received> each : receives) {
      got.add(Integer.parseInt(message(each.get(60, TimeUnit.SECONDS)).text().strip()));
    }
    for (Future<SendOutcome> each : sends) assertThat(each.get()).isEqualTo(SendOutcome.WRITTEN);
    assertThat(got).doesNotHaveDuplicates().hasSize(count);
  }

  @Test
  protected void whatIsReadAheadIsReceivedInOrder() throws Exception {
    FifoReader reader = reader(FifoOptions.frames().withReadAheadBytes(1 << 16));
    FifoWriter writer = writer(FifoOptions.frames());
    for (int i = 0; i < 50; i++) writer.send(padded(i + "", i), SOON);
    for (int i = 0; i < 50; i++) {
      assertThat(message(reader.receive(SOON)).text().strip()).isEqualTo(i + "");
    }
  }

  // ---- sizes

  @Test
  protected void aMessageOverTheLimitIsRefusedAtItsWriterAndNothingIsSent() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    FifoWriter writer = writer(FifoOptions.frames().withMaxMessageBytes(100));
    assertThatThrownBy(() -> writer.send(new byte[101], SOON))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("up to 100 bytes")
        .hasMessageContaining("maxMessageBytes");
    writer.send(new byte[100], SOON);
    assertThat(message(reader.receive(SOON)).payload()).hasSize(100);
  }

  @Test
  protected void aMessageOverTheLimitOfTheReaderIsSkippedAndTheNextOneComes() throws Exception {
    FifoReader reader = reader(FifoOptions.frames().withMaxMessageBytes(5000));
    FifoWriter writer = writer(FifoOptions.frames());
    meanwhile(() -> writer.send(random(300_000), SOON));
    assertThat(reader.receive(SOON)).isEqualTo(skipped(Received.Reason.TOO_LARGE, 1, 300_000));
    meanwhile(() -> writer.send(random(5000), SOON));
    assertThat(message(reader.receive(SOON)).payload()).hasSize(5000);
  }

  @Test
  protected void whatAReaderKeepsOfUnfinishedMessagesIsBounded() throws Exception {
    FifoReader reader = reader(FifoOptions.frames().withMaxPendingBytes(150_000));
    FifoWriter writer = writer(FifoOptions.frames());
    meanwhile(() -> writer.send(random(300_000), SOON));
    assertThat(reader.receive(SOON)).isEqualTo(skipped(Received.Reason.TOO_LARGE, 1, 300_000));
    meanwhile(() -> writer.send(random(100_000), SOON));
    assertThat(message(reader.receive(SOON)).payload()).hasSize(100_000);
  }

  // ---- waiting

  @Test
  protected void aTryWithNothingThereIsEmptyOnceAWriterHasCome() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    FifoWriter writer = writer(FifoOptions.frames());
    writer.send(new byte[1], SOON);
    message(reader.receive(SOON));
    assertThat(reader.tryReceive()).isEqualTo(Received.Nothing.EMPTY);
    assertThat(reader.receive(Duration.ofMillis(1))).isEqualTo(Received.Nothing.EMPTY);
  }

  @Test
  protected void aWaitingReaderIsWoken() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    FifoWriter writer = writer(FifoOptions.frames());
    for (boolean virtual : new boolean[] {false, true}) {
      Callable<Received> wait = () -> reader.receive(SOON);
      Future<Received> waiting = virtual ? inVirtualThread(wait) : inBackground(wait);
      writer.send(new byte[3], SOON);
      assertThat(message(waiting.get(60, TimeUnit.SECONDS)).payload()).hasSize(3);
    }
  }

  @Test
  protected void anInterruptEndsAWaitAndClosesNothing() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    FifoWriter writer = writer(FifoOptions.frames());
    for (boolean virtual : new boolean[] {false, true}) {
      Future<Received> waiting =
          virtual
              ? inVirtualThread(() -> reader.receive(LONG))
              : inBackground(() -> reader.receive(LONG));
      threads.getLast().interrupt();
      assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(InterruptedException.class);
      writer.send(new byte[7], SOON);
      assertThat(message(reader.receive(SOON)).payload()).hasSize(7);
    }
  }

  @Test
  protected void closingEndsAWait() throws Exception {
    FifoReader reader = reader(FifoOptions.frames());
    Future<Received> waiting = inBackground(() -> reader.receive(LONG));
    reader.close();
    assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IllegalStateException.class);
    reader.close();
    assertThatThrownBy(reader::tryReceive).isInstanceOf(IllegalStateException.class);
  }

  // ---- for subclasses

  protected final FifoReader reader(FifoOptions options) throws IOException {
    return opening(newReader(options));
  }

  protected final FifoWriter writer(FifoOptions options) throws IOException {
    return opening(newWriter(options));
  }

  /// Has `resource` closed after the test.
  protected final <T extends AutoCloseable> T opening(T resource) {
    opened.add(resource);
    return resource;
  }

  protected static Received.Message message(Received received) {
    if (received instanceof Received.Message message) return message;
    throw new AssertionError("no message but: " + received);
  }

  protected static Received skipped(Received.Reason reason, long messages, long bytes) {
    return new Received.Skipped(reason, messages, bytes);
  }

  /// Bytes that are the same for the same size.
  protected static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  /// A text followed by so many blanks.
  protected static byte[] padded(String text, int blanks) {
    return (text + " ".repeat(blanks)).getBytes(UTF_8);
  }

  /// Starts `action` on a thread of its own, which is interrupted at the test's end.
  protected final <T> Future<T> inBackground(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    threads.add(Thread.ofPlatform().daemon().start(task));
    return task;
  }

  /// The same; at the test's end it has to have succeeded.
  protected final void meanwhile(Callable<?> action) {
    unchecked.add(inBackground(action));
  }

  protected final <T> Future<T> inVirtualThread(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    threads.add(Thread.ofVirtual().start(task));
    return task;
  }
}
