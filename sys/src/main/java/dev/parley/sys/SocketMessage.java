package dev.parley.sys;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one recvmsg(2) brought.
///
/// @param bytes what arrived, up to what was asked for
/// @param cut whether the message was longer (MSG_TRUNC); the rest is gone
/// @param descriptors close-on-exec, and the receiver's to close
/// @param descriptorsCut whether more descriptors were sent (MSG_CTRUNC); the rest is gone. Those
///   that arrived are fewer than asked for only if this process could open no more
/// @param from the sender's address; nothing but a family, or nothing at all, if it has none
/// @param sender where [Sockets#PASS_CREDENTIALS] is set
public record SocketMessage(
    byte[] bytes,
    boolean cut,
    List<Fd> descriptors,
    boolean descriptorsCut,
    byte[] from,
    @Nullable SocketCredentials sender) {}
