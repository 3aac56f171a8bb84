package dev.parley;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Why a message failed, kept in its history.
///
/// @param reason one line
/// @param delay until it comes again; empty takes the queue's back-off
/// @param details more to keep, such as `exit` and `stderr`
public record Failure(String reason, Optional<Duration> delay, Map<String, String> details) {
  public Failure {
    delay.ifPresent(
        wanted -> {
          if (wanted.isNegative() || wanted.compareTo(QueueSettings.LONGEST) > 0) {
            throw new IllegalArgumentException("a delay is between 0 and 100 years, not " + wanted);
          }
        });
  }

  public static Failure of(String reason) {
    return new Failure(reason, Optional.empty(), Map.of());
  }

  public Failure withDelay(Duration wanted) {
    return new Failure(reason, Optional.of(wanted), details);
  }

  public Failure withDetails(Map<String, String> more) {
    return new Failure(reason, delay, more);
  }
}
