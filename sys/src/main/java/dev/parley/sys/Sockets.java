package dev.parley.sys;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The numbers and addresses that [SocketCalls] takes. An address is a `struct sockaddr` as the
/// kernel has it: the family in two bytes, then what the family defines. Source: man 2 socket, man
/// 7 socket, man 7 unix.
public final class Sockets {
  // ---- types
  public static final int STREAM = Constants.SOCK_STREAM;
  public static final int DATAGRAM = Constants.SOCK_DGRAM;
  public static final int SEQPACKET = Constants.SOCK_SEQPACKET;

  // ---- options of SOL_SOCKET that are numbers
  public static final int TYPE = Constants.SO_TYPE;
  public static final int ERROR = Constants.SO_ERROR;
  public static final int SEND_BUFFER = Constants.SO_SNDBUF;
  public static final int RECEIVE_BUFFER = Constants.SO_RCVBUF;

  /// Each message received says who sent it.
  public static final int PASS_CREDENTIALS = Constants.SO_PASSCRED;

  /// 1 for a socket that listens.
  public static final int LISTENS = Constants.SO_ACCEPTCONN;

  // ---- shutdown(2)
  public static final int SHUT_READING = Constants.SHUT_RD;
  public static final int SHUT_WRITING = Constants.SHUT_WR;
  public static final int SHUT_BOTH = Constants.SHUT_RDWR;

  /// The longest name of a Unix socket, in bytes, a path's NUL included.
  public static final int MOST_NAME_BYTES = 108;

  /// The most descriptors in one message (SCM_MAX_FD).
  public static final int MOST_DESCRIPTORS = 253;

  /// The longest message, in bytes, that one call sends or receives.
  public static final int MOST_BYTES = Scratch.DATA_BYTES;

  private static final int FAMILY_BYTES = 2;

  private Sockets() {}

  /// The address of the socket file at `path`, with the NUL behind it that the kernel adds as well;
  /// null if no file can be called that, or it has more than 107 bytes.
  public static byte @Nullable [] pathAddress(String path) {
    byte[] name = Names.encode(path);
    if (name == null || name.length == 0 || name.length >= MOST_NAME_BYTES) return null;
    return unixAddress(Arrays.copyOf(name, name.length + 1));
  }

  /// An address in the abstract namespace. `name` may contain NULs, which some programs fill theirs
  /// up with.
  ///
  /// @throws IllegalArgumentException if it cannot be one, or has more than 107 bytes
  public static byte[] abstractAddress(String name) {
    ByteArrayOutputStream address = new ByteArrayOutputStream();
    for (String part : name.split("\0", -1)) {
      byte[] bytes = Names.encode(part);
      if (bytes == null) throw new IllegalArgumentException("no abstract name: " + name);
      address.write(0);
      address.writeBytes(bytes);
    }
    if (address.size() > MOST_NAME_BYTES) {
      throw new IllegalArgumentException("an abstract name has at most 107 bytes: " + name);
    }
    return unixAddress(address.toByteArray());
  }

  private static byte[] unixAddress(byte[] name) {
    return ByteBuffer.allocate(FAMILY_BYTES + name.length)
        .order(ByteOrder.nativeOrder())
        .putShort((short) Constants.AF_UNIX)
        .put(name)
        .array();
  }

  /// The path in the address of a Unix socket, or null if it has none.
  public static @Nullable String pathOf(byte[] address) {
    if (address.length <= FAMILY_BYTES || address[FAMILY_BYTES] == 0) return null;
    int end = FAMILY_BYTES;
    while (end < address.length && address[end] != 0) end++;
    return Names.decode(address, FAMILY_BYTES, end);
  }

  /// The abstract name in the address of a Unix socket, or null if it has none.
  public static @Nullable String abstractNameOf(byte[] address) {
    if (address.length <= FAMILY_BYTES || address[FAMILY_BYTES] != 0) return null;
    return Names.decode(address, FAMILY_BYTES + 1, address.length);
  }

  /// For messages: a path as it is, an abstract name as `@name`.
  static String text(byte[] address) {
    String path = pathOf(address);
    if (path != null) return path;
    String name = abstractNameOf(address);
    return name == null ? "" : "@" + name;
  }
}
