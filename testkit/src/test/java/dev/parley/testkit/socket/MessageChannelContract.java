package dev.parley.testkit.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.MessageChannel;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.Reception;
import dev.parley.primitive.socket.SocketException;
import dev.parley.primitive.socket.SocketException.Reason;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [MessageChannel] does.
@Timeout(60)
abstract class MessageChannelContract {
  private static final Duration LIMIT = Duration.ofSeconds(50);

  private long descriptorsBefore;
  private final List<Connection> open = new ArrayList<>();

  /// The kind under test.
  abstract SocketOptions options();

  @BeforeEach
  void count() throws IOException {
    pair(options()).forEach(Connection::close);
    descriptorsBefore = descriptors();
  }

  @AfterEach
  void nothingLeaks() throws Exception {
    open.forEach(Connection::close);
    assertThat(descriptors()).as("descriptors").isEqualTo(descriptorsBefore);
  }

  static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.count();
    }
  }

  final List<Connection> pair(SocketOptions options) throws IOException {
    List<Connection> pair = Connection.pair(options);
    open.addAll(pair);
    return pair;
  }

  static Received received(MessageChannel channel) throws Exception {
    return (Received) channel.receive(LIMIT);
  }

  @Test
  void messagesArriveWholeAndInOrderAndThenTheEnd() throws Exception {
    List<Connection> pair = pair(options());
    MessageChannel sender = pair.get(0).messages();
    MessageChannel receiver = pair.get(1).messages();
    for (int length : new int[] {1, 10, 4096, 100_000}) {
      byte[] message = new byte[length];
      message[length - 1] = (byte) length;
      assertThat(sender.send(message, List.of(), LIMIT)).isTrue();
      assertThat(received(receiver).bytes()).isEqualTo(message);
    }
    sender.send("last".getBytes(UTF_8));
    pair.get(0).close();
    assertThat(received(receiver).text()).isEqualTo("last");
    assertThat(receiver.receive()).isInstanceOf(Reception.End.class);
    assertThat(receiver.receive()).isInstanceOf(Reception.End.class);
    assertThatThrownBy(() -> receiver.send(new byte[1]))
        .isInstanceOfSatisfying(
            SocketException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PEER_GONE));
  }

  @Test
  void timeThatIsUpLosesNothing() throws Exception {
    List<Connection> pair = pair(options());
    MessageChannel receiver = pair.get(1).messages();
    assertThat(receiver.receive(Duration.ZERO)).isInstanceOf(Reception.TimeIsUp.class);
    assertThat(receiver.receive(Duration.ofMillis(1))).isInstanceOf(Reception.TimeIsUp.class);
    pair.get(0).messages().send("x".getBytes(UTF_8));
    assertThat(received(receiver).text()).isEqualTo("x");
  }

  @Test
  void anAnswerIsReceivedThoughThePeerClosedWithSomethingUnread() throws Exception {
    List<Connection> pair = pair(options());
    MessageChannel mine = pair.get(0).messages();
    mine.send("unread".getBytes(UTF_8));
    pair.get(1).messages().send("answer".getBytes(UTF_8));
    pair.get(1).close();
    assertThat(received(mine).text()).isEqualTo("answer");
    assertThatThrownBy(mine::receive)
        .isInstanceOfSatisfying(
            SocketException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PEER_GONE));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aWaitEndsByAMessageAnInterruptOrAClose(boolean virtual) throws Exception {
    List<Connection> pair = pair(options());
    MessageChannel receiver = pair.get(1).messages();
    Waiter waiter = new Waiter(virtual, receiver);
    pair.get(0).messages().send("x".getBytes(UTF_8));
    assertThat(((Received) waiter.get()).text()).isEqualTo("x");

    waiter = new Waiter(virtual, receiver);
    waiter.thread.interrupt();
    assertThat(waiter.get()).isInstanceOf(InterruptedException.class);
    pair.get(0).messages().send("y".getBytes(UTF_8));
    assertThat(received(receiver).text()).as("nothing was closed").isEqualTo("y");

    waiter = new Waiter(virtual, receiver);
    pair.get(1).close();
    assertThat(waiter.get())
        .isInstanceOfSatisfying(
            SocketException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
  }

  private static final class Waiter {
    private final CompletableFuture<Object> result = new CompletableFuture<>();
    private final Thread thread;

    Waiter(boolean virtual, MessageChannel channel) {
      Runnable task =
          () -> {
            try {
              result.complete(channel.receive());
            } catch (Exception e) {
              result.complete(e);
            }
          };
      thread = virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
    }

    Object get() throws Exception {
      return result.get(50, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 252, 253})
  void descriptorsArriveCloseOnExec(int count) throws Exception {
    List<Connection> pair = pair(options().withDescriptors(count));
    List<Fd> sent = Collections.nCopies(count, Fd.STDIN);
    pair.get(0).messages().send("fds".getBytes(UTF_8), sent, LIMIT);
    try (Received message = received(pair.get(1).messages())) {
      assertThat(message.descriptors()).hasSize(count);
      Path info = Path.of("/proc/self/fdinfo/" + message.descriptors().getLast().number());
      assertThat(Files.readString(info)).containsPattern("flags:\\s+02\\d{6}");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void moreDescriptorsThanAskedForAreDroppedWithTheirMessage(int asked) throws Exception {
    List<Connection> pair = pair(options().withDescriptors(asked));
    MessageChannel sender = pair.get(0).messages();
    sender.send("bad".getBytes(UTF_8), Collections.nCopies(asked + 1, Fd.STDIN), LIMIT);
    sender.send("good".getBytes(UTF_8));
    MessageChannel receiver = pair.get(1).messages();
    assertThatThrownBy(() -> receiver.receive(LIMIT))
        .isInstanceOfSatisfying(
            SocketException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_DESCRIPTORS));
    assertThat(received(receiver).text()).isEqualTo("good");
  }

  @Test
  void aMessageOverTheBoundIsDroppedAndTheNextIsReceived() throws Exception {
    SocketOptions small = options().withMostBytes(10);
    Kernel kernel = small.kernel();
    Fd[] raw = kernel.socketPair(socketType());
    try (Connection connection = Connection.of(raw[1], small);
        Connection liar = Connection.of(raw[0], options())) {
      liar.messages().send(new byte[50_000]);
      liar.messages().send("good".getBytes(UTF_8));
      MessageChannel receiver = connection.messages();
      assertThatThrownBy(() -> receiver.receive(LIMIT))
          .isInstanceOfSatisfying(
              SocketException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG));
      assertThat(received(receiver).text()).isEqualTo("good");
    }
  }

  abstract int socketType();

  @Test
  void aFullBufferIsWaitedForAndNothingIsLost() throws Exception {
    List<Connection> pair = pair(options());
    MessageChannel sender = pair.get(0).messages();
    byte[] message = new byte[20_000];
    int sent = 0;
    try {
      while (sender.send(message, List.of(), Duration.ZERO)) sent++;
    } catch (SocketException e) {
      assertThat(e.reason()).isEqualTo(Reason.UNFINISHED);
      sent++;
    }
    assertThat(sent).isPositive();
    int expected = sent;
    CompletableFuture<Integer> count =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                int n = 0;
                MessageChannel receiver = pair.get(1).messages();
                while (n < expected + 1 && receiver.receive(LIMIT) instanceof Received r) {
                  assertThat(r.bytes()).hasSize(20_000);
                  n++;
                }
                return n;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    assertThat(sender.finish(LIMIT)).isTrue();
    assertThat(sender.send(message, List.of(), LIMIT)).isTrue();
    assertThat(count.get(50, TimeUnit.SECONDS)).isEqualTo(sent + 1);
  }
}
