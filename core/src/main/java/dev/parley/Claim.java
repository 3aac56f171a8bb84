package dev.parley;

import java.io.IOException;
import java.time.Duration;

/// A message in one consumer's hands.
///
/// It ends once: by [#ack], [#nack], [#reject] or [#close]. Whatever ends it is one kernel step on
/// a path that names this claim alone, so when the claim was lost (its member died or was evicted,
/// its lease ran out, a person moved the file) it fails and changes nothing. Not for use by several
/// threads at once.
public interface Claim extends AutoCloseable {
  Message message();

  /// Grows with every claim of this message, power cuts included: for others to check. Two messages
  /// may bear the same one.
  long token();

  /// Done: the message will not come again.
  ///
  /// @throws ClaimLostException if this claim is no longer valid; the message may be in other hands
  void ack() throws IOException;

  /// It failed: comes again after the queue's back-off, or goes to the dead letters past its
  /// retries.
  ///
  /// @param reason for whoever looks at the message's history
  void nack(String reason) throws IOException;

  /// The same with what is known of the failure, and a delay instead of the queue's back-off.
  void nack(Failure failure) throws IOException;

  /// It can never succeed: to the dead letters at once.
  void reject(Failure failure) throws IOException;

  default void reject(String reason) throws IOException {
    reject(Failure.of(reason));
  }

  /// Holds it for so long from now, where claims have a lease; does nothing where they have none.
  void extend(Duration lease) throws IOException;

  /// Whether it has not ended and is still valid; by the time you know, it may not be.
  boolean isHeld() throws IOException;

  /// Gives it back unless it has ended: at the front, without back-off. Never throws.
  @Override
  void close();
}
