package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Poll;
import dev.parley.sys.SocketMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Messages as the packets of a [SocketKind#SEQPACKET].
final class PacketChannel implements MessageChannel {
  private static final Reception END = new Reception.End();
  private static final Reception TIME_IS_UP = new Reception.TimeIsUp();

  private final Endpoint endpoint;
  private final PeerCredentials peer;
  private final int mostBytes;
  private final int mostDescriptors;

  /// That the peer has closed without reading everything. Touched only in the reading turn.
  private @Nullable ErrnoException reset;

  PacketChannel(Endpoint endpoint, PeerCredentials peer, SocketOptions options) {
    this.endpoint = endpoint;
    this.peer = peer;
    this.mostBytes = options.mostPacketBytes();
    this.mostDescriptors = options.mostDescriptors();
  }

  /// @throws IllegalArgumentException without bytes: the peer could take it for the end
  @Override
  public boolean send(byte[] bytes, List<Fd> descriptors, Duration limit)
      throws IOException, InterruptedException {
    if (bytes.length == 0) throw new IllegalArgumentException("an empty packet looks like the end");
    Kernel kernel = endpoint.kernel();
    Boolean sent =
        endpoint.write(
            Deadline.nanos(limit),
            fd ->
                kernel.trySendMessage(fd, bytes, 0, bytes.length, descriptors, null) < 0
                    ? null
                    : true);
    return sent != null;
  }

  @Override
  public boolean finish(Duration limit) {
    return true;
  }

  @Override
  public Reception receive(Duration limit) throws IOException, InterruptedException {
    Reception received = endpoint.read(Deadline.nanos(limit), this::tryReceive);
    return received == null ? TIME_IS_UP : received;
  }

  private @Nullable Reception tryReceive(Fd fd) throws IOException {
    SocketMessage message = tryReceiveMessage(fd);
    if (message == null) return null;
    if (isNothing(message) && isEnd(fd)) {
      ErrnoException earlier = reset;
      if (earlier == null) return END;
      reset = null;
      throw earlier;
    }
    Arrival.check(message, mostBytes, mostDescriptors, endpoint.what());
    return new Received(message.bytes(), message.descriptors(), UnixAddress.NONE, peer);
  }

  /// A peer that closes with something unread is told as an error before what it has sent, so that
  /// is received first.
  private @Nullable SocketMessage tryReceiveMessage(Fd fd) throws IOException {
    Kernel kernel = endpoint.kernel();
    try {
      return kernel.tryReceiveMessage(fd, mostBytes, mostDescriptors, false);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ECONNRESET)) throw e;
      reset = e;
      return kernel.tryReceiveMessage(fd, mostBytes, mostDescriptors, false);
    }
  }

  /// What the end looks like. Descriptors come with a packet only, be it empty.
  private static boolean isNothing(SocketMessage message) {
    return message.bytes().length == 0
        && message.descriptors().isEmpty()
        && !message.descriptorsCut();
  }

  /// An empty packet looks like the end, except that the peer can still write, or has written more.
  private boolean isEnd(Fd fd) throws IOException {
    Kernel kernel = endpoint.kernel();
    int[] ended = {Poll.RDHUP};
    return kernel.poll(List.of(fd), ended, 0)[0] != 0 && kernel.unreadBytes(fd) == 0;
  }
}
