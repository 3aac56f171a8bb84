package dev.parley;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A topic: what is published goes to every subscription, each with its own position,
/// acknowledgements and dead letters.
///
/// Guarantees: an entry is kept until every durable subscription has it, and for the topic's
/// retention at least. One publisher handle's entries come in the order it published them, within a
/// priority. A slow subscriber costs only itself.
public interface Topic extends AutoCloseable {
  String name();

  /// Publishes; returns when the entry is as safe as asked. Delay and deduplication id are not for
  /// topics.
  ///
  /// @return the entry's position
  String publish(Outgoing message) throws IOException, InterruptedException;

  default String publish(byte[] payload) throws IOException, InterruptedException {
    return publish(Outgoing.of(payload));
  }

  /// Publishes several in their order, with one directory sync for all.
  ///
  /// @throws PartlySentException if only the first few were published: it says which, and why no
  ///   more; any other exception means that none was, but for
  /// @throws OutcomeUnknownException if all were published, and a sync failed
  List<String> publishAll(List<Outgoing> messages) throws IOException, InterruptedException;

  TopicStats stats() throws IOException;

  TopicSettings settings() throws IOException;

  void configure(TopicSettings wanted) throws IOException;

  @Override
  void close();

  /// A topic counted.
  ///
  /// @param entries how many are kept
  /// @param last the position of the newest, if any
  record TopicStats(
      long entries,
      Optional<String> last,
      Optional<Duration> oldest,
      List<SubscriptionStats> subscriptions) {}

  /// @param behind entries not yet taken over into the subscription's own queue
  /// @param queue the subscription's own queue
  record SubscriptionStats(String name, long behind, QueueStats queue) {}
}
