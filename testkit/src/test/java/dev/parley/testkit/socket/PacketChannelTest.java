package dev.parley.testkit.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Reception;
import dev.parley.primitive.socket.SocketKind;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Sockets;
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
      stranger.close();
      assertThat(connection.messages().receive()).isInstanceOf(Reception.End.class);
      assertThatThrownBy(() -> connection.messages().send(new byte[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
