package dev.parley.pattern.queue;

import dev.parley.BadFormatException;
import dev.parley.QueueSettings;
import dev.parley.QueueSettings.WhenFull;
import dev.parley.Store;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;

/// A queue's settings as lines of `key=value`; durations in milliseconds.
public final class SettingsFile {
  private SettingsFile() {}

  /// @param before what was there: keys that this version does not know are kept
  public static Map<String, String> format(QueueSettings settings, Map<String, String> before) {
    Map<String, String> lines = new LinkedHashMap<>(before);
    lines.put("format", "1");
    lines.putAll(values(settings));
    return lines;
  }

  private static Map<String, String> values(QueueSettings settings) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("maxMessages", Long.toString(settings.maxMessages()));
    lines.put("maxBytes", Long.toString(settings.maxBytes()));
    lines.put("full", settings.whenFull().name().toLowerCase(Locale.ROOT));
    lines.put("dedupWindow", millis(settings.dedupWindow()));
    lines.put("retain", millis(settings.retain()));
    lines.put("retries", Integer.toString(settings.retries()));
    lines.put("lease", millis(settings.lease()));
    lines.put("backoff", millis(settings.backoff()));
    lines.put("backoffMax", millis(settings.backoffMax()));
    lines.put("maxPayload", Long.toString(settings.maxPayloadBytes()));
    lines.put("store", settings.store().name().toLowerCase(Locale.ROOT));
    return lines;
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  public static QueueSettings parse(Map<String, String> lines, String path)
      throws BadFormatException {
    QueueSettings defaults = QueueSettings.defaults();
    Map<String, String> all = values(defaults);
    all.putAll(lines);
    try {
      return new QueueSettings(
          Long.parseLong(value(all, "maxMessages")),
          Long.parseLong(value(all, "maxBytes")),
          WhenFull.valueOf(value(all, "full").toUpperCase(Locale.ROOT)),
          duration(value(all, "dedupWindow")),
          duration(value(all, "retain")),
          Integer.parseInt(value(all, "retries")),
          duration(value(all, "lease")),
          duration(value(all, "backoff")),
          duration(value(all, "backoffMax")),
          Long.parseLong(value(all, "maxPayload")),
          Store.valueOf(value(all, "store").toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      throw new BadFormatException(
          path
              + " is damaged ("
              + e.getMessage()
              + "); correct it, or set it anew with parley configure");
    }
  }

  private static String value(Map<String, String> all, String key) {
    return Objects.requireNonNull(all.get(key), key);
  }

  private static Duration duration(String millis) {
    return Duration.ofMillis(Long.parseLong(millis));
  }

  /// The settings that differ, as `name is A, wanted B`, or an empty text.
  public static String difference(QueueSettings there, QueueSettings wanted) {
    Map<String, String> mine = values(wanted);
    StringJoiner difference = new StringJoiner("; ");
    values(there)
        .forEach(
            (key, value) -> {
              String other = mine.get(key);
              if (!value.equals(other)) difference.add(key + " is " + value + ", wanted " + other);
            });
    return difference.toString();
  }
}
