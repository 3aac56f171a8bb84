package dev.parley.primitive.set;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.sys.Names;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which name stands for an element, and which element a name stands for: one of each.
///
/// ```text
///   the bytes themselves, but %XX for / % 00..1F 7F, and for a dot at the start
///   %                     the empty element
///   %sha256-HEX           one whose name would have more than 255 bytes: the file contains it
/// ```
final class ElementName {
  /// What every filesystem of Linux's own allows.
  static final int MOST_BYTES = 255;

  private static final String EMPTY = "%";
  private static final String HASHED = "%sha256-";
  private static final Pattern HASHED_FORM = Pattern.compile(HASHED + "[0-9a-f]{64}");
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private ElementName() {}

  static String of(Element element) {
    byte[] bytes = element.bytes();
    if (bytes.length == 0) return EMPTY;
    byte[] name = escaped(bytes);
    return name.length > MOST_BYTES ? hashed(bytes) : Names.decode(name, 0, name.length);
  }

  /// Whether the element is what the file contains.
  static boolean isHashed(String name) {
    return HASHED_FORM.matcher(name).matches();
  }

  /// The name of a long element.
  static String hashed(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HASHED + HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The element that a name stands for by itself; null if none would have it.
  static @Nullable Element elementOf(String name) {
    if (name.equals(EMPTY)) return Element.of(new byte[0]);
    byte[] bytes = Names.encode(name);
    if (bytes == null || name.startsWith(".")) return null;
    Element element = unescaped(bytes);
    return element != null && of(element).equals(name) ? element : null;
  }

  private static byte[] escaped(byte[] bytes) {
    ByteArrayOutputStream name = new ByteArrayOutputStream(bytes.length + 16);
    for (int i = 0; i < bytes.length; i++) {
      byte b = bytes[i];
      if (needsEscape(b) || i == 0 && b == '.') {
        name.write('%');
        name.writeBytes(HEX.toHexDigits(b).getBytes(US_ASCII));
      } else {
        name.write(b);
      }
    }
    return name.toByteArray();
  }

  private static boolean needsEscape(byte b) {
    return b >= 0 && b < ' ' || b == 0x7F || b == '/' || b == '%';
  }

  private static @Nullable Element unescaped(byte[] name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(name.length);
    for (int i = 0; i < name.length; i++) {
      if (name[i] != '%') {
        bytes.write(name[i]);
        continue;
      }
      if (i + 2 >= name.length) return null;
      if (!HexFormat.isHexDigit(name[i + 1]) || !HexFormat.isHexDigit(name[i + 2])) return null;
      bytes.write(HexFormat.fromHexDigit(name[i + 1]) << 4 | HexFormat.fromHexDigit(name[i + 2]));
      i += 2;
    }
    return Element.of(bytes.toByteArray());
  }
}
