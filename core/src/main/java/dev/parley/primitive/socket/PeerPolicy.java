package dev.parley.primitive.socket;

import dev.parley.sys.Kernel;

/// Who may be at the other end. Asked once for each connection, and for each datagram.
///
/// ```java
/// PeerPolicy policy = PeerPolicy.sameUser(kernel).or(peer -> peer.uid() == 0);
/// ```
@FunctionalInterface
public interface PeerPolicy {
  boolean allows(PeerCredentials peer);

  /// This process's effective user.
  static PeerPolicy sameUser(Kernel kernel) {
    int user = kernel.effectiveUserId();
    return peer -> peer.uid() == user;
  }

  /// Members of a group.
  static PeerPolicy group(int group) {
    return peer -> peer.isIn(group);
  }

  /// Whoever the file's mode lets through; at an abstract name, everybody.
  static PeerPolicy anybody() {
    return _ -> true;
  }

  default PeerPolicy or(PeerPolicy other) {
    return peer -> allows(peer) || other.allows(peer);
  }
}
