package dev.parley.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.Reception;
import dev.parley.primitive.socket.SocketException;
import dev.parley.primitive.socket.SocketException.Reason;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Sockets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameChannelTest extends MessageChannelContract {
  private final Kernel kernel = Kernel.linux();

  @Override
  SocketOptions options() {
    return SocketOptions.defaults();
  }

  @Override
  int socketType() {
    return Sockets.STREAM;
  }

  @Test
  void aPeerThatGoesInTheMiddleOfAFrameIsNoCleanEnd() throws Exception {
    Fd[] raw = kernel.socketPair(Sockets.STREAM);
    try (Connection connection = Connection.of(raw[1], options());
        Fd stranger = raw[0]) {
      kernel.trySend(stranger, new byte[] {0, 0, 0, 2, 1}, 0, 5, null);
      assertThat(connection.messages().receive(Duration.ZERO))
          .isInstanceOf(Reception.TimeIsUp.class);
      stranger.close();
      assertThatThrownBy(() -> connection.messages().receive())
          .isInstanceOfSatisfying(
              SocketException.class, e -> assertThat(e.reason()).isEqualTo(Reason.PEER_GONE));
    }
  }

  @Test
  void framesThatComeByteByByteOrAllAtOnceAreTheSame() throws Exception {
    byte[] bytes = {0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 2, 8, 9};
    Fd[] raw = kernel.socketPair(Sockets.STREAM);
    try (Connection connection = Connection.of(raw[1], options());
        Fd stranger = raw[0]) {
      kernel.trySend(stranger, bytes, 0, bytes.length, null);
      assertThat(received(connection.messages()).bytes()).containsExactly(7);
      assertThat(received(connection.messages()).bytes()).isEmpty();
      assertThat(received(connection.messages()).bytes()).containsExactly(8, 9);
      for (int i = 0; i < bytes.length; i++) {
        kernel.trySend(stranger, bytes, i, 1, null);
        Reception reception = connection.messages().receive(Duration.ZERO);
        boolean complete = i == 4 || i == 8 || i == 14;
        assertThat(reception).isInstanceOf(complete ? Received.class : Reception.TimeIsUp.class);
      }
    }
  }

  @Test
  void descriptorsBelongToTheFrameTheyWereSentWith() throws Exception {
    List<Connection> pair = pair(options().withDescriptors(3));
    for (int i = 0; i < 3; i++) {
      pair.get(0).messages().send(new byte[] {1});
      List<Fd> one = List.of(Fd.STDIN);
      pair.get(0).messages().send(new byte[] {2}, one, Duration.ofSeconds(9));
    }
    for (int i = 0; i < 3; i++) {
      assertThat(received(pair.get(1).messages()).descriptors()).isEmpty();
      try (Received with = received(pair.get(1).messages())) {
        assertThat(with.descriptors()).hasSize(1);
      }
    }
  }

  @Test
  void whatWasNotReceivedIsClosedWithTheConnection() throws Exception {
    List<Connection> pair = pair(options().withDescriptors(3));
    byte[] header = {0, 0, 0, 9};
    Fd[] raw = kernel.socketPair(Sockets.STREAM);
    try (Connection connection = Connection.of(raw[1], options().withDescriptors(1));
        Fd stranger = raw[0]) {
      kernel.trySendMessage(stranger, header, 0, 4, List.of(Fd.STDIN), null);
      assertThat(connection.messages().receive(Duration.ZERO))
          .isInstanceOf(Reception.TimeIsUp.class);
    }
    pair.forEach(Connection::close);
  }
}
