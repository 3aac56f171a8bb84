package dev.parley;

import java.time.Duration;

/// How a topic behaves, for all processes.
///
/// @param retention how long an entry is kept at least, for subscribers that come later
/// @param maxPayloadBytes what a payload may have
public record TopicSettings(Duration retention, long maxPayloadBytes) {
  public TopicSettings {
    if (retention.isNegative() || retention.compareTo(QueueSettings.LONGEST) > 0) {
      throw new IllegalArgumentException("retention is not between 0 and 100 years: " + retention);
    }
    if (maxPayloadBytes < 0 || maxPayloadBytes > 1L << 30) {
      throw new IllegalArgumentException("maxPayloadBytes is not between 0 and 1 GiB");
    }
  }

  public static TopicSettings defaults() {
    return new TopicSettings(Duration.ofHours(1), 64L << 20);
  }

  public TopicSettings withRetention(Duration wanted) {
    return new TopicSettings(wanted, maxPayloadBytes);
  }
}
