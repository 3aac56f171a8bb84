package dev.parley.primitive.atomic;

import dev.parley.BadFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/// A text as lines, which comes back byte for byte if none is changed.
///
/// @param lines without their ends
/// @param ends whether the last one has an end, too
record Lines(List<String> lines, boolean ends) {
  /// @throws BadFormatException if these bytes are no text of this charset
  static Lines of(byte[] bytes, Charset charset, String path) throws IOException {
    String text;
    try {
      text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new BadFormatException(path + " is no text in " + charset + ", so it has no lines");
    }
    List<String> lines = new ArrayList<>();
    int start = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      lines.add(text.substring(start, end));
      start = end + 1;
    }
    if (start < text.length()) lines.add(text.substring(start));
    return new Lines(lines, start == text.length());
  }

  /// To be changed at will.
  List<String> toList() {
    return new ArrayList<>(lines);
  }

  Lines with(List<String> others) {
    return new Lines(others, ends);
  }

  /// @throws IllegalArgumentException if a line has an end in it, or what the charset has not
  byte[] toBytes(Charset charset) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.indexOf('\n') >= 0)
        throw new IllegalArgumentException("a line is one line: " + line);
      text.append(line);
      if (ends || i < lines.size() - 1) text.append('\n');
    }
    try {
      ByteBuffer bytes = charset.newEncoder().encode(CharBuffer.wrap(text));
      byte[] array = new byte[bytes.remaining()];
      bytes.get(array);
      return array;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(charset + " cannot say what the new lines say", e);
    }
  }
}
