package dev.parley.primitive.lock;

import dev.parley.primitive.lock.LockFile.Kind;
import java.time.Duration;

/// How to lock.
///
/// @param start the first byte, for [Kind#OFD]
/// @param length how many bytes, for [Kind#OFD]; 0 is to the end, however far the file grows
/// @param lease how long a lease lasts without being renewed, for [Kind#LEASE]
/// @param mode the permission bits of a file that is made; 0 is the directory's usual ones: 0600,
///   or 0660 in a group space
/// @param fixed whether nobody removes or replaces the file while it may be locked, so that there
///   is no need to look
public record LockOptions(
    Kind kind, long start, long length, Duration lease, int mode, boolean fixed) {
  public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);
  public static final Duration SHORTEST_LEASE = Duration.ofMillis(100);
  public static final Duration LONGEST_LEASE = Duration.ofDays(1);

  public LockOptions {
    if (start < 0 || length < 0 || start > Long.MAX_VALUE - length) {
      throw new IllegalArgumentException(
          "there are no " + length + " bytes from byte " + start + " on");
    }
    if (kind != Kind.OFD && (start != 0 || length != 0)) {
      throw new IllegalArgumentException("a part of a file is locked by OFD locks only");
    }
    if (mode < 0 || (mode & ~0777) != 0) {
      throw new IllegalArgumentException(
          "a mode is from 0 to 0777, not " + Integer.toOctalString(mode));
    }
    if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
      throw new IllegalArgumentException("a lease lasts from 100 ms to a day, not " + lease);
    }
  }

  /// The whole file; a lease of 30 seconds.
  public static LockOptions of(Kind kind) {
    return new LockOptions(kind, 0, 0, DEFAULT_LEASE, 0, false);
  }

  /// Bytes [start, start + length); length 0 is to the end.
  public LockOptions withRange(long start, long length) {
    return new LockOptions(kind, start, length, lease, mode, fixed);
  }

  public LockOptions withLease(Duration lease) {
    return new LockOptions(kind, start, length, lease, mode, fixed);
  }

  /// For others to lock as well: a file that is made gets this mode whatever the umask.
  public LockOptions withMode(int mode) {
    return new LockOptions(kind, start, length, lease, mode, fixed);
  }

  /// For a file that nobody removes or replaces while it may be locked: saves the look whether
  /// somebody did, one system call of three.
  public LockOptions onFixedFile() {
    return new LockOptions(kind, start, length, lease, mode, true);
  }
}
