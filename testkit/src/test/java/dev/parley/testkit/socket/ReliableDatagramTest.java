package dev.parley.testkit.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.socket.MulticastPublisher;
import dev.parley.primitive.socket.MulticastPublisher.Published;
import dev.parley.primitive.socket.MulticastSubscriber;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.ReliableDatagram;
import dev.parley.primitive.socket.SocketException;
import dev.parley.primitive.socket.SocketException.Reason;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;
import dev.parley.primitive.socket.UnixDatagram;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Call;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.MortalKernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What was acknowledged was received, once and in order, whatever goes wrong.
@Timeout(120)
class ReliableDatagramTest {
  private static final Duration LIMIT = Duration.ofSeconds(50);
  private static final SocketOptions OPTIONS = SocketOptions.defaults();
  private static final String END = "end";

  @TempDir Path temp;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private long before;

  @BeforeEach
  void count() throws Exception {
    ReliableDatagram.open(at("warm-up"), OPTIONS).close();
    before = MessageChannelContract.descriptors();
  }

  @AfterEach
  void nothingLeaks() throws Exception {
    threads.shutdown();
    assertThat(threads.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
    assertThat(MessageChannelContract.descriptors()).isEqualTo(before);
  }

  private UnixAddress at(String name) {
    return UnixAddress.at(temp.resolve(name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String text(ReliableDatagram.Delivery delivery) {
    return new String(delivery.bytes(), UTF_8);
  }

  /// Everything up to [#END].
  private Future<List<String>> receiveAll(ReliableDatagram receiver) {
    return threads.submit(
        () -> {
          List<String> texts = new ArrayList<>();
          while (true) {
            String text = text(receiver.receive());
            if (text.equals(END)) return texts;
            texts.add(text);
          }
        });
  }

  private void send(ReliableDatagram sender, String to, String text) throws Exception {
    sender.send(at(to), bytes(text), LIMIT);
  }

  /// While there is no room for any of them, none may overtake another and make it look received.
  @Test
  void oneThatIsReachedByTwoNamesGetsEachMessageOnce() throws Exception {
    FaultyKernel counting = FaultyKernel.over(Kernel.linux());
    Path other = Files.createSymbolicLink(temp.resolve("other"), temp);
    UnixAddress[] names = {at("receiver"), UnixAddress.at(other.resolve("receiver"))};
    try (ReliableDatagram receiver = ReliableDatagram.open(at("receiver"), OPTIONS);
        UnixDatagram stranger = UnixDatagram.open(UnixAddress.NONE, OPTIONS);
        ReliableDatagram sender =
            ReliableDatagram.open(at("sender"), OPTIONS.withKernel(counting.kernel()))) {
      for (int round = 0; round < 10; round++) {
        while (stranger.send(at("receiver"), bytes("x"), List.of(), Duration.ZERO)) {}
        long tried = counting.count("trySendMessage");
        Set<String> sent = new TreeSet<>();
        List<Future<?>> sending = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          String text = round + " " + i;
          UnixAddress name = names[i % 2];
          sent.add(text);
          sending.add(threads.submit(() -> sendTo(sender, name, text)));
        }
        Await.until("they have tried", () -> counting.count("trySendMessage") >= tried + 4);
        Set<String> got = new TreeSet<>();
        for (int i = 0; i < 4; i++) got.add(text(receiver.receive(LIMIT).orElseThrow()));
        assertThat(got).isEqualTo(sent);
        for (Future<?> each : sending) each.get(50, TimeUnit.SECONDS);
        assertThat(receiver.receive(Duration.ZERO)).isEmpty();
      }
    }
  }

  private static Object sendTo(ReliableDatagram sender, UnixAddress to, String text)
      throws Exception {
    sender.send(to, bytes(text), LIMIT);
    return text;
  }

  @Test
  void aForgottenSenderDoesNotBringItsMessageTwice() throws Exception {
    FaultyKernel silent = FaultyKernel.over(Kernel.linux());
    FaultyKernel hindered = FaultyKernel.over(Kernel.linux());
    try (ReliableDatagram receiver =
            ReliableDatagram.open(at("receiver"), OPTIONS.withKernel(silent.kernel()));
        ReliableDatagram sender =
            ReliableDatagram.open(at("sender"), OPTIONS.withKernel(hindered.kernel()))) {
      Future<List<String>> first = receiveAll(receiver);
      send(sender, "receiver", "before");
      send(sender, "receiver", END);
      assertThat(first.get(50, TimeUnit.SECONDS)).containsExactly("before");

      // The acknowledgement is lost, and the sender not heard again before it is forgotten.
      hindered.failFrom("trySendMessage", 2, Errno.ENOBUFS);
      silent.failFrom("trySendMessage", 1, Errno.ENOBUFS);
      Future<?> sending = threads.submit(() -> sendAndExpect(sender, Reason.PEER_RESTARTED));
      assertThat(text(receiver.receive())).isEqualTo("once");
      crowd(receiver);
      silent.heal();
      hindered.heal();
      // What it sends again now must not look like a first message.
      while (!sending.isDone()) assertThat(receiver.receive(Duration.ofMillis(1))).isEmpty();
      sending.get();

      Future<List<String>> rest = receiveAll(receiver);
      send(sender, "receiver", "after");
      send(sender, "receiver", END);
      assertThat(rest.get(50, TimeUnit.SECONDS)).containsExactly("after");
    }
  }

  private Object sendAndExpect(ReliableDatagram sender, Reason reason) {
    assertThatThrownBy(() -> send(sender, "receiver", "once"))
        .isInstanceOfSatisfying(
            SocketException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    return reason;
  }

  /// More strangers greet the receiver than it keeps in mind.
  private void crowd(ReliableDatagram receiver) throws Exception {
    Future<?> strangers =
        threads.submit(
            () -> {
              for (long i = 1; i <= 1100; i++) {
                String name = "parley-" + ProcessHandle.current().pid() + "-" + i;
                try (UnixDatagram stranger =
                    UnixDatagram.open(UnixAddress.abstractName(name), OPTIONS)) {
                  stranger.send(at("receiver"), hello(i));
                }
              }
              return null;
            });
    while (!strangers.isDone()) assertThat(receiver.receive(Duration.ofMillis(1))).isEmpty();
    strangers.get();
    assertThat(receiver.receive(Duration.ofMillis(1))).isEmpty();
  }

  private static byte[] hello(long incarnation) {
    return ByteBuffer.allocate(40).put(bytes("PRD1\1")).putLong(8, incarnation).array();
  }

  // ---- each call fails in turn

  @ParameterizedTest
  @EnumSource(names = {"EIO", "EMFILE", "ENOBUFS"})
  void whicheverCallOfTheSenderOrTheReceiverFailsWhatWasAcknowledgedArrivedOnce(Errno errno)
      throws Exception {
    for (boolean sendingFails : new boolean[] {true, false}) {
      int nth = 0;
      long calls;
      do {
        FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
        faulty.fail(ReliableDatagramTest::counts, ++nth, errno);
        SocketOptions failing = OPTIONS.withKernel(faulty.kernel());
        Set<String> acknowledged = new TreeSet<>();
        List<String> got =
            exchange(
                sendingFails ? failing : OPTIONS, sendingFails ? OPTIONS : failing, acknowledged);
        assertThat(got).as("call %d failed", nth).doesNotHaveDuplicates().isSorted();
        assertThat(got).as("call %d failed", nth).containsAll(acknowledged);
        assertThat(acknowledged).as("call %d failed", nth).hasSizeGreaterThanOrEqualTo(3);
        assertThat(MessageChannelContract.descriptors()).as("call %d", nth).isEqualTo(before);
        calls = faulty.count(FaultyKernel.ANY);
      } while (nth < calls);
      assertThat(nth).isGreaterThan(15);
    }
  }

  /// What can fail here, once the waiting is left to the kernel: the rest is the watcher's.
  private static boolean counts(Call call) {
    return FaultyKernel.failingCalls().contains(call.name()) && !call.is("close");
  }

  /// Four messages, of which one may fail; what the receiver got.
  private List<String> exchange(
      SocketOptions sending, SocketOptions receiving, Set<String> acknowledged) throws Exception {
    try (ReliableDatagram receiver = opened("receiver", receiving);
        ReliableDatagram sender = opened("sender", sending)) {
      AtomicBoolean done = new AtomicBoolean();
      Future<List<String>> received =
          threads.submit(
              () -> {
                List<String> texts = new ArrayList<>();
                while (!done.get()) tryReceive(receiver).ifPresent(texts::add);
                return texts;
              });
      for (String text : List.of("1", "2", "3", "4")) {
        try {
          sender.send(at("receiver"), bytes(text), LIMIT);
          acknowledged.add(text);
        } catch (IOException e) {
          assertThat(e.getMessage()).isNotEmpty();
        }
      }
      done.set(true);
      return received.get(50, TimeUnit.SECONDS);
    }
  }

  private static Optional<String> tryReceive(ReliableDatagram receiver)
      throws InterruptedException {
    try {
      return receiver.receive(Duration.ofMillis(1)).map(ReliableDatagramTest::text);
    } catch (IOException e) {
      return Optional.empty(); // fails once
    }
  }

  private ReliableDatagram opened(String name, SocketOptions options) throws IOException {
    try {
      return ReliableDatagram.open(at(name), options);
    } catch (IOException e) {
      return ReliableDatagram.open(at(name), options);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EIO", "EMFILE", "ENOBUFS"})
  void whicheverCallOfAPublisherFailsNobodyGetsAMessageTwiceOrLosesOneThatWasSaidToReachAll(
      Errno errno) throws Exception {
    int nth = 0;
    long calls;
    do {
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      faulty.fail(ReliableDatagramTest::counts, ++nth, errno);
      Path group = temp.resolve("group" + nth);
      try (MulticastSubscriber one = MulticastSubscriber.open(group, OPTIONS);
          MulticastSubscriber two = MulticastSubscriber.open(group, OPTIONS);
          MulticastPublisher publisher = publisher(group, faulty)) {
        leaveDeadSocket(group);
        List<String> reachedAll = new ArrayList<>();
        for (String text : List.of("1", "2", "3")) {
          try {
            Published published = publisher.publish(bytes(text));
            if (published.reached() == 2) reachedAll.add(text);
          } catch (IOException e) {
            assertThat(e.getMessage()).isNotEmpty();
          }
        }
        assertThat(reachedAll).as("call %d failed", nth).hasSizeGreaterThanOrEqualTo(2);
        for (MulticastSubscriber subscriber : List.of(one, two)) {
          List<String> got = new ArrayList<>();
          Optional<Received> next;
          while ((next = subscriber.receive(Duration.ZERO)).isPresent()) {
            got.add(next.get().text());
          }
          assertThat(got).as("call %d failed", nth).doesNotHaveDuplicates().isSorted();
          assertThat(got).as("call %d failed", nth).containsAll(reachedAll);
        }
      }
      assertThat(MessageChannelContract.descriptors()).as("call %d", nth).isEqualTo(before);
      calls = faulty.count(FaultyKernel.ANY);
    } while (nth < calls);
    assertThat(nth).isGreaterThan(15);
  }

  private static MulticastPublisher publisher(Path group, FaultyKernel faulty) throws IOException {
    SocketOptions options = OPTIONS.withKernel(faulty.kernel());
    try {
      return MulticastPublisher.open(group, options);
    } catch (IOException e) {
      return MulticastPublisher.open(group, options);
    }
  }

  private static void leaveDeadSocket(Path group) throws IOException {
    MortalKernel mortal = new MortalKernel(Kernel.linux());
    MulticastSubscriber.open(group, OPTIONS.withKernel(mortal.kernel()));
    mortal.die();
  }
}
