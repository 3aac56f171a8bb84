package dev.parley.pattern.queue;

import dev.parley.PayloadTooLargeException;
import dev.parley.QueueFullException;
import dev.parley.QueueSettings;
import dev.parley.SettingsConflictException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/// What a queue's settings mean, in every store.
public final class QueueRules {
  private QueueRules() {}

  /// How long a message waits after a failure: doubles with each attempt; the second half of it is
  /// random, so that what failed together does not come together.
  public static Duration backoff(QueueSettings settings, int attempts) {
    long longest = settings.backoffMax().toMillis();
    long base = settings.backoff().toMillis();
    int doublings = Math.min(attempts - 1, 40);
    long delay = base > longest >> doublings ? longest : base << doublings;
    return Duration.ofMillis(delay - (long) (ThreadLocalRandom.current().nextDouble() * delay / 2));
  }

  public static void requireLease(Duration lease) {
    if (lease.isNegative() || lease.compareTo(QueueSettings.LONGEST) > 0) {
      throw new IllegalArgumentException("a lease is between 0 and 100 years, not " + lease);
    }
  }

  /// @param path the queue's folder
  public static void requireAllowed(byte[] payload, QueueSettings settings, String path)
      throws PayloadTooLargeException {
    if (payload.length <= settings.maxPayloadBytes()) return;
    throw new PayloadTooLargeException(
        "a payload of "
            + payload.length
            + " bytes is over the limit of "
            + path
            + ", which is "
            + settings.maxPayloadBytes()
            + " bytes; send a reference to the data instead, or raise maxPayload in its settings");
  }

  /// @param bytes what the message takes in the store
  public static void requireFits(long bytes, QueueSettings settings, String path)
      throws PayloadTooLargeException {
    if (settings.maxBytes() == 0 || bytes <= settings.maxBytes()) return;
    throw new PayloadTooLargeException(
        "a message of "
            + bytes
            + " bytes can never fit into "
            + path
            + ", which is bounded to "
            + settings.maxBytes()
            + " bytes; send less, or parley configure --max-bytes");
  }

  public static QueueFullException full(String path) {
    return new QueueFullException(
        "the queue at "
            + path
            + " is full; receive from it, or raise its bound with parley configure --max-messages or --max-bytes");
  }

  public static boolean isBounded(QueueSettings settings) {
    return settings.maxMessages() > 0 || settings.maxBytes() > 0;
  }

  /// @throws SettingsConflictException if the queue has other settings than wanted; names the
  ///   difference
  public static void requireSame(String name, QueueSettings there, QueueSettings wanted)
      throws IOException {
    String difference = SettingsFile.difference(there, wanted);
    if (difference.isEmpty()) return;
    throw new SettingsConflictException(
        "the queue "
            + name
            + " is there with other settings: "
            + difference
            + " (durations in milliseconds); ask for those it has, or change them with parley configure "
            + name);
  }
}
