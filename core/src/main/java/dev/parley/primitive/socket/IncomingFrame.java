package dev.parley.primitive.socket;

import dev.parley.sys.Fd;
import dev.parley.sys.SocketMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A frame that is being received. Memory is taken for what has come, not for what a header
/// promises.
final class IncomingFrame implements AutoCloseable {
  private static final int FIRST_BYTES = 64 * 1024;

  private final int mostDescriptors;
  private final byte[] header = new byte[FrameChannel.HEADER_BYTES];
  private final List<Fd> descriptors = new ArrayList<>();
  private int headerBytes;
  private long length = -1;
  private byte[] body = {};
  private int bodyBytes;
  private boolean cut;
  private int arrivedDescriptors;

  IncomingFrame(int mostDescriptors) {
    this.mostDescriptors = mostDescriptors;
  }

  /// Takes what belongs to it of `from[at, end)`.
  ///
  /// @return how many bytes that was
  int add(byte[] from, int at) {
    int begin = at;
    if (length < 0) {
      int count = Math.min(header.length - headerBytes, from.length - at);
      System.arraycopy(from, at, header, headerBytes, count);
      headerBytes += count;
      at += count;
      if (headerBytes < header.length) return at - begin;
      length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt());
    }
    int count = (int) Math.min(length - bodyBytes, from.length - at);
    if (bodyBytes + count > body.length) grow(bodyBytes + count);
    System.arraycopy(from, at, body, bodyBytes, count);
    bodyBytes += count;
    return at + count - begin;
  }

  private void grow(int wanted) {
    long size = Math.max(wanted, Math.min(length, Math.max(FIRST_BYTES, 2L * body.length)));
    body = Arrays.copyOf(body, (int) size);
  }

  /// Takes the descriptors that came with its bytes.
  void add(SocketMessage message) {
    cut |= message.descriptorsCut();
    arrivedDescriptors += message.descriptors().size();
    descriptors.addAll(message.descriptors());
    if (arrivedDescriptors > mostDescriptors) cut = true;
    if (cut) close();
  }

  /// Whether nothing of it has come.
  boolean isEmpty() {
    return headerBytes == 0;
  }

  boolean isComplete() {
    return bodyBytes == length;
  }

  /// Whether descriptors are missing.
  boolean isCut() {
    return cut;
  }

  int arrivedDescriptors() {
    return arrivedDescriptors;
  }

  /// As announced; -1 as long as the header is not there.
  long length() {
    return length;
  }

  /// How much of it has come.
  int bodyBytes() {
    return bodyBytes;
  }

  byte[] body() {
    return body.length == bodyBytes ? body : Arrays.copyOf(body, bodyBytes);
  }

  List<Fd> descriptors() {
    return List.copyOf(descriptors);
  }

  /// Closes its descriptors.
  @Override
  public void close() {
    descriptors.forEach(Fd::close);
    descriptors.clear();
  }
}
