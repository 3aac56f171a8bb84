package dev.parley;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Where messages are claimed from: a queue, or a subscription.
///
/// Guarantees: at most one valid claim a message at a time; at least one delivery of each message
/// that was acknowledged to its sender. First deliveries of what one producer handle sent with one
/// priority come in the order it sent them; higher priorities first.
public interface Claims {
  /// Claims the next message if one is ready; never waits.
  ///
  /// @throws EvictedException if somebody removed this member's file; open the space again
  Optional<Claim> tryClaim() throws IOException;

  /// Claims the next message, waiting for one at most this long. Waiting costs nothing; one message
  /// wakes one waiter.
  ///
  /// @return empty if the time ran out
  /// @throws InterruptedException if the thread was interrupted; nothing was claimed and nothing is
  ///   closed
  Optional<Claim> claim(Duration wait) throws IOException, InterruptedException;

  /// Claims the next message, waiting as long as it takes.
  default Claim claim() throws IOException, InterruptedException {
    while (true) {
      Optional<Claim> claim = claim(Duration.ofDays(1));
      if (claim.isPresent()) return claim.get();
    }
  }
}
