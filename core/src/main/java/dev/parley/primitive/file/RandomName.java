package dev.parley.primitive.file;

import java.security.SecureRandom;

/// Random names.
public final class RandomName {
  private static final SecureRandom RANDOM = new SecureRandom();

  private RandomName() {}

  /// That many random lower-case hex digits, at most 16.
  public static String hex(int digits) {
    return hex(RANDOM.nextLong(), digits);
  }

  /// The last `digits` lower-case hex digits of a number, zero-padded.
  public static String hex(long number, int digits) {
    char[] text = new char[digits];
    for (int i = digits - 1; i >= 0; i--) {
      text[i] = Character.forDigit((int) (number & 15), 16);
      number >>>= 4;
    }
    return new String(text);
  }
}
