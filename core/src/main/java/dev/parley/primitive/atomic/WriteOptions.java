package dev.parley.primitive.atomic;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// How a file is replaced.
///
/// @param mode permission bits of the new file, whatever the umask; null keeps those of the old
///   one, and is 0600 if there is none
/// @param durable whether what was returned from survives a power cut
/// @param newOwner whether the file may become the writer's own, where its owner or group cannot be
///   kept
/// @param backup a name in the same directory that keeps the version that was replaced; null keeps
///   none
/// @param checksum whether the file ends with a checksum of all before it, which reading looks at
///   and removes
/// @param maxBytes the most that is read into memory
/// @param atMost how long to wait for others who are at work on it
public record WriteOptions(
    @Nullable Integer mode,
    boolean durable,
    boolean newOwner,
    @Nullable String backup,
    boolean checksum,
    int maxBytes,
    Duration atMost) {
  private static final WriteOptions DEFAULTS =
      new WriteOptions(null, true, false, null, false, 64 << 20, ChronoUnit.FOREVER.getDuration());

  public WriteOptions {
    if (mode != null && (mode & ~0777) != 0) {
      throw new IllegalArgumentException(
          "mode takes permission bits from 0 to 777, not " + Integer.toOctalString(mode));
    }
    if (backup != null && (backup.isEmpty() || backup.contains("/"))) {
      throw new IllegalArgumentException("a backup is a name in the same directory: " + backup);
    }
    if (maxBytes < 0 || maxBytes > Integer.MAX_VALUE - 4096) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes);
    }
    if (atMost.isNegative()) throw new IllegalArgumentException("atMost: " + atMost);
  }

  /// Keeps everything that can be kept, durable, 64 MiB, waits without limit.
  public static WriteOptions defaults() {
    return DEFAULTS;
  }

  public WriteOptions withMode(int newMode) {
    return new WriteOptions(newMode, durable, newOwner, backup, checksum, maxBytes, atMost);
  }

  public WriteOptions withDurable(boolean newDurable) {
    return new WriteOptions(mode, newDurable, newOwner, backup, checksum, maxBytes, atMost);
  }

  public WriteOptions withNewOwner(boolean newNewOwner) {
    return new WriteOptions(mode, durable, newNewOwner, backup, checksum, maxBytes, atMost);
  }

  public WriteOptions withBackup(String newBackup) {
    return new WriteOptions(mode, durable, newOwner, newBackup, checksum, maxBytes, atMost);
  }

  public WriteOptions withChecksum(boolean newChecksum) {
    return new WriteOptions(mode, durable, newOwner, backup, newChecksum, maxBytes, atMost);
  }

  public WriteOptions withMaxBytes(int newMaxBytes) {
    return new WriteOptions(mode, durable, newOwner, backup, checksum, newMaxBytes, atMost);
  }

  public WriteOptions withAtMost(Duration newAtMost) {
    return new WriteOptions(mode, durable, newOwner, backup, checksum, maxBytes, newAtMost);
  }
}
