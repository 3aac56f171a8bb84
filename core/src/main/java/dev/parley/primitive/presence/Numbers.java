package dev.parley.primitive.presence;

/// Numbers as the kernel writes them; those beyond a long, such as 2^64 - 1 for "no limit", count
/// as the largest long.
final class Numbers {
  private Numbers() {}

  static boolean isNumber(String text) {
    return text.matches("-?[0-9]{1,30}");
  }

  static long parse(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
