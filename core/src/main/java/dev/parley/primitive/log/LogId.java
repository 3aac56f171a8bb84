package dev.parley.primitive.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.primitive.file.RandomName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The line that a log begins with, which tells it from others, whatever its name is: `RS # ID LF`.
final class LogId {
  static final byte MARK = '#';
  static final int LINE_BYTES = 19;

  private static final Pattern LINE = Pattern.compile("\u001e#([0-9a-f]{16})\n");

  private LogId() {}

  /// The first line of a new log.
  static byte[] newLine() {
    return ("\u001e#" + RandomName.hex(16) + "\n").getBytes(US_ASCII);
  }

  /// The id in a file's first bytes; empty if there is none.
  static String in(byte[] bytes) {
    Matcher line = LINE.matcher(new String(bytes, US_ASCII));
    return line.matches() ? line.group(1) : "";
  }
}
