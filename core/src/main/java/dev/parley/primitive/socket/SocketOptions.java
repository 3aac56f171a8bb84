package dev.parley.primitive.socket;

import dev.parley.sys.Kernel;
import dev.parley.sys.Sockets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// How to open a socket.
///
/// @param kernel through what to reach the kernel; tests put faults here
/// @param kind what a connection carries
/// @param policy who may be at the other end; empty: the same user, and with `group` its members
/// @param group the group that may connect to the file that is bound; empty: this user alone
/// @param backlog how many may wait to be accepted
/// @param mostBytes the longest message; packets and datagrams have 256 kB at most in any case
/// @param mostDescriptors how many descriptors to accept with a message
/// @param spin how long to look for the next message before sleeping, if the last came as fast
public record SocketOptions(
    Kernel kernel,
    SocketKind kind,
    Optional<PeerPolicy> policy,
    OptionalInt group,
    int backlog,
    int mostBytes,
    int mostDescriptors,
    Duration spin) {
  private static final int MOST_FRAME_BYTES = 1 << 30;
  private static final Duration SPIN = Duration.ofNanos(50_000);

  public SocketOptions {
    if (mostBytes < 1 || mostBytes > MOST_FRAME_BYTES) {
      throw new IllegalArgumentException("messages have 1 byte to 1 GB, not " + mostBytes);
    }
    if (mostDescriptors < 0 || mostDescriptors > Sockets.MOST_DESCRIPTORS) {
      throw new IllegalArgumentException(
          "a message carries 0 to 253 descriptors, not " + mostDescriptors);
    }
  }

  public static SocketOptions defaults() {
    return new SocketOptions(
        Kernel.linux(),
        SocketKind.STREAM,
        Optional.empty(),
        OptionalInt.empty(),
        128,
        Sockets.MOST_BYTES,
        0,
        Runtime.getRuntime().availableProcessors() > 1 ? SPIN : Duration.ZERO);
  }

  public SocketOptions withKernel(Kernel wanted) {
    return new SocketOptions(
        wanted, kind, policy, group, backlog, mostBytes, mostDescriptors, spin);
  }

  public SocketOptions withKind(SocketKind wanted) {
    return new SocketOptions(
        kernel, wanted, policy, group, backlog, mostBytes, mostDescriptors, spin);
  }

  public SocketOptions withPolicy(PeerPolicy wanted) {
    return new SocketOptions(
        kernel, kind, Optional.of(wanted), group, backlog, mostBytes, mostDescriptors, spin);
  }

  /// Lets a group connect: mode 0660. The policy must agree, which it does if none was set.
  public SocketOptions withGroup(int wanted) {
    return new SocketOptions(
        kernel, kind, policy, OptionalInt.of(wanted), backlog, mostBytes, mostDescriptors, spin);
  }

  public SocketOptions withBacklog(int wanted) {
    return new SocketOptions(kernel, kind, policy, group, wanted, mostBytes, mostDescriptors, spin);
  }

  public SocketOptions withMostBytes(int wanted) {
    return new SocketOptions(kernel, kind, policy, group, backlog, wanted, mostDescriptors, spin);
  }

  public SocketOptions withDescriptors(int wanted) {
    return new SocketOptions(kernel, kind, policy, group, backlog, mostBytes, wanted, spin);
  }

  public SocketOptions withSpin(Duration wanted) {
    return new SocketOptions(
        kernel, kind, policy, group, backlog, mostBytes, mostDescriptors, wanted);
  }

  /// The policy that is in force.
  PeerPolicy effectivePolicy() {
    if (policy.isPresent()) return policy.get();
    PeerPolicy sameUser = PeerPolicy.sameUser(kernel);
    return group.isPresent() ? sameUser.or(PeerPolicy.group(group.getAsInt())) : sameUser;
  }

  /// The longest packet that is received.
  int mostPacketBytes() {
    return Math.min(mostBytes, Sockets.MOST_BYTES);
  }
}
