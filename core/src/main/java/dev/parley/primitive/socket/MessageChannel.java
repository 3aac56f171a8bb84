package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Whole messages over a connection, in order, with descriptors.
///
/// ```java
/// while (messages.receive() instanceof Received request) {
///   messages.send(answer(request.bytes()));
/// }
/// ```
///
/// Guarantees: a message arrives whole or not at all; the end is told from a cut (PEER_GONE). When
/// time is up, or the thread is interrupted, nothing is lost: the next call goes on. A message that
/// is dropped with an error (TOO_LONG, TOO_MANY_DESCRIPTORS, DESCRIPTORS_LOST) leaves nothing open,
/// and the next one is received as if it had not been. A sent message may never be read.
///
/// Two implementations: packets of a [SocketKind#SEQPACKET], and frames over a [SocketKind#STREAM],
/// each its length in four bytes, most significant first, and then its bytes.
public sealed interface MessageChannel permits FrameChannel, PacketChannel {
  /// Sends, for as long as it takes.
  default void send(byte[] bytes) throws IOException, InterruptedException {
    send(bytes, List.of(), Deadline.NO_LIMIT);
  }

  /// Sends, for `limit` at most. The descriptors stay the caller's; the peer gets duplicates.
  ///
  /// @param descriptors 253 at most
  /// @return false if time is up and nothing was sent
  /// @throws SocketException UNFINISHED: a part was sent when time was up, and the rest goes out
  ///   first with the next call of this or [#finish]; PEER_GONE; TOO_LONG, TOO_MANY_UNDER_WAY:
  ///   nothing was sent; CLOSED
  /// @throws InterruptedException nothing was sent; or a part, as with UNFINISHED
  boolean send(byte[] bytes, List<Fd> descriptors, Duration limit)
      throws IOException, InterruptedException;

  /// Sends what an unfinished [#send] has left.
  ///
  /// @return false if time is up and it is still not all
  boolean finish(Duration limit) throws IOException, InterruptedException;

  /// Receives, for as long as it takes.
  ///
  /// @return [Received] or [Reception.End]
  default Reception receive() throws IOException, InterruptedException {
    return receive(Deadline.NO_LIMIT);
  }

  /// Receives, for `limit` at most.
  ///
  /// @throws SocketException PEER_GONE; TOO_LONG, TOO_MANY_DESCRIPTORS, DESCRIPTORS_LOST: this
  ///   message was dropped; CLOSED
  Reception receive(Duration limit) throws IOException, InterruptedException;
}
