package dev.parley.bench;

import dev.parley.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// The two ends of a queue that a worker process can hold: one way in, one way out, for every
/// system.
final class Ends {
  private Ends() {}

  /// Opens the way into the queue of `system` in `directory`.
  static Sender sender(String system, Path directory, Durability durability, int batch)
      throws IOException {
    return switch (system) {
      case "sqlite" -> new SqliteEnds.Sending(directory, durability, batch);
      default -> new ParleyEnds.Sending(system, directory, durability, batch);
    };
  }

  /// Opens the way out.
  static Receiver receiver(String system, Path directory, Durability durability, int batch)
      throws IOException {
    return switch (system) {
      case "sqlite" -> new SqliteEnds.Receiving(directory, durability, batch);
      default -> new ParleyEnds.Receiving(system, directory);
    };
  }

  /// Puts messages into a queue. For one thread.
  interface Sender extends AutoCloseable {
    /// Sends, or keeps it for a batch.
    void send(byte[] payload, int priority) throws IOException, InterruptedException;

    /// Returns when everything handed to [#send] is in the queue, as durable as asked.
    void flush() throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }

  /// Takes messages out of a queue. For one thread.
  interface Receiver extends AutoCloseable {
    /// Hands what is there, one message or one batch, to `sink`, and acknowledges it.
    ///
    /// @param wait how long to wait for the first
    /// @return whether there was any
    boolean receive(Duration wait, Sink sink) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }

  /// Where received messages go.
  interface Sink {
    void accept(byte[] payload) throws IOException;
  }
}
