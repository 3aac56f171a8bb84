package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Fd;
import dev.parley.sys.SocketMessage;
import dev.parley.sys.Sockets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Messages as frames over a stream:
///
/// ```text
///   0  length  u32, most significant byte first
///   4  bytes
/// ```
///
/// A frame with descriptors is sent by one sendmsg(2), as far as the buffer takes it; they travel
/// with its first byte. The kernel ends a receive with the bytes that descriptors came with, so
/// they belong to the frame that the last byte received is in. Source: unix_stream_read_generic in
/// the kernel's net/unix/af_unix.c.
final class FrameChannel implements MessageChannel {
  static final int HEADER_BYTES = 4;
  private static final Reception END = new Reception.End();
  private static final Reception TIME_IS_UP = new Reception.TimeIsUp();
  private static final byte[] NOTHING = {};

  private final Endpoint endpoint;
  private final PeerCredentials peer;
  private final int mostBytes;
  private final int mostDescriptors;

  /// What is to be sent before anything else. Touched only in the writing turn.
  private byte[] outgoing = NOTHING;

  private int outgoingAt;

  /// What was received and not looked at, and the frame it belongs to. Touched only in the reading
  /// turn.
  private byte[] arrived = NOTHING;

  private int arrivedAt;
  private @Nullable SocketMessage arrival;
  private IncomingFrame frame;
  private long toSkip;

  FrameChannel(Endpoint endpoint, PeerCredentials peer, SocketOptions options) {
    this.endpoint = endpoint;
    this.peer = peer;
    this.mostBytes = options.mostBytes();
    this.mostDescriptors = options.mostDescriptors();
    this.frame = new IncomingFrame(mostDescriptors);
  }

  // ---- sending

  @Override
  public boolean send(byte[] bytes, List<Fd> descriptors, Duration limit)
      throws IOException, InterruptedException {
    if (bytes.length > mostBytes) {
      throw SocketException.tooLong(
          endpoint, "a message of " + bytes.length + " bytes was to be sent", mostBytes);
    }
    byte[] whole =
        ByteBuffer.allocate(HEADER_BYTES + bytes.length).putInt(bytes.length).put(bytes).array();
    boolean[] begun = {false};
    Boolean sent =
        endpoint.write(
            Deadline.nanos(limit),
            fd -> {
              if (!trySendOutgoing(fd)) return null;
              if (begun[0]) return true;
              int count =
                  endpoint.kernel().trySendMessage(fd, whole, 0, whole.length, descriptors, null);
              if (count < 0) return null;
              begun[0] = true;
              outgoing = whole;
              outgoingAt = count;
              return trySendOutgoing(fd) ? true : null;
            });
    if (sent != null) return true;
    if (!begun[0]) return false;
    throw new SocketException(
        SocketException.Reason.UNFINISHED,
        endpoint + ": a part of a message was sent when time was up; finish() sends the rest");
  }

  @Override
  public boolean finish(Duration limit) throws IOException, InterruptedException {
    return endpoint.write(Deadline.nanos(limit), fd -> trySendOutgoing(fd) ? true : null) != null;
  }

  /// @return false if something is left
  private boolean trySendOutgoing(Fd fd) throws IOException {
    while (outgoingAt < outgoing.length) {
      int count =
          endpoint.kernel().trySend(fd, outgoing, outgoingAt, outgoing.length - outgoingAt, null);
      if (count < 0) return false;
      outgoingAt += count;
    }
    outgoing = NOTHING;
    outgoingAt = 0;
    return true;
  }

  // ---- receiving

  @Override
  public Reception receive(Duration limit) throws IOException, InterruptedException {
    Reception received = endpoint.read(Deadline.nanos(limit), this::tryReceive);
    return received == null ? TIME_IS_UP : received;
  }

  private @Nullable Reception tryReceive(Fd fd) throws IOException {
    while (true) {
      if (arrivedAt == arrived.length) {
        SocketMessage message =
            endpoint.kernel().tryReceiveMessage(fd, Sockets.MOST_BYTES, mostDescriptors, false);
        if (message == null) return null;
        if (message.bytes().length == 0) return end();
        arrival = message;
        arrived = message.bytes();
        arrivedAt = 0;
      }
      if (toSkip > 0) {
        skip();
        continue;
      }
      arrivedAt += frame.add(arrived, arrivedAt);
      if (arrivedAt == arrived.length) frame.add(takeArrival());
      if (frame.length() > mostBytes) throw tooLong();
      if (frame.isComplete()) return taken();
    }
  }

  private Reception end() throws SocketException {
    if (frame.isEmpty() && toSkip == 0) return END;
    throw new SocketException(
        SocketException.Reason.PEER_GONE,
        endpoint + ": the peer has ended in the middle of a frame");
  }

  private SocketMessage takeArrival() {
    SocketMessage taken = Objects.requireNonNull(arrival);
    arrival = null;
    return taken;
  }

  private void skip() {
    int count = (int) Math.min(toSkip, arrived.length - arrivedAt);
    toSkip -= count;
    arrivedAt += count;
    if (arrivedAt == arrived.length) takeArrival().descriptors().forEach(Fd::close);
  }

  /// Its bytes are dropped as they come, with later calls.
  private SocketException tooLong() {
    long length = frame.length();
    toSkip = length - frame.bodyBytes();
    frame.close();
    frame = new IncomingFrame(mostDescriptors);
    return SocketException.tooLong(
        endpoint, "the peer announces a frame of " + length + " bytes", mostBytes);
  }

  private Reception taken() throws SocketException {
    IncomingFrame complete = frame;
    frame = new IncomingFrame(mostDescriptors);
    if (complete.isCut()) {
      complete.close();
      throw Arrival.descriptorsCut(complete.arrivedDescriptors(), mostDescriptors, endpoint);
    }
    return new Received(complete.body(), complete.descriptors(), UnixAddress.NONE, peer);
  }

  /// Closes what came for frames that will not be received any more.
  void discard() {
    frame.close();
    if (arrival != null) arrival.descriptors().forEach(Fd::close);
  }
}
