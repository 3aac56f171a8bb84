package dev.parley.primitive.atomic;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.BadFormatException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// The mark at the end of a checksummed file: `# sha256 `, the SHA-256 of all bytes before it in 64
/// hex digits, and a newline. A comment in many formats; `head -c -74 FILE | sha256sum` compares.
final class Checksum {
  static final int BYTES = 74;

  private static final String START = "# sha256 ";

  private Checksum() {}

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The mark for content that `digest` has seen.
  static byte[] mark(MessageDigest digest) {
    return (START + HexFormat.of().formatHex(digest.digest()) + "\n").getBytes(US_ASCII);
  }

  static byte[] marked(byte[] content) {
    MessageDigest digest = digest();
    digest.update(content);
    byte[] marked = Arrays.copyOf(content, content.length + BYTES);
    System.arraycopy(mark(digest), 0, marked, content.length, BYTES);
    return marked;
  }

  /// The content before the mark.
  ///
  /// @throws BadFormatException if there is no mark, or not this content's
  static byte[] unmarked(byte[] bytes, String path) throws BadFormatException {
    int length = bytes.length - BYTES;
    if (length >= 0) {
      MessageDigest digest = digest();
      digest.update(bytes, 0, length);
      if (Arrays.equals(bytes, length, bytes.length, mark(digest), 0, BYTES)) {
        return Arrays.copyOf(bytes, length);
      }
    }
    throw new BadFormatException(
        path
            + " is damaged: it does not end with the checksum of what is in it; restore it from a"
            + " backup, or write it anew");
  }
}
