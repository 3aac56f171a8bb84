package dev.parley.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.Reception;
import dev.parley.primitive.socket.SocketException;
import dev.parley.primitive.socket.SocketException.Reason;
import dev.parley.primitive.socket.SocketKind;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Sockets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacketChannelTest extends MessageChannelContract {
  @Override
  SocketOptions options() {
    return SocketOptions.defaults().withKind(SocketKind.SEQPACKET);
  }

  @Override
  int socketType() {
    return Sockets.SEQPACKET;
  }

  @Test
  void anEmptyPacketIsNoEnd() throws Exception {
    Kernel kernel = Kernel.linux();
    Fd[] raw = kernel.socketPair(Sockets.SEQPACKET);
    try (Connection connection = Connection.of(raw[1], options());
        Fd stranger = raw[0]) {
      kernel.trySend(stranger, new byte[0], 0, 0, null);
      kernel.trySend(stranger, new byte[] {7}, 0, 1, null);
      assertThat(received(connection.messages()).bytes()).isEmpty();
      assertThat(received(connection.messages()).bytes()).containsExactly(7);
      // With descriptors it is a message even right before the end.
      kernel.trySendMessage(stranger, new byte[0], 0, 0, List.of(Fd.STDIN), null);
      stranger.close();
      assertThatThrownBy(() -> connection.messages().receive())
          .isInstanceOfSatisfying(
              SocketException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.TOO_MANY_DESCRIPTORS));
      assertThat(connection.messages().receive()).isInstanceOf(Reception.End.class);
      assertThatThrownBy(() -> connection.messages().send(new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anEmptyPacketWithDescriptorsRightBeforeTheEndIsReceivedWithThem() throws Exception {
    Kernel kernel = Kernel.linux();
    Fd[] raw = kernel.socketPair(Sockets.SEQPACKET);
    try (Connection connection = Connection.of(raw[1], options().withDescriptors(1))) {
      try (Fd stranger = raw[0]) {
        kernel.trySendMessage(stranger, new byte[0], 0, 0, List.of(Fd.STDIN), null);
      }
      try (Received last = received(connection.messages())) {
        assertThat(last.descriptors()).hasSize(1);
      }
      assertThat(connection.messages().receive()).isInstanceOf(Reception.End.class);
    }
  }
}
