package dev.parley.primitive.file;

import dev.parley.sys.FileStatus;

/// What a directory's modification time was before it was listed, to tell later whether it has to
/// be listed again.
///
/// A change within one tick of the clock may leave the time as it was, so a time that was not
/// clearly past when it was seen proves nothing. Some filesystems keep whole seconds only (ext4
/// with small inodes): a time without a fraction is taken for one of theirs.
///
/// @param nanos the modification time
/// @param settled whether it was past by then
public record Stamp(long nanos, boolean settled) {
  public static final Stamp NEVER = new Stamp(Long.MIN_VALUE, false);
  private static final long TICK_NANOS = 20_000_000;
  private static final long SECOND_NANOS = 1_000_000_000;

  /// Take it before listing.
  public static Stamp of(FileStatus status, long nowNanos) {
    long nanos = status.modifiedNanos();
    long tick = nanos % SECOND_NANOS == 0 ? SECOND_NANOS + TICK_NANOS : TICK_NANOS;
    return new Stamp(nanos, nanos < nowNanos - tick);
  }

  /// Whether nothing has changed since: certain if true.
  public boolean stillHolds(FileStatus status) {
    return settled && status.modifiedNanos() == nanos;
  }
}
