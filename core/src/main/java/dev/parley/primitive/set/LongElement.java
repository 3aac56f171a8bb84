package dev.parley.primitive.set;

import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// The files of elements that are too long for a name. Their content never changes: it is what the
/// name is made from.
final class LongElement {
  private LongElement() {}

  /// What a file contains; null if there is none. What is no file of this kind, or is too large,
  /// contains nothing.
  static byte @Nullable [] read(Dir dir, String name, int mostBytes) throws IOException {
    try {
      return dir.tryRead(name, mostBytes);
    } catch (UnsafePathException e) {
      return new byte[0];
    }
  }

  /// The element that a file of this name stands for; null if its content is not what the name
  /// says.
  static @Nullable Element of(String name, byte[] content) {
    return ElementName.hashed(content).equals(name) ? Element.of(content) : null;
  }
}
