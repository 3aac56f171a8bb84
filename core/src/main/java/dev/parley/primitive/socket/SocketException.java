package dev.parley.primitive.socket;

import dev.parley.ParleyException;
import dev.parley.sys.ErrnoException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Something went wrong with a socket that a program can tell apart, and act on.
public final class SocketException extends ParleyException {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  /// What it was.
  public enum Reason {
    /// There is no such name, or no socket is bound to it (ECONNREFUSED, ENOENT).
    NOBODY_LISTENS,
    /// Another listener has the name (EADDRINUSE).
    IN_USE,
    /// A socket of another kind has the name (EPROTOTYPE).
    WRONG_KIND,
    /// The policy does not allow who is there.
    PEER_REFUSED,
    /// The other end is closed (EPIPE, ECONNRESET), or was cut off in the middle of a message.
    PEER_GONE,
    /// A message is longer than it may be (EMSGSIZE, MSG_TRUNC).
    TOO_LONG,
    /// The peer sent more descriptors than were asked for; message and descriptors were dropped.
    TOO_MANY_DESCRIPTORS,
    /// This process could not open what was sent; message and descriptors are lost.
    DESCRIPTORS_LOST,
    /// More descriptors are under way than this user may have there (ETOOMANYREFS).
    TOO_MANY_UNDER_WAY,
    /// This process or the system can open no more (EMFILE, ENFILE).
    NO_DESCRIPTORS_LEFT,
    /// A message was begun and not finished when time was up.
    UNFINISHED,
    /// No acknowledgement came in time.
    GIVEN_UP,
    /// The peer is another process, or another incarnation, than the one that was sent to.
    PEER_RESTARTED,
    /// No connection could be made in time.
    TIME_IS_UP,
    /// This object was closed.
    CLOSED
  }

  SocketException(Reason reason, String message) {
    this(reason, message, null);
  }

  SocketException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /// What to throw for a failed call about `what`: one of these, or `e` itself.
  static IOException of(ErrnoException e, Object what) {
    return switch (e.errno()) {
      case ECONNREFUSED, ENOENT ->
          new SocketException(
              Reason.NOBODY_LISTENS,
              what + ": nobody listens there; start the server, or wait and try again",
              e);
      case EADDRINUSE -> inUse(what, e);
      case EPROTOTYPE ->
          new SocketException(
              Reason.WRONG_KIND,
              what
                  + ": the socket there is of another kind; use its kind (stream, seqpacket,"
                  + " datagram)",
              e);
      case EPIPE, ECONNRESET, ENOTCONN, ESHUTDOWN ->
          new SocketException(
              Reason.PEER_GONE,
              what + ": the other end is closed; what was sent last may not have been read",
              e);
      case EMSGSIZE ->
          new SocketException(
              Reason.TOO_LONG, what + ": the message is too long for one packet; send less", e);
      case ETOOMANYREFS ->
          new SocketException(
              Reason.TOO_MANY_UNDER_WAY,
              what
                  + ": too many descriptors are under way; nothing was sent; wait until receivers"
                  + " have taken theirs",
              e);
      case EMFILE, ENFILE ->
          new SocketException(
              Reason.NO_DESCRIPTORS_LEFT,
              what + ": " + e.errno().reason() + "; close some, or raise the limit (ulimit -n)",
              e);
      default -> e;
    };
  }

  static SocketException inUse(Object what, @Nullable Throwable cause) {
    return new SocketException(
        Reason.IN_USE,
        what + ": another process listens there; stop it, or take another name",
        cause);
  }

  static SocketException closed(Object what) {
    return new SocketException(Reason.CLOSED, what + " was closed");
  }

  static SocketException tooLong(Object what, String how, int most) {
    return new SocketException(
        Reason.TOO_LONG,
        what
            + ": "
            + how
            + ", and at most "
            + most
            + " bytes are allowed; it was dropped; raise"
            + " mostBytes on both sides, or send less");
  }

  static SocketException refused(Object what, PeerCredentials peer) {
    return new SocketException(
        Reason.PEER_REFUSED,
        what + ": " + peer + " is there, whom the policy refuses; look who it is, or allow it");
  }
}
