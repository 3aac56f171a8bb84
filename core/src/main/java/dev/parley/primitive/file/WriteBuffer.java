package dev.parley.primitive.file;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;

/// Gathers bytes for a file, so that 256 kB at a time go to the kernel.
public final class WriteBuffer {
  /// What the system call layer takes at once.
  private static final int MOST_BYTES = 256 << 10;

  private static final int LEAST_BYTES = 64;

  private final Kernel kernel;
  private final Fd file;
  private final boolean appends;
  private final byte[] buffer;
  private long position;
  private int filled;

  private WriteBuffer(Kernel kernel, Fd file, boolean appends, long position, long bytes) {
    this.kernel = kernel;
    this.file = file;
    this.appends = appends;
    this.position = position;
    this.buffer = new byte[Math.clamp(bytes, LEAST_BYTES, MOST_BYTES)];
  }

  /// Writes from a position on.
  ///
  /// @param bytes how many there will be, about
  public static WriteBuffer at(Kernel kernel, Fd file, long position, long bytes) {
    return new WriteBuffer(kernel, file, false, position, bytes);
  }

  /// Writes where the descriptor stands, or to the end if it was opened for appending.
  public static WriteBuffer of(Kernel kernel, Fd file, long bytes) {
    return new WriteBuffer(kernel, file, true, 0, bytes);
  }

  public void put(byte b) throws IOException {
    if (filled == buffer.length) flush();
    buffer[filled++] = b;
  }

  public void put(byte[] bytes) throws IOException {
    put(bytes, 0, bytes.length);
  }

  public void put(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      if (filled == buffer.length) flush();
      int count = Math.min(end - from, buffer.length - filled);
      System.arraycopy(bytes, from, buffer, filled, count);
      filled += count;
      from += count;
    }
  }

  /// How many bytes there were up to now, or where the next one goes.
  public long position() {
    return position + filled;
  }

  /// Hands everything to the kernel.
  public void flush() throws IOException {
    int from = 0;
    while (from < filled) {
      int count =
          appends
              ? kernel.write(file, buffer, from, filled - from)
              : kernel.writeAt(file, position, buffer, from, filled - from);
      from += count;
      position += count;
    }
    filled = 0;
  }
}
