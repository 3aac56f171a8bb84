package dev.parley.pattern.queue;

import dev.parley.DeadLetters.DeadLetter;
import dev.parley.Failure;
import dev.parley.Message;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Lines of a message's history: one JSON object each, written here by hand since that is all the
/// JSON there is.
public final class History {
  private static final Pattern REASON =
      Pattern.compile("\"reason\":\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"");
  private static final Pattern TIME = Pattern.compile("\"time\":\"([^\"]*)\"");

  private History() {}

  /// What happened to an attempt.
  ///
  /// @param event `failed`, `dead`, `replayed`
  public static String line(String event, int attempt, String member, Failure failure) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("time", Instant.now().toString());
    fields.put("event", event);
    fields.put("attempt", Integer.toString(attempt));
    fields.put("member", member);
    fields.put("reason", failure.reason());
    failure.details().forEach(fields::putIfAbsent);
    StringBuilder json = new StringBuilder(128);
    String separator = "{";
    for (Map.Entry<String, String> field : fields.entrySet()) {
      json.append(separator);
      quote(json, field.getKey());
      json.append(':');
      if (field.getKey().equals("attempt")) {
        json.append(field.getValue());
      } else {
        quote(json, field.getValue());
      }
      separator = ",";
    }
    return json.append('}').toString();
  }

  /// A dead letter, whose last line says why and when it died.
  public static DeadLetter letter(
      MessageName name, Optional<Message> message, List<String> history) {
    String last = history.isEmpty() ? "" : history.getLast();
    String reason = reason(last);
    return new DeadLetter(
        name.id(),
        name.attempts(),
        reason.isEmpty() ? "unknown" : reason,
        Optional.ofNullable(instant(time(last))),
        message,
        history);
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      return null;
    }
  }

  /// The reason a line gives, or an empty text.
  public static String reason(String line) {
    Matcher matcher = REASON.matcher(line);
    return matcher.find() ? unquote(matcher.group(1)) : "";
  }

  /// The time of a line, or an empty text.
  public static String time(String line) {
    Matcher matcher = TIME.matcher(line);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static void quote(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < 0x20) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  private static String unquote(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      char escaped = text.charAt(++i);
      switch (escaped) {
        case 'n' -> plain.append('\n');
        case 'r' -> plain.append('\r');
        case 't' -> plain.append('\t');
        case 'u' -> {
          plain.append((char) Integer.parseInt(text, i + 1, i + 5, 16));
          i += 4;
        }
        default -> plain.append(escaped);
      }
    }
    return plain.toString();
  }
}
