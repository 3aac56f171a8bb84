package dev.parley.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Durations as people write them: `250ms`, `10s`, `1h30m`, `1.5h`; a bare number is seconds.
final class Durations implements ITypeConverter<Duration> {
  private static final Pattern PART = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ms|s|m|h|d)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(?:\\.[0-9]+)?");
  private static final Duration LONGEST = Duration.ofDays(36_500);

  @Override
  public Duration convert(String text) {
    try {
      return parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }

  /// @throws IllegalArgumentException if it is not written like that, or is over a hundred years
  static Duration parse(String text) {
    if (NUMBER.matcher(text).matches()) return times(text, "s");
    Matcher part = PART.matcher(text);
    Duration sum = Duration.ZERO;
    int end = 0;
    while (end < text.length() && part.find(end) && part.start() == end) {
      sum = sum.plus(times(part.group(1), part.group(2)));
      end = part.end();
    }
    if (end == 0 || end != text.length()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a duration such as 250ms, 10s, 1h30m, or a number of seconds");
    }
    return limited(sum);
  }

  private static Duration times(String number, String unit) {
    long unitNanos =
        switch (unit) {
          case "ms" -> 1_000_000L;
          case "s" -> 1_000_000_000L;
          case "m" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          default -> 86_400_000_000_000L;
        };
    BigDecimal nanos = new BigDecimal(number).multiply(BigDecimal.valueOf(unitNanos));
    if (nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0) throw tooLong();
    return Duration.ofNanos(nanos.setScale(0, RoundingMode.CEILING).longValueExact());
  }

  private static Duration limited(Duration duration) {
    if (duration.compareTo(LONGEST) > 0) throw tooLong();
    return duration;
  }

  private static IllegalArgumentException tooLong() {
    return new IllegalArgumentException("a duration of over a hundred years");
  }

  /// The duration to the millisecond, so that [#parse] gives it back.
  static String exact(Duration duration) {
    StringBuilder text = new StringBuilder();
    append(text, duration.toDays(), "d");
    append(text, duration.toHoursPart(), "h");
    append(text, duration.toMinutesPart(), "m");
    append(text, duration.toSecondsPart(), "s");
    append(text, duration.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long number, String unit) {
    if (number != 0) text.append(number).append(unit);
  }

  /// The duration in its two largest units, for a glance.
  static String about(Duration duration) {
    if (duration.toDays() > 0) return duration.toDays() + "d" + duration.toHoursPart() + "h";
    if (duration.toHours() > 0) return duration.toHours() + "h" + duration.toMinutesPart() + "m";
    if (duration.toMinutes() > 0)
      return duration.toMinutes() + "m" + duration.toSecondsPart() + "s";
    if (duration.toSeconds() > 0) return duration.toSeconds() + "s";
    return duration.toMillis() + "ms";
  }
}
