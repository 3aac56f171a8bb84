package dev.parley;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A message that was sent.
///
/// @param id unique in the space; ids of one producer handle grow in the order it sent them
/// @param payload the bytes; the caller's to keep
/// @param attempt how many times it has been claimed, the present claim included
/// @param sent when it was sent, by the sender's clock
/// @param sender the id of the member that sent it
/// @param expires after which it is not delivered any more
public record Message(
    String id,
    byte[] payload,
    int priority,
    int attempt,
    Instant sent,
    String sender,
    Optional<Instant> expires,
    Optional<String> deduplicationId,
    Map<String, String> headers) {

  /// The payload as UTF-8 text.
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  public <T> T as(Codec<T> codec) {
    return codec.decode(payload);
  }
}
