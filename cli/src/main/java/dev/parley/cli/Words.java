package dev.parley.cli;

import java.util.Locale;

/// How the command line writes what Java writes in capitals.
final class Words {
  private Words() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /// `1 message`, `2 messages`.
  static String count(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }
}
