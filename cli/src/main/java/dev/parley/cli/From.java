package dev.parley.cli;

import dev.parley.SubscribeOptions;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;

/// What `--from` says.
final class From {
  private From() {}

  /// @throws IllegalArgumentException if it is none of all that
  static SubscribeOptions.From parse(String text, Instant now) {
    if (text.equals("beginning")) return SubscribeOptions.From.BEGINNING;
    if (text.equals("now")) return SubscribeOptions.From.NOW;
    if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}.*"))
      return new SubscribeOptions.From.Since(time(text));
    // An age has units; a bare number is the id of a message.
    if (text.matches("([0-9.]+(ms|s|m|h|d))+")) {
      return new SubscribeOptions.From.Since(now.minus(Durations.parse(text)));
    }
    if (!text.matches("[0-9A-Za-z-]{16,}")) {
      throw new IllegalArgumentException(
          "--from '"
              + text
              + "' is neither beginning, now, the id of a message, an age such as 10m, nor a time such as"
              + " 2026-07-01T12:00:00Z");
    }
    return new SubscribeOptions.From.After(text);
  }

  /// With an offset, or in this machine's time zone without one.
  private static Instant time(String text) {
    try {
      if (text.length() == 10) {
        return LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant();
      }
      return text.matches(".*(Z|[+-][0-9:]+)$")
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant();
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "--from " + text + " is not a time such as 2026-07-01T12:00:00Z", e);
    }
  }
}
