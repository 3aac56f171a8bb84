package dev.parley.primitive.memory;

import dev.parley.BadFormatException;
import dev.parley.EarlierBootException;
import dev.parley.SettingsConflictException;
import dev.parley.UnknownFormatException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;

/// Where things are in a region, version 1. Numbers are in the machine's byte order.
///
/// ```text
///     0  magic      u64   "PARLEYSM", its bytes in this order
///     8  version    u32   1
///    12  kind       u32   1 memory, 2 queue
///    16  size       u64   of all, in bytes; a multiple of 4096
///    24  boot       2 x u64, of the boot it was made in
///    40  slots      u32
///    44  locks      u32
///    48  format     u32   the user's number for what is in the body
///    52  (zero)     u32
///    56  body       u64   where the body begins
///    64  bodyBytes  u64
///    72  (zero)
///   128  slot table       slots x u32: 0 free, 1 in use, or not cleaned up after a death
///        lock words       locks x u32, each alone in 128 bytes, from a multiple of 128 on; SharedLock
///        body             from a multiple of 128 on
/// ```
///
/// The part before the slot table never changes once the region has its name.
///
/// @param kind [#MEMORY] or [#QUEUE]
/// @param format the user's
record RegionLayout(int kind, int format, int slots, int locks, long bodyBytes) {
  static final int MEMORY = 1;
  static final int QUEUE = 2;

  static final int MOST_SLOTS = 4095;
  static final int MOST_LOCKS = 1 << 20;
  static final long MOST_BODY_BYTES = 1L << 46;

  /// Two cache lines, for processors fetch them in pairs.
  static final int LINE_BYTES = 128;

  static final int HEADER_BYTES = LINE_BYTES;

  private static final byte[] MAGIC = {'P', 'A', 'R', 'L', 'E', 'Y', 'S', 'M'};
  private static final int MAGIC_AT = 0;
  private static final int VERSION_AT = MAGIC_AT + 8;
  private static final int KIND_AT = VERSION_AT + 4;
  private static final int SIZE_AT = KIND_AT + 4;
  private static final int BOOT_AT = SIZE_AT + 8;
  private static final int SLOTS_AT = BOOT_AT + 16;
  private static final int LOCKS_AT = SLOTS_AT + 4;
  private static final int FORMAT_AT = LOCKS_AT + 4;
  private static final int BODY_AT = FORMAT_AT + 8;
  private static final int BODY_BYTES_AT = BODY_AT + 8;

  private static final int SLOT_TABLE = HEADER_BYTES;
  private static final int SLOT_BYTES = 4;
  private static final int PAGE_BYTES = 4096;
  private static final int VERSION = 1;

  RegionLayout {
    check(slots, locks, bodyBytes);
  }

  /// @throws IllegalArgumentException if a number is out of range
  static void check(int slots, int locks, long bodyBytes) {
    require(slots >= 1 && slots <= MOST_SLOTS, "slots", slots, 1, MOST_SLOTS);
    require(locks >= 0 && locks <= MOST_LOCKS, "locks", locks, 0, MOST_LOCKS);
    require(
        bodyBytes >= 0 && bodyBytes <= MOST_BODY_BYTES,
        "body bytes",
        bodyBytes,
        0,
        MOST_BODY_BYTES);
  }

  private static void require(boolean good, String what, long value, long least, long most) {
    if (good) return;
    throw new IllegalArgumentException(
        what + " must be from " + least + " to " + most + ", not " + value);
  }

  // ---- offsets

  long slot(int slot) {
    return SLOT_TABLE + (long) slot * SLOT_BYTES;
  }

  long lock(int lock) {
    return lockWords() + (long) lock * LINE_BYTES;
  }

  private long lockWords() {
    return roundUp(slot(slots), LINE_BYTES);
  }

  long body() {
    return lock(locks);
  }

  long sizeBytes() {
    return roundUp(body() + bodyBytes, PAGE_BYTES);
  }

  private static long roundUp(long number, int unit) {
    return (number + unit - 1) / unit * unit;
  }

  // ---- the header

  byte[] header(UUID boot) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.nativeOrder());
    header.put(MAGIC_AT, MAGIC);
    header.putInt(VERSION_AT, VERSION);
    header.putInt(KIND_AT, kind);
    header.putLong(SIZE_AT, sizeBytes());
    header.putLong(BOOT_AT, boot.getMostSignificantBits());
    header.putLong(BOOT_AT + 8, boot.getLeastSignificantBits());
    header.putInt(SLOTS_AT, slots);
    header.putInt(LOCKS_AT, locks);
    header.putInt(FORMAT_AT, format);
    header.putLong(BODY_AT, body());
    header.putLong(BODY_BYTES_AT, bodyBytes);
    return header.array();
  }

  /// What a header says, once all of it was found to fit together and to fit the file.
  ///
  /// @param bytes from the file's start, [#HEADER_BYTES] or fewer
  /// @param fileBytes how long the file is
  /// @param boot of this boot
  /// @throws UnknownFormatException of a later version
  /// @throws EarlierBootException of an earlier boot
  /// @throws BadFormatException no region, damaged, or cut short
  static RegionLayout parse(byte[] bytes, long fileBytes, UUID boot, String path)
      throws BadFormatException {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    if (bytes.length < HEADER_BYTES
        || header.slice(MAGIC_AT, MAGIC.length).mismatch(ByteBuffer.wrap(MAGIC)) >= 0) {
      throw new BadFormatException(
          path + " is no shared memory of Parley; look what it is, or take another name");
    }
    int version = header.getInt(VERSION_AT);
    if (version != VERSION) {
      throw new UnknownFormatException(
          path + " has format " + version + ", and this version knows " + VERSION);
    }
    RegionLayout layout = layout(header, path);
    if (header.getLong(BODY_AT) != layout.body() || header.getLong(SIZE_AT) != layout.sizeBytes()) {
      throw damaged(path, "its parts do not fit together");
    }
    if (fileBytes != layout.sizeBytes()) {
      throw damaged(path, "it has " + fileBytes + " bytes instead of " + layout.sizeBytes());
    }
    UUID made = new UUID(header.getLong(BOOT_AT), header.getLong(BOOT_AT + 8));
    if (!made.equals(boot)) {
      throw new EarlierBootException(
          path
              + " was made before this boot, and memory does not survive one; open it as one that"
              + " may be made, and it is made anew");
    }
    return layout;
  }

  private static RegionLayout layout(ByteBuffer header, String path) throws BadFormatException {
    try {
      return new RegionLayout(
          header.getInt(KIND_AT),
          header.getInt(FORMAT_AT),
          header.getInt(SLOTS_AT),
          header.getInt(LOCKS_AT),
          header.getLong(BODY_BYTES_AT));
    } catch (IllegalArgumentException e) {
      throw damaged(path, String.valueOf(e.getMessage()));
    }
  }

  // ---- what was found, and what was wanted

  /// @throws BadFormatException if it is a region of another kind, or with something else in it
  void requireKind(int wantedKind, int wantedFormat, String path) throws BadFormatException {
    if (kind != wantedKind) {
      throw new BadFormatException(
          path
              + " is "
              + (kind == QUEUE ? "a queue" : kind == MEMORY ? "plain memory" : "of kind " + kind)
              + " and not "
              + (wantedKind == QUEUE ? "a queue" : "plain memory")
              + "; open it as what it is, or take another name");
    }
    if (format != wantedFormat) {
      throw new BadFormatException(
          path
              + " has format "
              + format
              + " in it, and not "
              + wantedFormat
              + "; it is another program's, or another version's");
    }
  }

  /// @throws SettingsConflictException unless both are the same
  static void requireSame(String path, String what, long found, long wanted)
      throws SettingsConflictException {
    if (found == wanted) return;
    throw new SettingsConflictException(
        "%s has %s %d, and %d was asked for; ask for %2$s %3$d, or remove it once nobody uses it"
            .formatted(path, what, found, wanted));
  }

  static BadFormatException damaged(String path, String how) {
    return new BadFormatException(
        path + " is damaged: " + how + "; remove it, and it will be made anew");
  }
}
