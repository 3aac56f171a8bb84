package dev.parley.testkit.soak;

import java.util.List;

/// One line of a [Ledger].
///
/// @param nanos the boot-time clock
/// @param words what comes after the act
record Entry(long nanos, String act, List<String> words) {
  static Entry parse(String line) {
    String[] parts = line.split(" ", 3);
    List<String> words = parts.length < 3 ? List.of() : List.of(parts[2].split(" "));
    return new Entry(Long.parseLong(parts[0]), parts[1].intern(), words);
  }

  String word(int index) {
    return words.get(index);
  }

  long number(int index) {
    return Long.parseLong(words.get(index));
  }

  String text() {
    return String.join(" ", words);
  }

  @Override
  public String toString() {
    return nanos + " " + act + " " + text();
  }
}
