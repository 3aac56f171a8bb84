package dev.parley;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What to subscribe to, and from where.
///
/// @param patterns topic names; `*` stands for one word, `**` for any number of words
/// @param name makes it durable: it outlives its subscribers, and those who use the same name share
///   its messages; without one it ends with this process
/// @param from where a new subscription starts; one that exists goes on where it was
public record SubscribeOptions(List<String> patterns, Optional<String> name, From from) {
  public SubscribeOptions {
    patterns = List.copyOf(patterns);
    if (patterns.isEmpty()) throw new IllegalArgumentException("no pattern to subscribe to");
  }

  public static SubscribeOptions to(String... patterns) {
    return new SubscribeOptions(List.of(patterns), Optional.empty(), From.NOW);
  }

  /// Makes it durable under this name.
  public SubscribeOptions as(String wanted) {
    return new SubscribeOptions(patterns, Optional.of(wanted), from);
  }

  public SubscribeOptions from(From wanted) {
    return new SubscribeOptions(patterns, name, wanted);
  }

  /// Where a new subscription starts.
  public sealed interface From {
    From NOW = new Now();
    From BEGINNING = new Beginning();

    /// After what is there now.
    record Now() implements From {}

    /// With the oldest entry that is kept.
    record Beginning() implements From {}

    /// After the entry of this position (see [Topic#publish]).
    record After(String position) implements From {}

    /// With the first entry published at or after this time.
    record Since(Instant time) implements From {}
  }
}
