package dev.parley.primitive.file;

import dev.parley.BadFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A small text file of `key=value` lines, replaced as a whole. Unknown keys are kept. In values
/// `\n`, `\r` and `\\` are escaped.
public final class PropertiesFile {
  private static final int MOST_BYTES = 1 << 20;

  private PropertiesFile() {}

  /// Reads it, or returns null if there is none.
  ///
  /// @throws BadFormatException if a line is not `key=value`
  public static @Nullable Map<String, String> tryRead(Dir dir, String name) throws IOException {
    byte[] bytes = dir.tryRead(name, MOST_BYTES);
    return bytes == null ? null : parse(bytes, 0, bytes.length, () -> dir.pathOf(name));
  }

  public static void replace(Dir dir, String name, Map<String, String> properties, boolean durable)
      throws IOException {
    dir.replaceFile(name, format(properties), durable);
  }

  public static byte[] format(Map<String, String> properties) {
    StringBuilder text = new StringBuilder(128);
    properties.forEach((key, value) -> appendLine(text, key, value));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  public static void appendLine(StringBuilder text, String key, String value) {
    text.append(key).append('=');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\\' -> text.append("\\\\");
        default -> text.append(c);
      }
    }
    text.append('\n');
  }

  /// @param path for the error message, asked for only then
  public static Map<String, String> parse(
      byte[] bytes, int offset, int length, Supplier<String> path) throws BadFormatException {
    Map<String, String> properties = new LinkedHashMap<>();
    String text = new String(bytes, offset, length, StandardCharsets.UTF_8);
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\n', start);
      int equals = text.indexOf('=', start);
      if (end < 0 || equals < 0 || equals > end) {
        throw new BadFormatException(
            path.get()
                + " is damaged: expected lines of key=value, found '"
                + text.substring(start, end < 0 ? text.length() : end)
                + "'");
      }
      properties.put(text.substring(start, equals), unescape(text.substring(equals + 1, end)));
      start = end + 1;
    }
    return properties;
  }

  private static String unescape(String value) {
    if (value.indexOf('\\') < 0) return value;
    StringBuilder text = new StringBuilder(value.length());
    int i = 0;
    while (i < value.length()) {
      char c = value.charAt(i++);
      if (c != '\\' || i == value.length()) {
        text.append(c);
        continue;
      }
      char escaped = value.charAt(i++);
      switch (escaped) {
        case 'n' -> text.append('\n');
        case 'r' -> text.append('\r');
        default -> text.append(escaped);
      }
    }
    return text.toString();
  }
}
