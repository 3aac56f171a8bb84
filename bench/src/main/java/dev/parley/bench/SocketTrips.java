package dev.parley.bench;

import dev.parley.primitive.socket.Connection;
import dev.parley.primitive.socket.Listener;
import dev.parley.primitive.socket.MessageChannel;
import dev.parley.primitive.socket.Received;
import dev.parley.primitive.socket.SocketKind;
import dev.parley.primitive.socket.SocketOptions;
import dev.parley.primitive.socket.UnixAddress;
import dev.parley.primitive.socket.UnixDatagram;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Parley's sockets: bytes of a stream, `messages` over it, `packets`, `datagrams`; each sleeping,
/// or `spinning` as is the library's default.
final class SocketTrips {
  private static final Duration LONG = Duration.ofDays(1);
  private static final byte[] ONE = {1};

  private SocketTrips() {}

  private static SocketOptions options(String system) {
    SocketOptions options = SocketOptions.defaults();
    if (system.contains("packets")) options = options.withKind(SocketKind.SEQPACKET);
    return system.contains("spinning") ? options : options.withSpin(Duration.ZERO);
  }

  private static boolean isRaw(String system) {
    return !system.contains("messages") && !system.contains("packets");
  }

  static Trip.Server server(String system, Path path, int bytes) throws IOException {
    if (system.contains("datagrams")) {
      UnixDatagram socket = UnixDatagram.open(UnixAddress.at(path), options(system));
      return () -> {
        while (true) {
          Received received = socket.receive();
          socket.send(received.from(), received.bytes());
        }
      };
    }
    Listener listener = Listener.open(UnixAddress.at(path), options(system));
    return () -> {
      try (listener;
          Connection connection = listener.accept()) {
        if (isRaw(system)) {
          byte[] buffer = new byte[bytes];
          while (readAll(connection, buffer)) connection.write(buffer, 0, bytes, LONG);
        } else {
          MessageChannel messages = connection.messages();
          while (messages.receive() instanceof Received received) messages.send(received.bytes());
        }
      }
    };
  }

  private static boolean readAll(Connection connection, byte[] buffer)
      throws IOException, InterruptedException {
    for (int got = 0; got < buffer.length; ) {
      int count = connection.read(buffer, got, buffer.length - got, LONG);
      if (count < 0) return false;
      got += count;
    }
    return true;
  }

  static Trip trip(String system, Path path, int bytes) throws IOException, InterruptedException {
    if (system.contains("datagrams")) return datagrams(system, path, bytes);
    Connection connection = Connection.open(UnixAddress.at(path), options(system));
    byte[] buffer = new byte[bytes];
    MessageChannel messages = connection.messages();
    boolean raw = isRaw(system);
    return new Trip() {
      @Override
      public void make() throws IOException, InterruptedException {
        if (raw) {
          connection.write(buffer, 0, bytes, LONG);
          if (!readAll(connection, buffer)) throw new BenchFailedException("the end came early");
        } else {
          messages.send(buffer);
          check(messages.receive() instanceof Received got && got.bytes().length == bytes);
        }
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }

  private static Trip datagrams(String system, Path path, int bytes) throws IOException {
    UnixAddress server = UnixAddress.at(path);
    UnixAddress own = UnixAddress.at(path.resolveSibling("client"));
    UnixDatagram socket = UnixDatagram.open(own, options(system));
    byte[] buffer = new byte[bytes];
    return new Trip() {
      @Override
      public void make() throws IOException, InterruptedException {
        socket.send(server, buffer);
        check(socket.receive().bytes().length == bytes);
      }

      @Override
      public void close() {
        socket.close();
      }
    };
  }

  private static void check(boolean right) throws BenchFailedException {
    if (!right) throw new BenchFailedException("what came back is not what was sent");
  }

  // ---- descriptors

  /// Closes each and says so.
  static Trip.Server descriptorServer(Path path) throws IOException {
    SocketOptions options = options("fd parley packets").withDescriptors(1);
    Listener listener = Listener.open(UnixAddress.at(path), options);
    return () -> {
      try (listener;
          Connection connection = listener.accept()) {
        MessageChannel messages = connection.messages();
        while (messages.receive() instanceof Received received) {
          try (received) {
            check(received.descriptors().size() == 1);
          }
          messages.send(ONE);
        }
      }
    };
  }

  static Trip descriptorTrip(Path path) throws IOException, InterruptedException {
    Connection connection = Connection.open(UnixAddress.at(path), options("fd parley packets"));
    MessageChannel messages = connection.messages();
    List<Fd> descriptor = List.of(Fd.STDIN);
    return new Trip() {
      @Override
      public void make() throws IOException, InterruptedException {
        makeMany(1);
      }

      @Override
      public int makeMany(int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) messages.send(ONE, descriptor, LONG);
        for (int i = 0; i < count; i++) check(messages.receive() instanceof Received);
        return count;
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }
}
