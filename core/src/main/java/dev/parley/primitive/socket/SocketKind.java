package dev.parley.primitive.socket;

import dev.parley.sys.Sockets;

/// What a connection carries.
public enum SocketKind {
  /// Bytes in order, without boundaries.
  STREAM(Sockets.STREAM),

  /// Packets in order, each whole.
  SEQPACKET(Sockets.SEQPACKET);

  private final int type;

  SocketKind(int type) {
    this.type = type;
  }

  /// The kernel's number.
  int type() {
    return type;
  }
}
