package dev.parley.primitive.attribute;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// How attributes are changed.
///
/// @param durable whether what was returned from survives a power cut
/// @param atMost how long to wait for others who have the file locked
public record AttributeOptions(boolean durable, Duration atMost) {
  private static final AttributeOptions DEFAULTS =
      new AttributeOptions(true, ChronoUnit.FOREVER.getDuration());

  public AttributeOptions {
    if (atMost.isNegative()) throw new IllegalArgumentException("atMost: " + atMost);
  }

  /// Durable, waits without limit.
  public static AttributeOptions defaults() {
    return DEFAULTS;
  }

  public AttributeOptions withDurable(boolean newDurable) {
    return new AttributeOptions(newDurable, atMost);
  }

  public AttributeOptions withAtMost(Duration newAtMost) {
    return new AttributeOptions(durable, newAtMost);
  }
}
