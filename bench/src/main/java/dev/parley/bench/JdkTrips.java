package dev.parley.bench;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/// The JDK's Unix sockets: blocking, or `spinning`.
final class JdkTrips {
  private JdkTrips() {}

  static Trip.Server server(String system, Path path, int bytes) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    return () -> echo(prepared(server.accept(), system), bytes);
  }

  static Trip trip(String system, Path path, int bytes) throws IOException {
    return trip(prepared(SocketChannel.open(UnixDomainSocketAddress.of(path)), system), bytes);
  }

  private static SocketChannel prepared(SocketChannel channel, String system) throws IOException {
    channel.configureBlocking(!system.contains("spinning"));
    return channel;
  }

  /// Sends back what comes, so many bytes at a time.
  static void echo(SocketChannel channel, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    while (readAll(channel, buffer.clear())) writeAll(channel, buffer.flip());
  }

  static Trip trip(SocketChannel channel, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
    return new Trip() {
      @Override
      public void make() throws IOException {
        writeAll(channel, buffer.clear());
        if (!readAll(channel, buffer.clear())) throw new BenchFailedException("the end came early");
      }

      @Override
      public void close() throws IOException {
        channel.close();
      }
    };
  }

  private static boolean readAll(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) return false;
      if (!channel.isBlocking()) Thread.onSpinWait();
    }
    return true;
  }

  private static void writeAll(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) channel.write(buffer);
  }
}
