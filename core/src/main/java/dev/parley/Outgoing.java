package dev.parley;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// A message to send.
///
/// @param payload the bytes; not copied, so leave them alone until the send has returned
/// @param priority 0 to 9, 9 goes first, 4 is the default, as in Jakarta Messaging (the book counts
///   the other way)
/// @param delay how long it stays invisible; only queues have it
/// @param timeToLive after which it is not delivered any more; zero is for ever
/// @param deduplicationId a second message with this id within the queue's window is not sent
/// @param headers the sender's own; names are 1 to 128 of `A-Z a-z 0-9 . _ -`
/// @param durability empty takes [Space#defaultDurability]
public record Outgoing(
    byte[] payload,
    int priority,
    Duration delay,
    Duration timeToLive,
    Optional<String> deduplicationId,
    Map<String, String> headers,
    Optional<Durability> durability) {

  public static final int DEFAULT_PRIORITY = 4;

  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  public Outgoing {
    if (priority < 0 || priority > 9) {
      throw new IllegalArgumentException("priority " + priority + " is not between 0 and 9");
    }
    if (delay.isNegative()) throw new IllegalArgumentException("the delay is negative: " + delay);
    if (timeToLive.isNegative()) {
      throw new IllegalArgumentException("the time to live is negative: " + timeToLive);
    }
    for (String name : headers.keySet()) {
      if (!HEADER_NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "header name '" + name + "' is not 1 to 128 of A-Z a-z 0-9 . _ -");
      }
    }
    deduplicationId.ifPresent(
        id -> {
          if (id.isEmpty() || id.length() > 1024) {
            throw new IllegalArgumentException("a message id has 1 to 1024 characters");
          }
        });
    headers =
        headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  public static Outgoing of(byte[] payload) {
    return new Outgoing(
        payload,
        DEFAULT_PRIORITY,
        Duration.ZERO,
        Duration.ZERO,
        Optional.empty(),
        Map.of(),
        Optional.empty());
  }

  public static Outgoing of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  public static <T> Outgoing of(T value, Codec<T> codec) {
    return of(codec.encode(value));
  }

  public Outgoing withPriority(int wanted) {
    return new Outgoing(payload, wanted, delay, timeToLive, deduplicationId, headers, durability);
  }

  public Outgoing withDelay(Duration wanted) {
    return new Outgoing(
        payload, priority, wanted, timeToLive, deduplicationId, headers, durability);
  }

  public Outgoing withTimeToLive(Duration wanted) {
    return new Outgoing(payload, priority, delay, wanted, deduplicationId, headers, durability);
  }

  public Outgoing withDeduplicationId(String id) {
    return new Outgoing(payload, priority, delay, timeToLive, Optional.of(id), headers, durability);
  }

  public Outgoing withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Outgoing(payload, priority, delay, timeToLive, deduplicationId, more, durability);
  }

  public Outgoing withDurability(Durability wanted) {
    return new Outgoing(
        payload, priority, delay, timeToLive, deduplicationId, headers, Optional.of(wanted));
  }
}
