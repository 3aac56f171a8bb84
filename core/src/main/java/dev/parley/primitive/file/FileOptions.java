package dev.parley.primitive.file;

/// How a primitive that lives in files makes and keeps them.
///
/// @param mode the permission bits of what is made, whatever the umask
/// @param durable whether a change that was returned from survives a power cut: each is synced
/// @param maxBytes the most that one message, entry or element may have, 1 GiB at most
public record FileOptions(int mode, boolean durable, int maxBytes) {
  private static final int MOST_BYTES = 1 << 30;
  private static final FileOptions DEFAULTS = new FileOptions(0600, true, 64 << 20);

  public FileOptions {
    if ((mode & ~0777) != 0) {
      throw new IllegalArgumentException(
          "mode takes permission bits from 0 to 777, not " + Integer.toOctalString(mode));
    }
    if (maxBytes < 0 || maxBytes > MOST_BYTES) {
      throw new IllegalArgumentException("maxBytes takes 0 to 1 GiB, not " + maxBytes);
    }
  }

  /// Mode 0600, durable, 64 MiB.
  public static FileOptions defaults() {
    return DEFAULTS;
  }

  public FileOptions withMode(int newMode) {
    return new FileOptions(newMode, durable, maxBytes);
  }

  public FileOptions withDurable(boolean newDurable) {
    return new FileOptions(mode, newDurable, maxBytes);
  }

  public FileOptions withMaxBytes(int newMaxBytes) {
    return new FileOptions(mode, durable, newMaxBytes);
  }
}
