package dev.parley.primitive.attribute;

import dev.parley.primitive.file.Filesystem;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;

/// How much fits into attributes, by what is known of the filesystem. Source: xattr(7), "Filesystem
/// differences".
///
/// @param filesystem for people
/// @param valueBytes no value is larger, but on ext4 with ea_inode, which cannot be told from
///   outside; a smaller one may not fit either
/// @param shared whether all attributes of a file share that much
public record AttributeLimits(String filesystem, int valueBytes, boolean shared) {
  /// XATTR_SIZE_MAX, on any filesystem.
  public static final int MOST_VALUE_BYTES = 64 << 10;

  /// XATTR_NAME_MAX, `user.` included.
  public static final int MOST_NAME_BYTES = 255;

  /// The largest inode that mke2fs makes keeps so many bytes of attributes beside its block.
  private static final int EXT4_INODE_BYTES = 1024;

  private static final int BTRFS_NODE_BYTES = 16 << 10;

  static AttributeLimits of(Kernel kernel, Fd file) throws IOException {
    String name = Filesystem.of(kernel, file).name();
    if (name.startsWith("ext4")) {
      int block = (int) kernel.filesystem(file).blockSizeBytes();
      return new AttributeLimits(name, block + EXT4_INODE_BYTES, true);
    }
    int most = name.equals("btrfs") ? BTRFS_NODE_BYTES : MOST_VALUE_BYTES;
    return new AttributeLimits(name, most, false);
  }

  @Override
  public String toString() {
    return filesystem
        + " takes "
        + valueBytes
        + " bytes at most "
        + (shared ? "for all of a file's attributes, some less" : "a value, some less");
  }
}
