package dev.parley.primitive.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.NetlinkCalls;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The Unix sockets of this network namespace, asked for with sock_diag(7): which file each is
/// bound to, by device and inode, and who its peer is. Where the kernel does not answer that,
/// /proc/net/unix, which knows paths as they were given and no peers.
///
/// @param bound those bound to what was asked for, accepted ones included
/// @param all every one
/// @param withoutPeers whether peers are not known
record UnixSockets(List<UnixSocket> bound, List<UnixSocket> all, boolean withoutPeers) {
  private static final short SOCK_DIAG_BY_FAMILY = 20;
  private static final short NLM_F_REQUEST_AND_DUMP = 0x301;
  private static final short NLMSG_ERROR = 2;
  private static final short NLMSG_DONE = 3;
  private static final int HEADER = 16;
  private static final int LISTEN = 10;

  /// UDIAG_SHOW_NAME, VFS, PEER and ICONS.
  private static final int SHOW = 0x01 | 0x02 | 0x04 | 0x08;

  private static final Pattern LINE =
      Pattern.compile(
          "[0-9a-f]+: [0-9A-F]{8} [0-9A-F]{8} ([0-9A-F]{8}) ([0-9A-F]{4}) [0-9A-F]{2} +(\\d+) (.*)");

  /// Those bound to a file.
  ///
  /// @param path for where only paths are known
  static UnixSockets boundTo(Kernel kernel, Proc proc, FileKey file, String path)
      throws ErrnoException {
    return ask(
        kernel,
        proc,
        entry -> entry.inode != 0 && file.isInDiag(entry.device, entry.inode),
        path::equals);
  }

  /// Those bound to a name that is no path; NUL bytes in it are written as `@`.
  static UnixSockets named(Kernel kernel, Proc proc, String name) throws ErrnoException {
    return ask(
        kernel,
        proc,
        entry ->
            entry.name.startsWith("\0") && entry.name.substring(1).replace('\0', '@').equals(name),
        ("@" + name)::equals);
  }

  /// A socket and what it is bound to.
  private static final class Entry {
    private final UnixSocket socket;
    private final String name;
    private final int inode;
    private final long device;

    Entry(UnixSocket socket, String name, int inode, long device) {
      this.socket = socket;
      this.name = name;
      this.inode = inode;
      this.device = device;
    }
  }

  private static UnixSockets ask(
      Kernel kernel, Proc proc, Predicate<Entry> wanted, Predicate<String> wantedLine)
      throws ErrnoException {
    Optional<List<Entry>> entries = dump(kernel);
    if (entries.isEmpty()) return table(proc, wantedLine);
    return new UnixSockets(
        entries.get().stream().filter(wanted).map(entry -> entry.socket).toList(),
        entries.get().stream().map(entry -> entry.socket).toList(),
        false);
  }

  // ---- sock_diag

  private static Optional<List<Entry>> dump(Kernel kernel) throws ErrnoException {
    try (Fd socket = kernel.netlink(NetlinkCalls.SOCKETS, 0)) {
      byte[] request =
          ByteBuffer.allocate(HEADER + 24)
              .order(ByteOrder.nativeOrder())
              .putInt(HEADER + 24)
              .putShort(SOCK_DIAG_BY_FAMILY)
              .putShort(NLM_F_REQUEST_AND_DUMP)
              .putInt(1)
              .putInt(0)
              .put((byte) 1) // AF_UNIX
              .put((byte) 0)
              .putShort((short) 0)
              .putInt(-1) // in any state
              .putInt(0)
              .putInt(SHOW)
              .putInt(-1) // no cookie
              .putInt(-1)
              .array();
      kernel.write(socket, request, 0, request.length);
      List<Entry> entries = new ArrayList<>();
      while (true) {
        byte[] datagram = kernel.netlinkReceive(socket);
        if (datagram == null) return Optional.empty();
        ByteBuffer buffer = ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder());
        int length;
        for (int at = 0; at + HEADER <= datagram.length; at += align(length)) {
          length = buffer.getInt(at);
          short type = buffer.getShort(at + 4);
          if (type == NLMSG_DONE) return Optional.of(entries);
          if (type == NLMSG_ERROR || length < HEADER) return Optional.empty();
          entries.add(entry(datagram, at + HEADER, at + length));
        }
      }
    } catch (ErrnoException e) {
      return switch (e.errno()) {
        // Not built in, or a sandbox forbids it.
        case EACCES, EPERM, ENOENT, EOPNOTSUPP, EINVAL, OTHER -> Optional.empty();
        default -> throw e;
      };
    }
  }

  /// A `struct unix_diag_msg` and its attributes.
  private static Entry entry(byte[] bytes, int start, int end) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    UnixSocket.Type type = UnixSocket.Type.of(buffer.get(start + 1));
    boolean listens = buffer.get(start + 2) == LISTEN;
    long inode = Integer.toUnsignedLong(buffer.getInt(start + 4));
    String name = "";
    int boundInode = 0;
    long boundDevice = 0;
    long peer = 0;
    List<Long> callers = new ArrayList<>();
    int length;
    for (int at = start + 16; at + 4 <= end; at += align(length)) {
      length = Short.toUnsignedInt(buffer.getShort(at));
      if (length < 4) break;
      switch (buffer.getShort(at + 2)) {
        case 0 -> name = new String(bytes, at + 4, length - 4, UTF_8);
        case 1 -> {
          boundInode = buffer.getInt(at + 4);
          boundDevice = Integer.toUnsignedLong(buffer.getInt(at + 8));
        }
        case 2 -> peer = Integer.toUnsignedLong(buffer.getInt(at + 4));
        case 3 -> {
          for (int i = 4; i < length; i += 4) {
            callers.add(Integer.toUnsignedLong(buffer.getInt(at + i)));
          }
        }
        default -> {}
      }
    }
    UnixSocket socket = new UnixSocket(inode, type, listens, peer, callers);
    return new Entry(socket, name, boundInode, boundDevice);
  }

  private static int align(int length) {
    return (length + 3) & ~3;
  }

  // ---- /proc/net/unix

  private static UnixSockets table(Proc proc, Predicate<String> wanted) throws ErrnoException {
    List<UnixSocket> bound = new ArrayList<>();
    List<UnixSocket> all = new ArrayList<>();
    for (String line : proc.lines("net/unix")) {
      Matcher match = LINE.matcher(line + " ");
      if (!match.matches()) continue;
      boolean listens = (Long.parseLong(match.group(1), 16) & 0x10000) != 0;
      UnixSocket.Type type = UnixSocket.Type.of(Integer.parseInt(match.group(2), 16));
      UnixSocket socket =
          new UnixSocket(Long.parseLong(match.group(3)), type, listens, 0, List.of());
      all.add(socket);
      if (wanted.test(match.group(4).strip())) bound.add(socket);
    }
    return new UnixSockets(List.copyOf(bound), List.copyOf(all), true);
  }

  Optional<UnixSocket> withInode(long inode) {
    return all.stream().filter(socket -> socket.inode() == inode).findFirst();
  }

  /// The other ends: of what was accepted, of what waits to be accepted, and of datagram sockets.
  Set<Long> callers() {
    Set<Long> callers = new LinkedHashSet<>();
    Set<Long> here = new HashSet<>();
    for (UnixSocket socket : bound) {
      here.add(socket.inode());
      if (socket.peer() != 0) callers.add(socket.peer());
      callers.addAll(socket.callers());
    }
    for (UnixSocket socket : all) {
      if (here.contains(socket.peer())) callers.add(socket.inode());
    }
    callers.removeAll(here);
    return callers;
  }
}
