package dev.parley.cli;

import java.util.function.IntPredicate;

/// Text that others wrote, without control characters (Unicode's Cc: ESC, BEL, DEL, C1 ...), so
/// that nothing that is shown can play with the terminal. A `?` stands for each.
final class Printable {
  private Printable() {}

  static String line(String text) {
    return without(text, Character::isISOControl);
  }

  /// The same, with newlines and tabs left.
  static String lines(String text) {
    return without(text, c -> c != '\n' && c != '\t' && Character.isISOControl(c));
  }

  private static String without(String text, IntPredicate harmful) {
    if (text.codePoints().noneMatch(harmful)) return text;
    return text.codePoints()
        .map(c -> harmful.test(c) ? '?' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
