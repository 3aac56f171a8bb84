package dev.parley.primitive.socket;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.RandomName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Receives what is published to a directory after it was opened, as far as its buffer has room.
///
/// ```java
/// try (MulticastSubscriber news = MulticastSubscriber.open(group, SocketOptions.defaults())) {
///   System.out.println(news.receive().text());
/// }
/// ```
///
/// Guarantees: from one publisher in order, none twice. Not promised: that none is missed, unless
/// every publisher is patient enough; number your messages. On disk: a socket file with a random
/// name, removed by [#close], or by a publisher if this process died. Source: book 4.4.2.
public final class MulticastSubscriber implements AutoCloseable {
  private final UnixDatagram socket;

  private MulticastSubscriber(UnixDatagram socket) {
    this.socket = socket;
  }

  /// @param directory of this user alone, made if it is not there; with [SocketOptions#withGroup]
  ///   that group's, which is there (mode 2770)
  /// @throws dev.parley.UnsafePathException if others may write to it
  public static MulticastSubscriber open(Path directory, SocketOptions options) throws IOException {
    return open(MulticastGroup.open(directory, options), options);
  }

  /// The same in a folder that was reached already; takes it over.
  public static MulticastSubscriber open(Dir directory, SocketOptions options) throws IOException {
    Place place = new Place(directory, RandomName.hex(16));
    return new MulticastSubscriber(UnixDatagram.openUnique(place, options));
  }

  public UnixAddress address() {
    return socket.address();
  }

  /// Receives, for as long as it takes.
  public Received receive() throws IOException, InterruptedException {
    return socket.receive();
  }

  /// Receives, for `limit` at most.
  ///
  /// @return empty if time is up
  public Optional<Received> receive(Duration limit) throws IOException, InterruptedException {
    return socket.receive(limit);
  }

  /// Ends waits in other threads.
  @Override
  public void close() {
    socket.close();
  }
}
