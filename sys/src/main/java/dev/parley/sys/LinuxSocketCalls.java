package dev.parley.sys;

import static dev.parley.sys.Constants.*;
import static dev.parley.sys.Syscall.*;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// [SocketCalls] over Linux.
interface LinuxSocketCalls extends SocketCalls {
  /// Not in the headers of every system that is built on.
  int SO_PEERPIDFD = 77;

  int MADE_WITH = SOCK_CLOEXEC | SOCK_NONBLOCK;
  int SEND_FLAGS = MSG_NOSIGNAL | MSG_DONTWAIT;
  int RECEIVE_FLAGS = MSG_CMSG_CLOEXEC | MSG_DONTWAIT;

  // ---- making

  @Override
  default Fd socket(int type) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(SOCKET, AF_UNIX, type | MADE_WITH, 0);
      if (result < 0) throw Calls.failure(SOCKET, "", result);
      return Calls.opened("socket", result);
    }
  }

  @Override
  default Fd[] socketPair(int type) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long pair = scratch.structAddress();
      long result = scratch.call(SOCKETPAIR, AF_UNIX, type | MADE_WITH, 0, pair);
      if (result < 0) throw Calls.failure(SOCKETPAIR, "", result);
      return new Fd[] {
        Calls.opened("socket pair, one end", scratch.memory().get(JAVA_INT, 0)),
        Calls.opened("socket pair, other end", scratch.memory().get(JAVA_INT, 4))
      };
    }
  }

  @Override
  default void bind(Fd socket, byte[] address) throws ErrnoException {
    long result = withAddress(BIND, socket, address);
    if (result < 0) throw Calls.failure(BIND, Sockets.text(address), result);
  }

  @Override
  default void listen(Fd socket, int backlog) throws ErrnoException {
    Calls.on(LISTEN, socket, backlog, 0);
  }

  @Override
  default @Nullable Fd tryAccept(Fd socket) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      long result = scratch.call(ACCEPT4, socket.number(), 0, 0, MADE_WITH);
      if (isNotNow(result)) return null;
      if (result < 0) throw Calls.failure(ACCEPT4, socket.path(), result);
      return Calls.opened("accepted socket", result);
    }
  }

  @Override
  default boolean tryConnect(Fd socket, byte[] address) throws ErrnoException {
    long result = withAddress(CONNECT, socket, address);
    if (isNotNow(result)) return false;
    if (result < 0) throw Calls.failure(CONNECT, Sockets.text(address), result);
    return true;
  }

  private static long withAddress(Syscall call, Fd socket, byte[] address) {
    try (Scratch scratch = Scratch.borrow()) {
      MemorySegment.copy(address, 0, scratch.memory(), JAVA_BYTE, 0, address.length);
      return scratch.call(call, socket.number(), scratch.structAddress(), address.length);
    }
  }

  @Override
  default void shutDown(Fd socket, int how) throws ErrnoException {
    Calls.on(SHUTDOWN, socket, how, 0);
  }

  // ---- transferring

  @Override
  default int trySend(Fd socket, byte[] from, int offset, int length, byte @Nullable [] to)
      throws ErrnoException {
    Objects.checkFromIndexSize(offset, length, from.length);
    checkLength(SENDTO, socket, length);
    try (Scratch scratch = Scratch.borrow()) {
      int count = scratch.put(from, offset, length);
      long address = 0;
      int addressLength = 0;
      if (to != null) {
        MemorySegment.copy(to, 0, scratch.memory(), JAVA_BYTE, 0, to.length);
        address = scratch.structAddress();
        addressLength = to.length;
      }
      long result =
          scratch.call(
              SENDTO,
              socket.number(),
              scratch.dataAddress(),
              count,
              SEND_FLAGS,
              address,
              addressLength);
      return transferred(SENDTO, socket, to, result);
    }
  }

  @Override
  default int tryReceive(Fd socket, byte[] into, int offset, int length) throws ErrnoException {
    Objects.checkFromIndexSize(offset, length, into.length);
    try (Scratch scratch = Scratch.borrow()) {
      int most = Math.min(length, Scratch.DATA_BYTES);
      long data = scratch.dataAddress();
      long result = scratch.call(RECVFROM, socket.number(), data, most, RECEIVE_FLAGS, 0, 0);
      int count = transferred(RECVFROM, socket, null, result);
      if (count > 0) scratch.get(into, offset, count);
      return count;
    }
  }

  @Override
  default int trySendMessage(
      Fd socket, byte[] from, int offset, int length, List<Fd> descriptors, byte @Nullable [] to)
      throws ErrnoException {
    if (descriptors.isEmpty()) return trySend(socket, from, offset, length, to);
    Objects.checkFromIndexSize(offset, length, from.length);
    if (descriptors.size() > Sockets.MOST_DESCRIPTORS) {
      throw new IllegalArgumentException(descriptors.size() + " descriptors; at most 253 travel");
    }
    checkLength(SENDMSG, socket, length);
    try (Scratch scratch = Scratch.borrow()) {
      int count = scratch.put(from, offset, length);
      SocketStructs.Message message = new SocketStructs.Message(scratch);
      message.putSent(count, to, descriptors);
      long result = scratch.call(SENDMSG, socket.number(), scratch.structAddress(), SEND_FLAGS);
      return transferred(SENDMSG, socket, to, result);
    }
  }

  /// A stream takes a part; of a packet a part would be another packet.
  private static void checkLength(Syscall call, Fd socket, int length) throws ErrnoException {
    if (length <= Scratch.DATA_BYTES) return;
    try (Scratch scratch = Scratch.borrow()) {
      getOption(scratch, socket, SO_TYPE, Integer.BYTES);
      if (scratch.getInts(1)[0] == SOCK_STREAM) return;
    }
    throw new ErrnoException(call.call(), socket.path(), Errno.EMSGSIZE);
  }

  @Override
  default @Nullable SocketMessage tryReceiveMessage(
      Fd socket, int mostBytes, int mostDescriptors, boolean credentials) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      SocketStructs.Message message = new SocketStructs.Message(scratch);
      message.putExpected(Math.min(mostBytes, Scratch.DATA_BYTES), mostDescriptors, credentials);
      long header = scratch.structAddress();
      int count =
          transferred(
              RECVMSG, socket, null, scratch.call(RECVMSG, socket.number(), header, RECEIVE_FLAGS));
      return count < 0 ? null : message.received(count);
    }
  }

  private static int transferred(Syscall call, Fd socket, byte @Nullable [] to, long result)
      throws ErrnoException {
    if (result >= 0) return (int) result;
    if (isNotNow(result)) return -1;
    throw Calls.failure(call, to == null ? socket.path() : Sockets.text(to), result);
  }

  private static boolean isNotNow(long result) {
    return result == -Errno.EAGAIN.number();
  }

  // ---- asking

  @Override
  default byte[] socketAddress(Fd socket) throws ErrnoException {
    return address(GETSOCKNAME, socket);
  }

  @Override
  default byte[] peerAddress(Fd socket) throws ErrnoException {
    return address(GETPEERNAME, socket);
  }

  private static byte[] address(Syscall call, Fd socket) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      MemorySegment memory = scratch.memory();
      memory.set(JAVA_INT, 0, SocketStructs.MOST_ADDRESS_BYTES);
      long result =
          scratch.call(call, socket.number(), scratch.dataAddress(), scratch.structAddress());
      if (result < 0) throw Calls.failure(call, socket.path(), result);
      return scratch.get(Math.min(memory.get(JAVA_INT, 0), SocketStructs.MOST_ADDRESS_BYTES));
    }
  }

  @Override
  default int socketOption(Fd socket, int option) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      getOption(scratch, socket, option, Integer.BYTES);
      return scratch.getInts(1)[0];
    }
  }

  @Override
  default void setSocketOption(Fd socket, int option, int value) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      scratch.memory().set(JAVA_INT, 0, value);
      long number = scratch.structAddress();
      long result =
          scratch.call(SETSOCKOPT, socket.number(), SOL_SOCKET, option, number, Integer.BYTES, 0);
      if (result < 0) throw Calls.failure(SETSOCKOPT, socket.path(), result);
    }
  }

  @Override
  default SocketCredentials peerCredentials(Fd socket) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      getOption(scratch, socket, SO_PEERCRED, SocketStructs.Ucred.SIZE);
      int[] credentials = scratch.getInts(3);
      return new SocketCredentials(credentials[0], credentials[1], credentials[2]);
    }
  }

  @Override
  default int[] peerGroups(Fd socket) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      int length = getOption(scratch, socket, SO_PEERGROUPS, NGROUPS_MAX * Integer.BYTES);
      return scratch.getInts(length / Integer.BYTES);
    }
  }

  @Override
  default Fd peerPidFd(Fd socket) throws ErrnoException {
    try (Scratch scratch = Scratch.borrow()) {
      getOption(scratch, socket, SO_PEERPIDFD, Integer.BYTES);
      return Calls.opened("the peer's process", scratch.getInts(1)[0]);
    }
  }

  /// The option's value is in the data afterwards.
  ///
  /// @return its length
  private static int getOption(Scratch scratch, Fd socket, int option, int mostBytes)
      throws ErrnoException {
    scratch.memory().set(JAVA_INT, 0, mostBytes);
    long value = scratch.dataAddress();
    long length = scratch.structAddress();
    long result = scratch.call(GETSOCKOPT, socket.number(), SOL_SOCKET, option, value, length, 0);
    if (result < 0) throw Calls.failure(GETSOCKOPT, socket.path(), result);
    return scratch.memory().get(JAVA_INT, 0);
  }
}
