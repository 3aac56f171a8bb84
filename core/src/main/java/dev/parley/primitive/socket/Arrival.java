package dev.parley.primitive.socket;

import dev.parley.sys.Fd;
import dev.parley.sys.SocketMessage;

/// Whether what arrived is what was sent; if not, nothing of it stays open.
final class Arrival {
  private Arrival() {}

  /// @throws SocketException TOO_LONG, TOO_MANY_DESCRIPTORS, DESCRIPTORS_LOST; the descriptors are
  ///   closed
  static void check(SocketMessage message, int mostBytes, int mostDescriptors, Object what)
      throws SocketException {
    if (!message.cut() && !message.descriptorsCut()) return;
    message.descriptors().forEach(Fd::close);
    if (message.cut()) throw SocketException.tooLong(what, "a packet is longer", mostBytes);
    throw descriptorsCut(message.descriptors().size(), mostDescriptors, what);
  }

  /// The kernel opens as many as were asked for and drops the rest; if it opened fewer, it could
  /// open no more.
  static SocketException descriptorsCut(int arrived, int mostDescriptors, Object what) {
    if (arrived < mostDescriptors) {
      return new SocketException(
          SocketException.Reason.DESCRIPTORS_LOST,
          what
              + ": descriptors came and could not be opened; they and their message are lost; close"
              + " some, or raise the limit (ulimit -n), and let the peer send again");
    }
    return new SocketException(
        SocketException.Reason.TOO_MANY_DESCRIPTORS,
        what
            + ": the peer sent more than the "
            + mostDescriptors
            + " descriptors that were asked for; they were closed and the message dropped");
  }
}
