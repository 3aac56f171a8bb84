package dev.parley.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// The C structs that calls fill in or read: one class each, its constants the members' offsets
/// under their C names, in bytes. A test has a C compiler print each offset and compares. Unless it
/// says otherwise a layout is the same on x86-64 and aarch64.
final class Structs {
  private Structs() {}

  /// `struct timespec`
  ///
  /// ```text
  ///   0  tv_sec   s64
  ///   8  tv_nsec  s64
  /// ```
  static final class Timespec {
    static final int TV_SEC = 0;
    static final int TV_NSEC = TV_SEC + 8;
    static final int SIZE = TV_NSEC + 8;

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private Timespec() {}

    static long nanos(MemorySegment memory) {
      return memory.get(JAVA_LONG, TV_SEC) * NANOS_PER_SECOND + memory.get(JAVA_LONG, TV_NSEC);
    }

    static void putNanos(MemorySegment memory, long at, long nanos) {
      memory.set(JAVA_LONG, at + TV_SEC, Math.floorDiv(nanos, NANOS_PER_SECOND));
      memory.set(JAVA_LONG, at + TV_NSEC, Math.floorMod(nanos, NANOS_PER_SECOND));
    }
  }

  /// `struct futex_waitv`
  ///
  /// ```text
  ///   0  val    u64     16  flags       u32
  ///   8  uaddr  u64     20  __reserved  u32
  /// ```
  static final class FutexWaitv {
    static final int VAL = 0;
    static final int UADDR = VAL + 8;
    static final int FLAGS = UADDR + 8;
    static final int __RESERVED = FLAGS + 4;
    static final int SIZE = __RESERVED + 4;

    private FutexWaitv() {}

    static void write(MemorySegment memory, int index, int value, long address) {
      int at = index * SIZE;
      memory.set(JAVA_LONG, at + VAL, Integer.toUnsignedLong(value));
      memory.set(JAVA_LONG, at + UADDR, address);
      memory.set(JAVA_INT, at + FLAGS, Constants.FUTEX_32);
      memory.set(JAVA_INT, at + __RESERVED, 0);
    }
  }

  /// `struct sigaction` of the C library, which is not the kernel's.
  ///
  /// ```text
  ///   0  sa_handler  pointer; 0 is the default action, 1 ignores
  ///   8  sa_mask     128 bytes
  /// 136  sa_flags    s32
  /// ```
  static final class Sigaction {
    static final int SA_HANDLER = 0;
    static final int SA_MASK = 8;
    static final int SA_FLAGS = 136;
    static final int SIZE = 152;

    private Sigaction() {}

    /// With no flags and no signal blocked meanwhile.
    static void write(MemorySegment memory, long handler) {
      memory.asSlice(0, SIZE).fill((byte) 0);
      memory.set(JAVA_LONG, SA_HANDLER, handler);
    }

    static long handler(MemorySegment memory) {
      return memory.get(JAVA_LONG, SA_HANDLER);
    }
  }

  /// `struct statx`, the members that Parley reads. Each time is 16 bytes: seconds s64, nanoseconds
  /// u32, and a gap.
  ///
  /// ```text
  ///   0  stx_mask       u32      48  stx_blocks           u64
  ///   4  stx_blksize    u32      56  stx_attributes_mask  u64
  ///   8  stx_attributes u64      64  stx_atime, btime     2 x 16
  ///  16  stx_nlink      u32      96  stx_ctime            16
  ///  20  stx_uid        u32     112  stx_mtime            16
  ///  24  stx_gid        u32     128  stx_rdev             2 x u32
  ///  28  stx_mode       u16     136  stx_dev_major, minor 2 x u32
  ///  32  stx_ino        u64     144  stx_mnt_id           u64
  ///  40  stx_size       u64     152  (later members)
  /// ```
  static final class Statx {
    static final int STX_MASK = 0;
    static final int STX_NLINK = 16;
    static final int STX_UID = 20;
    static final int STX_GID = 24;
    static final int STX_MODE = 28;
    static final int STX_INO = 32;
    static final int STX_SIZE = 40;
    static final int STX_CTIME = 96;
    static final int STX_MTIME = 112;
    static final int STX_DEV_MAJOR = 136;
    static final int STX_DEV_MINOR = 140;
    static final int STX_MNT_ID = 144;
    static final int SIZE = 256;

    private Statx() {}

    static FileStatus read(MemorySegment memory) {
      boolean hasMount = (memory.get(JAVA_INT, STX_MASK) & Constants.STATX_MNT_ID) != 0;
      return new FileStatus(
          Short.toUnsignedInt(memory.get(JAVA_SHORT, STX_MODE)),
          memory.get(JAVA_INT, STX_UID),
          memory.get(JAVA_INT, STX_GID),
          memory.get(JAVA_INT, STX_NLINK),
          memory.get(JAVA_LONG, STX_INO),
          device(memory.get(JAVA_INT, STX_DEV_MAJOR), memory.get(JAVA_INT, STX_DEV_MINOR)),
          memory.get(JAVA_LONG, STX_SIZE),
          nanos(memory, STX_MTIME),
          nanos(memory, STX_CTIME),
          hasMount ? memory.get(JAVA_LONG, STX_MNT_ID) : 0);
    }

    private static long nanos(MemorySegment memory, int at) {
      return memory.get(JAVA_LONG, at) * Timespec.NANOS_PER_SECOND + memory.get(JAVA_INT, at + 8);
    }

    /// The number that stat(2) calls st_dev: gnu_dev_makedev.
    private static long device(long major, long minor) {
      return (minor & 0xFF)
          | (major & 0xFFF) << 8
          | (minor & ~0xFFL) << 12
          | (major & ~0xFFFL) << 32;
    }
  }

  /// `struct statfs`, the members that Parley reads; all are 64 bits wide.
  ///
  /// ```text
  ///   0  f_type      24  f_bfree    48  f_ffree     72  f_frsize
  ///   8  f_bsize     32  f_bavail   56  f_fsid      80  f_flags
  ///  16  f_blocks    40  f_files    64  f_namelen   88  (spare, 32 bytes)
  /// ```
  static final class Statfs {
    static final int F_TYPE = 0;
    static final int F_BSIZE = 8;
    static final int F_BLOCKS = 16;
    static final int F_BAVAIL = 32;
    static final int F_FILES = 40;
    static final int F_FFREE = 48;
    static final int F_NAMELEN = 64;
    static final int F_FRSIZE = 72;
    static final int F_FLAGS = 80;
    static final int SIZE = 120;

    private Statfs() {}

    static FilesystemStatus read(MemorySegment memory) {
      long fragment = memory.get(JAVA_LONG, F_FRSIZE);
      return new FilesystemStatus(
          memory.get(JAVA_LONG, F_TYPE),
          fragment != 0 ? fragment : memory.get(JAVA_LONG, F_BSIZE),
          memory.get(JAVA_LONG, F_BLOCKS),
          memory.get(JAVA_LONG, F_BAVAIL),
          memory.get(JAVA_LONG, F_FILES),
          memory.get(JAVA_LONG, F_FFREE),
          (int) memory.get(JAVA_LONG, F_NAMELEN),
          (memory.get(JAVA_LONG, F_FLAGS) & Constants.ST_RDONLY) != 0,
          (memory.get(JAVA_LONG, F_FLAGS) & Constants.ST_MANDLOCK) != 0);
    }
  }

  /// `struct flock`
  ///
  /// ```text
  ///   0  l_type    s16      8  l_start  s64     24  l_pid  s32, 0 for OFD locks
  ///   2  l_whence  s16     16  l_len    s64     28  (gap)
  /// ```
  static final class Flock {
    static final int L_TYPE = 0;
    static final int L_WHENCE = 2;
    static final int L_START = 8;
    static final int L_LEN = 16;
    static final int L_PID = 24;
    static final int SIZE = 32;

    private Flock() {}

    static void write(MemorySegment memory, int type, long start, long length) {
      memory.set(JAVA_SHORT, L_TYPE, (short) type);
      memory.set(JAVA_SHORT, L_WHENCE, (short) Constants.SEEK_SET);
      memory.set(JAVA_LONG, L_START, start);
      memory.set(JAVA_LONG, L_LEN, length);
      memory.set(JAVA_INT, L_PID, 0);
    }

    static int type(MemorySegment memory) {
      return memory.get(JAVA_SHORT, L_TYPE);
    }
  }

  /// `struct sockaddr_nl`
  ///
  /// ```text
  ///   0  nl_family  u16      4  nl_pid     u32, 0 is the kernel
  ///   2  nl_pad     u16      8  nl_groups  u32
  /// ```
  static final class NetlinkAddress {
    static final int NL_FAMILY = 0;
    static final int NL_PID = 4;
    static final int NL_GROUPS = 8;
    static final int SIZE = 12;

    private NetlinkAddress() {}

    static void write(MemorySegment memory, int groups) {
      memory.set(JAVA_INT, NL_FAMILY, Constants.AF_NETLINK);
      memory.set(JAVA_INT, NL_PID, 0);
      memory.set(JAVA_INT, NL_GROUPS, groups);
    }

    static int sender(MemorySegment memory) {
      return memory.get(JAVA_INT, NL_PID);
    }
  }

  /// `struct pollfd`, one behind the other; each is two ints here
  ///
  /// ```text
  ///   0  fd      s32
  ///   4  events  s16
  ///   6  revents s16
  /// ```
  static final class Pollfd {
    static final int FD = 0;
    static final int EVENTS = 4;
    static final int REVENTS = 6;
    static final int SIZE = 8;

    private Pollfd() {}

    static void write(int[] polled, int index, int fd, int events) {
      polled[2 * index] = fd;
      polled[2 * index + 1] = events;
    }

    static int revents(int[] polled, int index) {
      return polled[2 * index + 1] >>> 16;
    }
  }

  /// `struct epoll_event`: packed on x86-64, so its data is not aligned there.
  ///
  /// ```text
  ///             x86-64  aarch64
  ///   events u32     0        0
  ///   data   u64     4        8
  ///   size          12       16
  /// ```
  static final class EpollEvent {
    static final int EVENTS = 0;
    static final int DATA = Machine.current().epollDataOffset();
    static final int SIZE = DATA + 8;

    private EpollEvent() {}

    static void write(MemorySegment memory, int events, long data) {
      memory.set(JAVA_INT, EVENTS, events);
      memory.set(JAVA_LONG_UNALIGNED, DATA, data);
    }

    static long data(MemorySegment memory, int index) {
      return memory.get(JAVA_LONG_UNALIGNED, (long) index * SIZE + DATA);
    }
  }

  /// `struct linux_dirent64`, one behind the other
  ///
  /// ```text
  ///   0  d_ino  u64     16  d_reclen  u16, from this entry's start to the next
  ///   8  d_off  s64     18  d_type    u8
  ///                     19  d_name    NUL-terminated
  /// ```
  static final class Dirent64 {
    static final int D_RECLEN = 16;
    static final int D_NAME = 19;

    private Dirent64() {}

    /// The names of the entries in `bytes`, without `.` and `..`.
    static List<String> names(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      List<String> names = new ArrayList<>(bytes.length / 40 + 1);
      for (int at = 0;
          at < bytes.length;
          at += Short.toUnsignedInt(buffer.getShort(at + D_RECLEN))) {
        int start = at + D_NAME;
        int end = endOfString(bytes, start);
        if (!isDots(bytes, start, end)) names.add(Names.decode(bytes, start, end));
      }
      return names;
    }

    private static boolean isDots(byte[] bytes, int start, int end) {
      int length = end - start;
      return bytes[start] == '.' && (length == 1 || (length == 2 && bytes[start + 1] == '.'));
    }
  }

  /// `struct inotify_event`, one behind the other
  ///
  /// ```text
  ///   0  wd    s32      8  cookie  u32     16  name  NUL-padded
  ///   4  mask  u32     12  len     u32, of the name
  /// ```
  static final class InotifyHeader {
    static final int WD = 0;
    static final int MASK = 4;
    static final int COOKIE = 8;
    static final int LEN = 12;
    static final int NAME = 16;

    private InotifyHeader() {}

    static List<InotifyEvent> events(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
      List<InotifyEvent> events = new ArrayList<>();
      int next;
      for (int at = 0; at < bytes.length; at = next) {
        next = at + NAME + buffer.getInt(at + LEN);
        int end = next == at + NAME ? next : endOfString(bytes, at + NAME);
        String name = Names.decode(bytes, at + NAME, end);
        events.add(
            new InotifyEvent(
                buffer.getInt(at + WD),
                buffer.getInt(at + MASK),
                buffer.getInt(at + COOKIE),
                name));
      }
      return events;
    }
  }

  private static int endOfString(byte[] bytes, int start) {
    int end = start;
    while (bytes[end] != 0) end++;
    return end;
  }
}
