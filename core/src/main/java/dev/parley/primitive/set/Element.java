package dev.parley.primitive.set;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// An element of a set: some bytes. Two of the same bytes are equal.
public final class Element {
  private final byte[] bytes;

  private Element(byte[] bytes) {
    this.bytes = bytes;
  }

  public static Element of(byte[] bytes) {
    return new Element(bytes.clone());
  }

  public static Element of(String text) {
    return new Element(text.getBytes(UTF_8));
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  public int length() {
    return bytes.length;
  }

  public String text() {
    return new String(bytes, UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Element element && Arrays.equals(bytes, element.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return text();
  }
}
