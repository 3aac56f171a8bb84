package dev.parley.testkit.soak;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/// What came of a [KillSoak].
///
/// @param figures by name, in the order of the table; whole numbers
/// @param faults how often each system call was really made to fail, by its name
/// @param violations what was not as promised, with the ledgers' lines that show it
public record SoakReport(
    Map<String, Long> figures, Map<String, Long> faults, List<String> violations) {

  public SoakReport {
    figures = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    faults = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(faults));
    violations = List.copyOf(violations);
  }

  public boolean isGood() {
    return violations.isEmpty();
  }

  /// @throws IllegalArgumentException if there is no such figure
  public long figure(String name) {
    Long figure = figures.get(name);
    if (figure == null) throw new IllegalArgumentException("no figure " + name);
    return figure;
  }

  /// For people.
  public String table() {
    StringBuilder text = new StringBuilder();
    figures.forEach((name, figure) -> text.append("%-34s %10d%n".formatted(name, figure)));
    if (!faults.isEmpty()) {
      StringJoiner calls = new StringJoiner(", ");
      faults.forEach((call, times) -> calls.add(call + " " + times));
      text.append("made to fail: %s%n".formatted(calls));
    }
    for (String violation : violations) text.append("VIOLATION %s%n".formatted(violation));
    text.append(isGood() ? "good" : violations.size() + " violations");
    return text.toString();
  }

  /// For programs: one line.
  public String json() {
    StringJoiner members = new StringJoiner(",", "{", "}");
    members.add("\"good\":" + isGood());
    members.add("\"figures\":" + json(figures));
    members.add("\"faults\":" + json(faults));
    StringJoiner list = new StringJoiner(",", "[", "]");
    for (String violation : violations) list.add(quoted(violation));
    members.add("\"violations\":" + list);
    return members.toString();
  }

  private static String json(Map<String, Long> numbers) {
    StringJoiner members = new StringJoiner(",", "{", "}");
    numbers.forEach((name, number) -> members.add(quoted(name.strip()) + ":" + number));
    return members.toString();
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        default -> {
          if (c < ' ') quoted.append("\\u%04x".formatted((int) c));
          else quoted.append(c);
        }
      }
    }
    return quoted.append('"').toString();
  }
}
