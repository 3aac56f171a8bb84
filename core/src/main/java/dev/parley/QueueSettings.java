package dev.parley;

import java.time.Duration;

/// How a queue behaves, for all processes; kept in its folder.
///
/// @param maxMessages bound on ready, delayed, claimed and held messages; 0 is none. Holds up to
///   the number of live producers
/// @param maxBytes bound on their files' bytes; 0 is none
/// @param whenFull what a send does then
/// @param dedupWindow how long an id is remembered
/// @param retain how long acknowledged messages are kept in `done/`; zero removes them
/// @param retries how often a message comes again after its first attempt failed or its holder died
/// @param lease how long a claim is valid unless extended; zero is as long as its holder lives, and
///   while it is zero no claim ends by time, those made before included
/// @param backoff the delay after the first failure; doubles with each, with jitter
/// @param backoffMax the longest delay
/// @param maxPayloadBytes what a payload may have
/// @param store how messages are kept; cannot be changed later
public record QueueSettings(
    long maxMessages,
    long maxBytes,
    WhenFull whenFull,
    Duration dedupWindow,
    Duration retain,
    int retries,
    Duration lease,
    Duration backoff,
    Duration backoffMax,
    long maxPayloadBytes,
    Store store) {

  /// The longest duration of a setting: so that no clock overflows.
  public static final Duration LONGEST = Duration.ofDays(36_500);

  /// What a send to a full queue does.
  public enum WhenFull {
    BLOCK,
    REFUSE
  }

  public QueueSettings {
    if (maxMessages < 0) throw new IllegalArgumentException("maxMessages is negative");
    if (maxBytes < 0) throw new IllegalArgumentException("maxBytes is negative");
    if (retries < 0) throw new IllegalArgumentException("retries is negative");
    if (maxPayloadBytes < 0 || maxPayloadBytes > 1L << 30) {
      throw new IllegalArgumentException("maxPayloadBytes is not between 0 and 1 GiB");
    }
    requireNotNegative("dedupWindow", dedupWindow);
    requireNotNegative("retain", retain);
    requireNotNegative("lease", lease);
    requireNotNegative("backoff", backoff);
    requireNotNegative("backoffMax", backoffMax);
  }

  public static QueueSettings defaults() {
    return new QueueSettings(
        0,
        0,
        WhenFull.BLOCK,
        Duration.ofHours(1),
        Duration.ZERO,
        10,
        Duration.ZERO,
        Duration.ofSeconds(1),
        Duration.ofMinutes(5),
        64L << 20,
        Store.SPOOL);
  }

  public QueueSettings withMaxMessages(long wanted) {
    return new QueueSettings(
        wanted,
        maxBytes,
        whenFull,
        dedupWindow,
        retain,
        retries,
        lease,
        backoff,
        backoffMax,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withMaxBytes(long wanted) {
    return new QueueSettings(
        maxMessages,
        wanted,
        whenFull,
        dedupWindow,
        retain,
        retries,
        lease,
        backoff,
        backoffMax,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withWhenFull(WhenFull wanted) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        wanted,
        dedupWindow,
        retain,
        retries,
        lease,
        backoff,
        backoffMax,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withDedupWindow(Duration wanted) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        whenFull,
        wanted,
        retain,
        retries,
        lease,
        backoff,
        backoffMax,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withRetain(Duration wanted) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        whenFull,
        dedupWindow,
        wanted,
        retries,
        lease,
        backoff,
        backoffMax,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withRetries(int wanted) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        whenFull,
        dedupWindow,
        retain,
        wanted,
        lease,
        backoff,
        backoffMax,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withLease(Duration wanted) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        whenFull,
        dedupWindow,
        retain,
        retries,
        wanted,
        backoff,
        backoffMax,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withBackoff(Duration first, Duration longest) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        whenFull,
        dedupWindow,
        retain,
        retries,
        lease,
        first,
        longest,
        maxPayloadBytes,
        store);
  }

  public QueueSettings withMaxPayloadBytes(long wanted) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        whenFull,
        dedupWindow,
        retain,
        retries,
        lease,
        backoff,
        backoffMax,
        wanted,
        store);
  }

  public QueueSettings withStore(Store wanted) {
    return new QueueSettings(
        maxMessages,
        maxBytes,
        whenFull,
        dedupWindow,
        retain,
        retries,
        lease,
        backoff,
        backoffMax,
        maxPayloadBytes,
        wanted);
  }

  private static void requireNotNegative(String name, Duration value) {
    if (value.isNegative() || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(name + " is not between 0 and 100 years: " + value);
    }
  }
}
