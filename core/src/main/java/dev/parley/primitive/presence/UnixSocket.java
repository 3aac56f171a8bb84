package dev.parley.primitive.presence;

import java.util.List;

/// A Unix socket as the kernel's tables have it.
///
/// @param inode its own number, which a descriptor of it shows
/// @param type stream, datagram or seqpacket
/// @param listens whether connections to it can be made
/// @param peer the inode of the socket it is connected to; 0 if to none, or not known
/// @param callers the inodes of the sockets whose connections wait to be accepted
record UnixSocket(long inode, Type type, boolean listens, long peer, List<Long> callers) {
  enum Type {
    STREAM("stream"),
    DATAGRAM("datagram"),
    SEQPACKET("seqpacket"),
    OTHER("socket");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    static Type of(int number) {
      return switch (number) {
        case 1 -> STREAM;
        case 2 -> DATAGRAM;
        case 5 -> SEQPACKET;
        default -> OTHER;
      };
    }

    @Override
    public String toString() {
      return word;
    }
  }
}
