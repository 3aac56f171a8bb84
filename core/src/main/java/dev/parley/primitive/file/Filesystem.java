package dev.parley.primitive.file;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.List;

/// The kind of filesystem a directory is on, and what is known of the kind. What a test can show,
/// `parley doctor` tests; this is what no test on one running host can show. Source: statfs(2) for
/// the magic numbers.
///
/// @param name for people
/// @param inMemory whether everything is gone with the power
/// @param renamesAreWhole whether a rename that was not synced lands whole or not at all; ext4
///   without a journal may lose a file's name from both directories
/// @param copiesOnWrite whether overwriting needs new blocks, so that preallocated space may still
///   run out
/// @param sharedBetweenHosts whether processes of other hosts may use it, where locks say nothing
///   about who is alive and inotify is silent about what they do
/// @param computed whether the kernel makes up the files when they are read, as in /proc and /sys:
///   inotify is silent about most of them
public record Filesystem(
    String name,
    boolean inMemory,
    boolean renamesAreWhole,
    boolean copiesOnWrite,
    boolean sharedBetweenHosts,
    boolean computed) {

  public static Filesystem of(Dir dir) throws IOException {
    return of(dir.kernel(), dir.fd());
  }

  /// What `fd`, a directory or not, is on. It may be open with [Open#PATH].
  public static Filesystem of(Kernel kernel, Fd fd) throws IOException {
    int type = (int) kernel.filesystem(fd).type();
    return switch (type) {
      case 0x01021994 -> inMemory("tmpfs");
      case 0x858458F6 -> inMemory("ramfs");
      case 0x58465342 -> onDisk("xfs");
      case 0xF2F52010 -> onDisk("f2fs");
      case 0x794C7630 -> onDisk("overlay");
      case 0x9123683E -> copying("btrfs");
      case 0x2FC12FC1 -> copying("zfs");
      case 0xCA451A4E -> copying("bcachefs");
      case 0xEF53 ->
          hasJournal(kernel, kernel.status(fd))
              ? onDisk("ext4")
              : new Filesystem("ext4 without a journal", false, false, false, false, false);
      case 0x6969 -> shared("NFS");
      case 0x01021997 -> shared("9P");
      case 0x65735546 -> shared("FUSE or virtiofs");
      case 0xFF534D42, 0xFE534D42, 0x517B -> shared("SMB");
      case 0x00C36400 -> shared("Ceph");
      case 0x0BD00BD0 -> shared("Lustre");
      case 0x5346414F, 0x6B414653 -> shared("AFS");
      case 0x9FA0 -> computed("proc");
      case 0x62656572 -> computed("sysfs");
      case 0x63677270, 0x0027E0EB -> computed("cgroup");
      case 0x64626720 -> computed("debugfs");
      case 0x74726163 -> computed("tracefs");
      case 0x73636673 -> computed("securityfs");
      case 0x62656570 -> computed("configfs");
      case 0xCAFE4A11 -> computed("bpf");
      case 0x6E736673 -> computed("nsfs");
      case 0x00001CD1 -> computed("devpts");
      case 0x50495045 -> computed("pipefs");
      case 0x534F434B -> computed("sockfs");
      case 0x09041934 -> computed("anonymous inodes");
      case 0x19800202 -> inMemory("mqueue");
      case 0x958458F6 -> inMemory("hugetlbfs");
      case 0x73717368 -> unknown("squashfs");
      case 0x00004D44 -> unknown("vfat");
      case 0x2011BAB0 -> unknown("exfat");
      default -> unknown("a filesystem of unknown type 0x" + Integer.toHexString(type));
    };
  }

  private static Filesystem inMemory(String name) {
    return new Filesystem(name, true, true, false, false, false);
  }

  private static Filesystem onDisk(String name) {
    return new Filesystem(name, false, true, false, false, false);
  }

  private static Filesystem copying(String name) {
    return new Filesystem(name, false, true, true, false, false);
  }

  private static Filesystem shared(String name) {
    return new Filesystem(name, false, false, true, true, false);
  }

  private static Filesystem computed(String name) {
    return new Filesystem(name, true, false, false, false, true);
  }

  private static Filesystem unknown(String name) {
    return new Filesystem(name, false, false, true, false, false);
  }

  /// Ext3 and ext4 with a journal have an entry for it under /proc/fs/jbd2, named by the device.
  private static boolean hasJournal(Kernel kernel, FileStatus status) throws IOException {
    String link;
    try {
      String number = status.deviceMajor() + ":" + status.deviceMinor();
      link = kernel.readLinkAt(Fd.CWD, "/sys/dev/block/" + number);
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
}
