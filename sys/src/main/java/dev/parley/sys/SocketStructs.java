package dev.parley.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The C structs of sendmsg(2) and recvmsg(2), as in [Structs].
final class SocketStructs {
  /// Room for any address: sockaddr_storage.
  static final int MOST_ADDRESS_BYTES = 128;

  private SocketStructs() {}

  /// `struct msghdr`
  ///
  /// ```text
  ///   0  msg_name     address      32  msg_control     address
  ///   8  msg_namelen  u32          40  msg_controllen  u64
  ///  16  msg_iov      address      48  msg_flags       s32
  ///  24  msg_iovlen   u64          52  (gap)
  /// ```
  static final class Msghdr {
    static final int MSG_NAME = 0;
    static final int MSG_NAMELEN = 8;
    static final int MSG_IOV = 16;
    static final int MSG_IOVLEN = 24;
    static final int MSG_CONTROL = 32;
    static final int MSG_CONTROLLEN = 40;
    static final int MSG_FLAGS = 48;
    static final int SIZE = 56;

    private Msghdr() {}
  }

  /// `struct iovec`
  ///
  /// ```text
  ///   0  iov_base  address      8  iov_len  u64
  /// ```
  static final class Iovec {
    static final int IOV_BASE = 0;
    static final int IOV_LEN = 8;
    static final int SIZE = 16;

    private Iovec() {}
  }

  /// `struct cmsghdr`, each followed by its data; the next begins at a multiple of 8
  ///
  /// ```text
  ///   0  cmsg_len    u64, of the header and the data
  ///   8  cmsg_level  s32
  ///  12  cmsg_type   s32
  /// ```
  static final class Cmsghdr {
    static final int CMSG_LEN = 0;
    static final int CMSG_LEVEL = 8;
    static final int CMSG_TYPE = 12;
    static final int SIZE = 16;

    private Cmsghdr() {}

    /// From one header to the next.
    static int space(int dataBytes) {
      return SIZE + ((dataBytes + 7) & ~7);
    }
  }

  /// `struct ucred`
  ///
  /// ```text
  ///   0  pid  s32      4  uid  u32      8  gid  u32
  /// ```
  static final class Ucred {
    static final int PID = 0;
    static final int UID = 4;
    static final int GID = 8;
    static final int SIZE = 12;

    private Ucred() {}

    static SocketCredentials read(MemorySegment memory, long at) {
      return new SocketCredentials(
          memory.get(JAVA_INT, at + PID),
          memory.get(JAVA_INT, at + UID),
          memory.get(JAVA_INT, at + GID));
    }
  }

  /// One message in a [Scratch]: the header, with everything it points to behind it.
  ///
  /// ```text
  ///     0  msghdr
  ///    64  iovec
  ///   128  address, 128 bytes
  ///   256  control: credentials, descriptors
  /// ```
  static final class Message {
    private static final int VECTOR = 64;
    private static final int ADDRESS = 128;
    private static final int CONTROL = 256;

    private final Scratch scratch;
    private final MemorySegment memory;

    Message(Scratch scratch) {
      this.scratch = scratch;
      memory = scratch.memory();
    }

    void putSent(int bytes, byte @Nullable [] to, List<Fd> descriptors) {
      int addressBytes = to == null ? 0 : to.length;
      if (to != null) MemorySegment.copy(to, 0, memory, JAVA_BYTE, ADDRESS, to.length);
      int length = Cmsghdr.SIZE + descriptors.size() * Integer.BYTES;
      memory.set(JAVA_LONG, CONTROL + Cmsghdr.CMSG_LEN, length);
      memory.set(JAVA_INT, CONTROL + Cmsghdr.CMSG_LEVEL, Constants.SOL_SOCKET);
      memory.set(JAVA_INT, CONTROL + Cmsghdr.CMSG_TYPE, Constants.SCM_RIGHTS);
      int at = CONTROL + Cmsghdr.SIZE;
      for (Fd fd : descriptors) {
        memory.set(JAVA_INT, at, fd.number());
        at += Integer.BYTES;
      }
      putHeader(bytes, addressBytes, Cmsghdr.space(descriptors.size() * Integer.BYTES));
    }

    /// The room for descriptors ends with the last that is wanted: padding would let one more in.
    void putExpected(int bytes, int descriptors, boolean credentials) {
      int control = credentials ? Cmsghdr.space(Ucred.SIZE) : 0;
      if (descriptors > 0) control += Cmsghdr.SIZE + descriptors * Integer.BYTES;
      putHeader(bytes, MOST_ADDRESS_BYTES, control);
    }

    private void putHeader(int bytes, int addressBytes, int controlBytes) {
      long here = scratch.structAddress();
      memory.set(JAVA_LONG, Msghdr.MSG_NAME, addressBytes == 0 ? 0 : here + ADDRESS);
      memory.set(JAVA_INT, Msghdr.MSG_NAMELEN, addressBytes);
      memory.set(JAVA_LONG, Msghdr.MSG_IOV, here + VECTOR);
      memory.set(JAVA_LONG, Msghdr.MSG_IOVLEN, 1);
      memory.set(JAVA_LONG, Msghdr.MSG_CONTROL, controlBytes == 0 ? 0 : here + CONTROL);
      memory.set(JAVA_LONG, Msghdr.MSG_CONTROLLEN, controlBytes);
      memory.set(JAVA_INT, Msghdr.MSG_FLAGS, 0);
      memory.set(JAVA_LONG, VECTOR + Iovec.IOV_BASE, scratch.dataAddress());
      memory.set(JAVA_LONG, VECTOR + Iovec.IOV_LEN, bytes);
    }

    SocketMessage received(int count) {
      int flags = memory.get(JAVA_INT, Msghdr.MSG_FLAGS);
      List<Fd> descriptors = List.of();
      SocketCredentials sender = null;
      long end = CONTROL + memory.get(JAVA_LONG, Msghdr.MSG_CONTROLLEN);
      for (long at = CONTROL; at + Cmsghdr.SIZE <= end; ) {
        int dataBytes = (int) memory.get(JAVA_LONG, at + Cmsghdr.CMSG_LEN) - Cmsghdr.SIZE;
        long data = at + Cmsghdr.SIZE;
        if (memory.get(JAVA_INT, at + Cmsghdr.CMSG_LEVEL) == Constants.SOL_SOCKET) {
          switch (memory.get(JAVA_INT, at + Cmsghdr.CMSG_TYPE)) {
            case Constants.SCM_RIGHTS -> descriptors = descriptors(data, dataBytes / Integer.BYTES);
            case Constants.SCM_CREDENTIALS -> sender = Ucred.read(memory, data);
            default -> {}
          }
        }
        at += Cmsghdr.space(dataBytes);
      }
      return new SocketMessage(
          scratch.get(count),
          (flags & Constants.MSG_TRUNC) != 0,
          descriptors,
          (flags & Constants.MSG_CTRUNC) != 0,
          from(),
          sender);
    }

    private List<Fd> descriptors(long at, int count) {
      List<Fd> descriptors = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        int number = memory.get(JAVA_INT, at + (long) i * Integer.BYTES);
        descriptors.add(Calls.opened("received descriptor", number));
      }
      return descriptors;
    }

    private byte[] from() {
      int length = Math.min(memory.get(JAVA_INT, Msghdr.MSG_NAMELEN), MOST_ADDRESS_BYTES);
      byte[] address = new byte[length];
      MemorySegment.copy(memory, JAVA_BYTE, ADDRESS, address, 0, length);
      return address;
    }
  }
}
