package dev.parley.pattern.member;

import dev.parley.Durability;
import dev.parley.DurabilityException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FilesystemStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// What the filesystem below a space keeps across a power cut.
///
/// Spool files move by rename without a sync for each move, so a durable message needs a filesystem
/// whose renames land whole or not at all. Ext4 without a journal may lose a file's name from both
/// directories; there, and in memory, durable sends are refused. Source: statfs(2) for the magic
/// numbers.
///
/// @param name of the filesystem, for people
/// @param renamesAreWhole whether a rename lands whole or not at all
/// @param inMemory whether everything is gone with the power
public record Storage(String name, boolean renamesAreWhole, boolean inMemory) {
  private static final long TMPFS = 0x01021994;
  private static final long RAMFS = 0x858458F6L;
  private static final long EXT = 0xEF53;
  private static final long XFS = 0x58465342;
  private static final long BTRFS = 0x9123683EL;
  private static final long ZFS = 0x2FC12FC1;
  private static final long F2FS = 0xF2F52010L;
  private static final long BCACHEFS = 0xCA451A4E;
  private static final long OVERLAY = 0x794C7630;

  /// @throws UnsafePathException if processes of other hosts may use it, where locks prove nothing
  static Storage of(Dir dir) throws IOException {
    FilesystemStatus filesystem = dir.kernel().filesystem(dir.fd());
    long type = filesystem.type() & 0xFFFFFFFFL;
    if (type == TMPFS) return new Storage("tmpfs", true, true);
    if (type == RAMFS) return new Storage("ramfs", true, true);
    if (type == XFS) return new Storage("xfs", true, false);
    if (type == BTRFS) return new Storage("btrfs", true, false);
    if (type == ZFS) return new Storage("zfs", true, false);
    if (type == F2FS) return new Storage("f2fs", true, false);
    if (type == (BCACHEFS & 0xFFFFFFFFL)) return new Storage("bcachefs", true, false);
    if (type == OVERLAY) return new Storage("overlay", true, false);
    if (type == EXT) {
      return hasJournal(dir)
          ? new Storage("ext4", true, false)
          : new Storage("ext4 without a journal", false, false);
    }
    Optional<String> shared = sharedBetweenHosts(type);
    if (shared.isPresent()) {
      throw new UnsafePathException(
          dir.path()
              + " is on "
              + shared.get()
              + ", which other hosts may use too; a lock there says nothing"
              + " about who is alive. Choose a directory on a local filesystem");
    }
    return new Storage("a filesystem of unknown type 0x" + Long.toHexString(type), false, false);
  }

  private static Optional<String> sharedBetweenHosts(long type) {
    return Optional.ofNullable(
        switch ((int) type) {
          case 0x6969 -> "NFS";
          case 0x01021997 -> "9P";
          case 0x65735546 -> "FUSE or virtiofs";
          case 0xFF534D42, 0xFE534D42, 0x517B -> "SMB";
          case 0x00C36400 -> "Ceph";
          case 0x0BD00BD0 -> "Lustre";
          case 0x5346414F, 0x6B414653 -> "AFS";
          default -> null;
        });
  }

  /// Ext3 and ext4 with a journal have an entry for it under /proc/fs/jbd2, named by the device.
  private static boolean hasJournal(Dir dir) throws IOException {
    long device = dir.status().device();
    Kernel kernel = dir.kernel();
    String link;
    try {
      link = kernel.readLinkAt(Fd.CWD, "/sys/dev/block/" + major(device) + ":" + minor(device));
    } catch (ErrnoException e) {
      return false;
    }
    String name = link.substring(link.lastIndexOf('/') + 1);
    try (Fd journals = kernel.openAt(Fd.CWD, "/proc/fs/jbd2", Open.READ_ONLY | Open.DIRECTORY, 0)) {
      for (List<String> names = kernel.readDirectory(journals);
          !names.isEmpty();
          names = kernel.readDirectory(journals)) {
        for (String journal : names) {
          if (journal.startsWith(name + "-")) return true;
        }
      }
      return false;
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.EACCES)) return false;
      throw e;
    }
  }

  private static long major(long device) {
    return (device >>> 8) & 0xFFF | (device >>> 32) & ~0xFFFL;
  }

  private static long minor(long device) {
    return device & 0xFF | (device >>> 12) & ~0xFFL;
  }

  public boolean keepsDurableSends() {
    return renamesAreWhole && !inMemory;
  }

  public Durability defaultDurability() {
    return keepsDurableSends() ? Durability.GROUP : Durability.NONE;
  }

  /// What a send means that asked for `wanted`.
  ///
  /// @throws DurabilityException if it cannot be kept here
  public Durability resolve(Optional<Durability> wanted, String path) throws DurabilityException {
    Durability durability = wanted.orElse(defaultDurability());
    if (durability != Durability.NONE && !keepsDurableSends()) {
      throw new DurabilityException(
          path
              + " is on "
              + name
              + ", which cannot keep a message across a power cut; send with"
              + " durability none, or put the space on a journalled disk filesystem");
    }
    return durability;
  }

  public List<String> warnings(String path) {
    if (keepsDurableSends()) return List.of();
    return List.of(
        path
            + " is on "
            + name
            + (inMemory ? ": all is gone after a reboot" : ", which may lose files in a power cut")
            + "; durable sends are refused there");
  }
}
