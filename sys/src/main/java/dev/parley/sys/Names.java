package dev.parley.sys;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import org.jspecify.annotations.Nullable;

/// How the kernel's names, which are any bytes, become strings and come back unchanged.
///
/// Names are UTF-8. A byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 +
/// byte, and such a surrogate becomes that byte again: every name the kernel can list can be
/// opened, renamed or removed. (Source: Python's PEP 383, "surrogateescape".) The default locale
/// plays no part.
public final class Names {
  private static final char ESCAPE = 0xDC00;

  private Names() {}

  /// The bytes of `name`, or null if no file can be called that: it contains a NUL, or a lone
  /// surrogate that stands for no byte.
  public static byte @Nullable [] encode(String name) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(name.length() + 16);
    int codePoint;
    for (int i = 0; i < name.length(); i += Character.charCount(codePoint)) {
      codePoint = name.codePointAt(i);
      if (codePoint == 0) return null;
      if (codePoint < 0x80) {
        bytes.write(codePoint);
      } else if (codePoint >= ESCAPE + 0x80 && codePoint <= ESCAPE + 0xFF) {
        bytes.write(codePoint - ESCAPE);
      } else if (Character.getType(codePoint) == Character.SURROGATE) {
        return null;
      } else {
        bytes.writeBytes(Character.toString(codePoint).getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  /// The name in `bytes[start, end)`.
  public static String decode(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (bytes[i] < 0) return decodeUtf8(ByteBuffer.wrap(bytes, start, end - start));
    }
    return new String(bytes, start, end - start, ISO_8859_1);
  }

  private static String decodeUtf8(ByteBuffer bytes) {
    CharBuffer chars = CharBuffer.allocate(bytes.remaining());
    CharsetDecoder decoder = UTF_8.newDecoder();
    while (true) {
      CoderResult result = decoder.decode(bytes, chars, true);
      if (result.isUnderflow()) return chars.flip().toString();
      for (int i = 0; i < result.length(); i++) chars.put((char) (ESCAPE + (bytes.get() & 0xFF)));
    }
  }
}
