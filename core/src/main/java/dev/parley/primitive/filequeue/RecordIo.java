package dev.parley.primitive.filequeue;

import dev.parley.BadFormatException;
import dev.parley.primitive.filequeue.Layout.Head;
import dev.parley.primitive.filequeue.Layout.Header;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Reads the records of one file, by their positions.
final class RecordIo {
  private static final int WINDOW_BYTES = 64 << 10;

  private final Kernel kernel;
  private final Fd fd;
  private final Header header;

  RecordIo(Kernel kernel, Fd fd, Header header) {
    this.kernel = kernel;
    this.fd = fd;
    this.header = header;
  }

  /// Reads a file's header.
  ///
  /// @throws BadFormatException if it has none
  static Header header(Kernel kernel, Fd fd) throws IOException {
    byte[] bytes = new byte[Layout.HEADER_BYTES];
    Header header = read(kernel, fd, 0, bytes) == bytes.length ? Header.of(bytes) : null;
    if (header == null) {
      throw new BadFormatException(
          fd.path()
              + " is no queue, or its first "
              + Layout.HEADER_BYTES
              + " bytes are damaged; move it away, and what is in it can be read by hand");
    }
    return header;
  }

  Header header() {
    return header;
  }

  /// Where in the file a position is.
  long offset(long position) {
    return position - header.base() + Layout.HEADER_BYTES;
  }

  /// The position behind the last byte of the file.
  long end() throws IOException {
    return kernel.status(fd).sizeBytes() - Layout.HEADER_BYTES + header.base();
  }

  /// The whole record that begins there, and ends at `limit` or before; null if there is none. Its
  /// content is not looked at.
  @Nullable Head head(long position, long limit) throws IOException {
    if (position < header.base() || position + Layout.FRAME_BYTES > limit) return null;
    byte[] bytes = new byte[Layout.HEAD_BYTES];
    if (read(position, bytes) < bytes.length) return null;
    Head head = Head.of(header, position, bytes, 0);
    return head == null || !isWhole(head, limit) ? null : head;
  }

  /// The whole record that ends there; null if there is none.
  @Nullable Head headBefore(long end) throws IOException {
    if (end - Layout.FRAME_BYTES < header.base()) return null;
    byte[] tail = new byte[Layout.TAIL_BYTES];
    if (read(end - tail.length, tail) < tail.length) return null;
    int length = Layout.lengthBefore(tail);
    return length < 0 ? null : head(end - Layout.FRAME_BYTES - length, end);
  }

  /// Whether a record begins there that does not come to its end before `limit`, as its writer
  /// died.
  boolean isCutShort(long position, long limit) throws IOException {
    if (limit - position < Layout.HEAD_BYTES) return true;
    byte[] bytes = new byte[Layout.HEAD_BYTES];
    if (read(position, bytes) < bytes.length) return true;
    Head head = Head.of(header, position, bytes, 0);
    return head != null && head.end() > limit;
  }

  private boolean isWhole(Head head, long limit) throws IOException {
    if (head.end() > limit) return false;
    byte[] tail = new byte[Layout.TAIL_BYTES];
    return read(head.end() - tail.length, tail) == tail.length && head.hasTail(tail);
  }

  /// A record's content; null if it is damaged.
  byte @Nullable [] content(Head head) throws IOException {
    byte[] content = new byte[head.length()];
    byte[] tail = new byte[Layout.TAIL_BYTES];
    long at = head.position() + Layout.HEAD_BYTES;
    if (read(at, content) < content.length) return null;
    if (read(at + content.length, tail) < tail.length) return null;
    return head.has(header, content, tail) ? content : null;
  }

  /// Whether a record, which is whole, has this content, by its checksum.
  boolean hasContent(Head head, byte[] content) throws IOException {
    byte[] tail = new byte[Layout.TAIL_BYTES];
    return content.length == head.length()
        && read(head.end() - tail.length, tail) == tail.length
        && head.has(header, content, tail);
  }

  /// The first whole record that begins at `from` or later, wherever that is; null if there is
  /// none.
  @Nullable Head search(long from, long limit) throws IOException {
    byte[] window = new byte[WINDOW_BYTES];
    for (long at = from; at + Layout.FRAME_BYTES <= limit; ) {
      int filled = read(at, window);
      int last = filled - Layout.HEAD_BYTES;
      for (int i = 0; i <= last; i++) {
        if (window[i] != 'P' || window[i + 1] != 'Q') continue;
        Head head = Head.of(header, at + i, window, i);
        if (head != null && isWhole(head, limit)) return head;
      }
      if (last < 0) return null;
      at += last + 1;
    }
    return null;
  }

  private int read(long position, byte[] into) throws IOException {
    return read(kernel, fd, offset(position), into);
  }

  /// Reads until the array is full or the file ends.
  ///
  /// @return how many bytes
  private static int read(Kernel kernel, Fd fd, long offset, byte[] into) throws IOException {
    int filled = 0;
    while (filled < into.length) {
      int count = kernel.readAt(fd, offset + filled, into, filled, into.length - filled);
      if (count == 0) break;
      filled += count;
    }
    return filled;
  }
}
