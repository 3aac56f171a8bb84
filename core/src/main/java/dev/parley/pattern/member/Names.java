package dev.parley.pattern.member;

import dev.parley.InvalidNameException;
import java.util.Set;
import java.util.regex.Pattern;

/// Which names are valid in a space; see `docs/layout.md`, section 1.
public final class Names {
  private static final Pattern QUEUE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final Pattern TOPIC = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final Pattern TOPIC_PATTERN =
      Pattern.compile("([A-Za-z0-9_-]+|\\*\\*?)(\\.([A-Za-z0-9_-]+|\\*\\*?))*");
  private static final int MOST = 128;

  /// The files in `locks/` that Parley locks itself.
  public static final Set<String> OWN_LOCKS = Set.of("reaper", "epoch", "format");

  private Names() {}

  public static boolean isQueue(String name) {
    return QUEUE.matcher(name).matches();
  }

  public static boolean isTopic(String name) {
    return name.length() <= MOST && TOPIC.matcher(name).matches();
  }

  public static String queue(String name) {
    if (isQueue(name)) return name;
    throw new InvalidNameException(
        "'"
            + shown(name)
            + "' is no valid name: use 1 to 128 of A-Z a-z 0-9 . _ - and start with a"
            + " letter or digit");
  }

  /// As for queues, but not one of those that Parley locks itself.
  public static boolean isLock(String name) {
    return isQueue(name) && !OWN_LOCKS.contains(name);
  }

  public static String lock(String name) {
    if (!OWN_LOCKS.contains(name)) return queue(name);
    throw new InvalidNameException(
        "'" + name + "' is a lock of Parley's own; call yours otherwise");
  }

  public static String topic(String name) {
    if (isTopic(name)) return name;
    throw new InvalidNameException(
        "'"
            + shown(name)
            + "' is no valid topic: use words of A-Z a-z 0-9 _ - joined by single dots,"
            + " 128 characters at most");
  }

  public static String topicPattern(String pattern) {
    if (pattern.length() <= MOST && TOPIC_PATTERN.matcher(pattern).matches()) return pattern;
    throw new InvalidNameException(
        "'"
            + shown(pattern)
            + "' is no valid topic pattern: use words of A-Z a-z 0-9 _ -, * for one"
            + " word or ** for any number, joined by single dots");
  }

  /// Fit for a message on a terminal.
  private static String shown(String name) {
    String text = name.replaceAll("\\p{Cntrl}", "?");
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }
}
