package dev.parley.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/// One line between the benchmark and a process it started: a word, then numbers by name, as in
/// `send from=0 count=20000 rate=0`.
record Line(String word, Map<String, Long> numbers) {

  static Line of(String word) {
    return new Line(word, Map.of());
  }

  Line with(String name, long number) {
    Map<String, Long> more = new LinkedHashMap<>(numbers);
    more.put(name, number);
    return new Line(word, more);
  }

  /// @throws BenchFailedException if this is no such line
  static Line parse(String text) throws BenchFailedException {
    String[] parts = text.strip().split(" ");
    Map<String, Long> numbers = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 1) throw new BenchFailedException("not understood: '" + text + "'");
      try {
        numbers.put(parts[i].substring(0, equals), Long.parseLong(parts[i].substring(equals + 1)));
      } catch (NumberFormatException e) {
        throw new BenchFailedException("not understood: '" + text + "'");
      }
    }
    return new Line(parts[0], numbers);
  }

  /// @throws BenchFailedException if the line has no such number
  long number(String name) throws BenchFailedException {
    Long number = numbers.get(name);
    if (number == null) throw new BenchFailedException("no " + name + " in '" + this + "'");
    return number;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(word);
    numbers.forEach((name, number) -> text.append(' ').append(name).append('=').append(number));
    return text.toString();
  }
}
