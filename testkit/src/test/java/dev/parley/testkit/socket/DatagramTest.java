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
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Datagrams: plain, reliable, to many.
@Timeout(120)
class DatagramTest {
  private static final Duration LIMIT = Duration.ofSeconds(50);
  private static final SocketOptions OPTIONS = SocketOptions.defaults();

  @TempDir Path temp;
  private long before;

  @BeforeEach
  void count() throws Exception {
    UnixDatagram.open(at("warm-up"), OPTIONS).close();
    before = MessageChannelContract.descriptors();
  }

  @AfterEach
  void nothingLeaks() throws Exception {
    assertThat(MessageChannelContract.descriptors()).isEqualTo(before);
  }

  private UnixAddress at(String name) {
    return UnixAddress.at(temp.resolve(name));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static void assertReason(Reason reason, Callable<?> act) {
    assertThatThrownBy(act::call)
        .isInstanceOfSatisfying(
            SocketException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private interface Act {
    void run() throws Exception;
  }

  private static CompletableFuture<Void> inBackground(Act act) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            act.run();
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
        },
        task -> Thread.ofPlatform().daemon().start(task));
  }

  // ---- plain

  @Test
  void aDatagramIsAnsweredWhereItCameFrom() throws Exception {
    try (UnixDatagram server = UnixDatagram.open(at("server"), OPTIONS.withDescriptors(1));
        UnixDatagram client = UnixDatagram.open(at("client"), OPTIONS)) {
      assertThat(client.send(at("server"), bytes("question"), List.of(Fd.STDIN), LIMIT)).isTrue();
      try (Received question = server.receive()) {
        assertThat(question.text()).isEqualTo("question");
        assertThat(question.descriptors()).hasSize(1);
        assertThat(question.sender().uid()).isEqualTo(Kernel.linux().effectiveUserId());
        server.send(question.from(), bytes("answer"));
      }
      assertThat(client.receive().text()).isEqualTo("answer");
      assertThat(client.receive(Duration.ZERO)).isEmpty();
      assertThat(client.receive(Duration.ofMillis(1))).isEmpty();
      assertReason(
          Reason.TOO_LONG,
          () -> client.send(at("server"), new byte[300_000], List.of(), Duration.ZERO));
    }
    assertThat(temp.resolve("server")).doesNotExist();
  }

  @Test
  void whatThePolicyRefusesIsDroppedAndCounted() throws Exception {
    try (UnixDatagram server = UnixDatagram.open(at("server"), OPTIONS.withPolicy(_ -> false));
        UnixDatagram client = UnixDatagram.open(UnixAddress.NONE, OPTIONS)) {
      client.send(at("server"), bytes("x"));
      assertThat(server.receive(Duration.ofMillis(1))).isEmpty();
      assertThat(server.refused()).isEqualTo(1);
    }
  }

  @Test
  void aFullReceiverIsWaitedForAndOneThatWasReplacedIsFound() throws Exception {
    UnixDatagram server = UnixDatagram.open(at("server"), OPTIONS);
    try (UnixDatagram client = UnixDatagram.open(UnixAddress.NONE, OPTIONS)) {
      int sent = 0;
      while (client.send(at("server"), bytes("x"), List.of(), Duration.ZERO)) sent++;
      assertThat(sent).isPositive();
      assertThat(client.send(at("server"), bytes("x"), List.of(), Duration.ofMillis(1))).isFalse();
      CompletableFuture<Void> sending = inBackground(() -> client.send(at("server"), bytes("y")));
      for (int i = 0; i < sent; i++) assertThat(server.receive().text()).isEqualTo("x");
      assertThat(server.receive().text()).isEqualTo("y");
      sending.get(50, TimeUnit.SECONDS);
      server.close();
      assertReason(
          Reason.NOBODY_LISTENS,
          () -> client.send(at("server"), bytes("z"), List.of(), Duration.ZERO));
      server = UnixDatagram.open(at("server"), OPTIONS);
      client.send(at("server"), bytes("z"));
      assertThat(server.receive().text()).isEqualTo("z");
    } finally {
      server.close();
    }
  }

  // ---- reliable

  @Test
  void reliableMessagesArriveOnceAndInOrderThoughAcknowledgementsAreLost() throws Exception {
    FaultyKernel lossy = FaultyKernel.over(Kernel.linux());
    for (int i = 3; i < 100; i += 3) lossy.fail("trySendMessage", i, Errno.ENOBUFS);
    try (ReliableDatagram receiver =
            ReliableDatagram.open(at("receiver"), OPTIONS.withKernel(lossy.kernel()));
        ReliableDatagram sender = ReliableDatagram.open(at("sender"), OPTIONS)) {
      CompletableFuture<List<String>> received = new CompletableFuture<>();
      CompletableFuture<Void> receiving =
          inBackground(
              () -> {
                List<String> texts = new ArrayList<>();
                while (texts.size() < 30) {
                  ReliableDatagram.Delivery delivery = receiver.receive();
                  assertThat(delivery.incarnation()).isEqualTo(sender.incarnation());
                  texts.add(new String(delivery.bytes(), UTF_8));
                }
                received.complete(texts);
                while (receiver.receive(LIMIT).isPresent()) texts.add("twice");
              });
      List<String> sent = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        sender.send(at("receiver"), bytes("message " + i), LIMIT);
        sent.add("message " + i);
      }
      assertThat(received.get(50, TimeUnit.SECONDS)).isEqualTo(sent);
      receiver.close();
      assertThat(receiving).failsWithin(LIMIT);
    }
  }

  @Test
  void aReceiverThatDoesNotReceiveIsGivenUpAndOneThatRestartsIsNoticed() throws Exception {
    ReliableDatagram receiver = ReliableDatagram.open(at("receiver"), OPTIONS);
    try (ReliableDatagram sender = ReliableDatagram.open(at("sender"), OPTIONS)) {
      assertReason(Reason.GIVEN_UP, () -> send(sender, "nobody", Duration.ofMillis(5)));
      assertReason(Reason.GIVEN_UP, () -> send(sender, "receiver", Duration.ofMillis(50)));
      ReliableDatagram first = receiver;
      CompletableFuture<Void> one =
          inBackground(() -> assertThat(first.receive(LIMIT)).isPresent());
      send(sender, "receiver", LIMIT);
      one.get(50, TimeUnit.SECONDS);
      // Restarted between two messages: the new one gets the next, and nobody need be told.
      receiver.close();
      receiver = ReliableDatagram.open(at("receiver"), OPTIONS);
      ReliableDatagram second = receiver;
      CompletableFuture<Void> two =
          inBackground(() -> assertThat(second.receive(LIMIT)).isPresent());
      send(sender, "receiver", LIMIT);
      two.get(50, TimeUnit.SECONDS);
    } finally {
      receiver.close();
    }
  }

  private Object send(ReliableDatagram sender, String to, Duration limit) throws Exception {
    sender.send(at(to), bytes("x"), limit);
    return sender;
  }

  @Test
  void twoThatSendToEachOtherBothArrive() throws Exception {
    try (ReliableDatagram a = ReliableDatagram.open(at("a"), OPTIONS);
        ReliableDatagram b = ReliableDatagram.open(at("b"), OPTIONS)) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        all.add(inBackground(() -> a.send(at("b"), bytes("x"), LIMIT)));
        all.add(inBackground(() -> b.send(at("a"), bytes("x"), LIMIT)));
      }
      for (int i = 0; i < 4; i++) {
        assertThat(a.receive(LIMIT)).isPresent();
        assertThat(b.receive(LIMIT)).isPresent();
      }
      for (CompletableFuture<Void> each : all) each.get(50, TimeUnit.SECONDS);
    }
  }

  // ---- multicast

  @Test
  void everySubscriberGetsWhatIsPublishedAndTheDeadAreRemoved() throws Exception {
    Path group = temp.resolve("group");
    try (MulticastPublisher publisher = MulticastPublisher.open(group, OPTIONS)) {
      assertThat(publisher.publish(bytes("nobody"))).isEqualTo(new Published(0, 0, 0));
      try (MulticastSubscriber one = MulticastSubscriber.open(group, OPTIONS);
          MulticastSubscriber two = MulticastSubscriber.open(group, OPTIONS)) {
        Files.writeString(group.resolve("README"), "no subscriber");
        leaveDeadSocket(group.resolve("dead"));
        assertThat(publisher.publish(bytes("x"))).isEqualTo(new Published(2, 0, 1));
        assertThat(group.resolve("dead")).doesNotExist();
        assertThat(group.resolve("README")).exists();
        assertThat(one.receive().text()).isEqualTo("x");
        while (publisher.publish(bytes("y")).missed() == 0) assertThat(two.receive()).isNotNull();
        CompletableFuture<Published> waited = new CompletableFuture<>();
        CompletableFuture<Void> publishing =
            inBackground(() -> waited.complete(publisher.publish(bytes("z"), LIMIT)));
        while (!waited.isDone()) one.receive(Duration.ofMillis(1));
        publishing.get(50, TimeUnit.SECONDS);
        assertThat(waited.get()).isEqualTo(new Published(2, 0, 0));
      }
      assertThat(publisher.publish(bytes("gone")).reached()).isZero();
    }
  }

  private static void leaveDeadSocket(Path path) throws Exception {
    Kernel kernel = Kernel.linux();
    try (Fd socket = kernel.socket(dev.parley.sys.Sockets.DATAGRAM)) {
      kernel.bind(socket, dev.parley.sys.Sockets.pathAddress(path.toString()));
    }
  }
}
