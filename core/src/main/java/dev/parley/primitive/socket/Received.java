package dev.parley.primitive.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.Fd;
import java.util.List;

/// A message that came, with its descriptors. Closing it closes those that were not taken.
public final class Received implements Reception, AutoCloseable {
  private final byte[] bytes;
  private final UnixAddress from;
  private final PeerCredentials sender;
  private List<Fd> descriptors;

  Received(byte[] bytes, List<Fd> descriptors, UnixAddress from, PeerCredentials sender) {
    this.bytes = bytes;
    this.descriptors = descriptors;
    this.from = from;
    this.sender = sender;
  }

  /// The array itself.
  public byte[] bytes() {
    return bytes;
  }

  /// The bytes as UTF-8.
  public String text() {
    return new String(bytes, UTF_8);
  }

  /// The descriptors that came along, to look at and use until this is closed.
  public synchronized List<Fd> descriptors() {
    return descriptors;
  }

  /// The same, for the caller to keep and to close.
  public synchronized List<Fd> take() {
    List<Fd> taken = descriptors;
    descriptors = List.of();
    return taken;
  }

  /// Where it came from: the sender's address, if it has one.
  public UnixAddress from() {
    return from;
  }

  /// Whom it came from.
  public PeerCredentials sender() {
    return sender;
  }

  @Override
  public void close() {
    take().forEach(Fd::close);
  }
}
