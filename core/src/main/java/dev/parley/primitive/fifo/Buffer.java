package dev.parley.primitive.fifo;

import java.util.Arrays;

/// Bytes that were read and not used yet, in `bytes[start, end)`.
final class Buffer {
  private byte[] bytes = new byte[8192];
  private int start;
  private int end;

  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  int size() {
    return end - start;
  }

  void add(byte[] from, int length) {
    if (length > bytes.length - end) {
      int size = size();
      byte[] target = length > bytes.length - size ? new byte[2 * (size + length)] : bytes;
      System.arraycopy(bytes, start, target, 0, size);
      bytes = target;
      start = 0;
      end = size;
    }
    System.arraycopy(from, 0, bytes, end, length);
    end += length;
  }

  void drop(int count) {
    start += count;
  }

  byte[] take(int count) {
    byte[] taken = Arrays.copyOfRange(bytes, start, start + count);
    start += count;
    return taken;
  }
}
