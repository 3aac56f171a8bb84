package dev.parley.primitive.file;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Names of the files that stand beside a file and belong to it: `.NAME.SUFFIX`. Where that would
/// be longer than a name may be, a hash takes the place of NAME.
public final class Companion {
  private static final int MOST_NAME_BYTES = 255;
  private static final int HASH_DIGITS = 32;

  private Companion() {}

  /// @param suffix such as `.lock`
  public static String of(String name, String suffix) {
    return fitting("." + name + suffix, name, suffix);
  }

  /// The same for what people should see: `NAME.SUFFIX`.
  public static String visible(String name, String suffix) {
    return fitting(name + suffix, name, suffix);
  }

  private static String fitting(String companion, String name, String suffix) {
    // A byte that is no UTF-8 is one char in a name, and one byte here.
    if (companion.getBytes(UTF_8).length <= MOST_NAME_BYTES) return companion;
    return "." + hash(name) + suffix;
  }

  private static String hash(String name) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (int i = 0; i < name.length(); i++) {
        sha.update((byte) (name.charAt(i) >> 8));
        sha.update((byte) name.charAt(i));
      }
      return HexFormat.of().formatHex(sha.digest()).substring(0, HASH_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
