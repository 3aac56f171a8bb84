package dev.parley.sys;

/// What statx(2) says of a file.
///
/// @param mode type and permission bits, as st_mode
/// @param modifiedNanos last modification, nanoseconds since the epoch
/// @param changedNanos last status change, nanoseconds since the epoch
/// @param mountId the mount it was reached through, 0 where the kernel does not say
public record FileStatus(
    int mode,
    int uid,
    int gid,
    int links,
    long inode,
    long device,
    long sizeBytes,
    long modifiedNanos,
    long changedNanos,
    long mountId) {

  private static final int TYPE_MASK = 0xF000;

  public boolean isDirectory() {
    return (mode & TYPE_MASK) == 0x4000;
  }

  public boolean isRegular() {
    return (mode & TYPE_MASK) == 0x8000;
  }

  public boolean isSymlink() {
    return (mode & TYPE_MASK) == 0xA000;
  }

  public boolean isFifo() {
    return (mode & TYPE_MASK) == 0x1000;
  }

  public boolean isSocket() {
    return (mode & TYPE_MASK) == 0xC000;
  }

  /// The device's number as /proc and /sys write it: this, a colon, the minor one.
  public long deviceMajor() {
    return (device >>> 8) & 0xFFF | (device >>> 32) & ~0xFFFL;
  }

  public long deviceMinor() {
    return device & 0xFF | (device >>> 12) & ~0xFFL;
  }

  /// The permission bits with setuid, setgid and sticky.
  public int permissions() {
    return mode & 0xFFF;
  }

  /// The kind in a word a person knows.
  public String kind() {
    return switch (mode & TYPE_MASK) {
      case 0x1000 -> "FIFO";
      case 0x2000 -> "character device";
      case 0x4000 -> "directory";
      case 0x6000 -> "block device";
      case 0x8000 -> "regular file";
      case 0xA000 -> "symbolic link";
      case 0xC000 -> "socket";
      default -> "unknown kind of file";
    };
  }
}
