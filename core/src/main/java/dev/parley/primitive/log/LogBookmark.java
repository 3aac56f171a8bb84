package dev.parley.primitive.log;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A place in a log, to go on from later: written `LOG@POSITION`.
///
/// @param log which one: the 16 hex digits it begins with; empty for one that does not
/// @param position in bytes from the start of the file
public record LogBookmark(String log, long position) {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{16})?@([0-9]{1,18})");

  public LogBookmark {
    if (!FORM.matcher(log + "@" + position).matches()) {
      throw new IllegalArgumentException(log + "@" + position + " is no bookmark");
    }
  }

  /// What [#toString] says.
  public static LogBookmark parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is no bookmark such as 9f86d081884c7d65@4711");
    }
    String log = form.group(1);
    return new LogBookmark(log == null ? "" : log, Long.parseLong(form.group(2)));
  }

  @Override
  public String toString() {
    return log + "@" + position;
  }
}
