package dev.parley;

/// A subscription to one or more topics; claim from it as from a queue.
public interface Subscription extends Claims, AutoCloseable {
  /// The name others share it by, or the one made up for a live one.
  String name();

  /// The topic that a claim of this subscription came from.
  String topicOf(Claim claim);

  /// Gives back its claims. A durable subscription stays; a live one ends.
  @Override
  void close();
}
