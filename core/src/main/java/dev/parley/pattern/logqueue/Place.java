package dev.parley.pattern.logqueue;

import java.util.Locale;

/// Where a message is. The words are those of the spool's folders.
enum Place {
  READY,
  DELAYED,
  CLAIMED,
  HELD,
  DEAD,
  DONE;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Place of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /// Whether it counts against the queue's bounds.
  boolean takesRoom() {
    return this != DEAD && this != DONE;
  }
}
