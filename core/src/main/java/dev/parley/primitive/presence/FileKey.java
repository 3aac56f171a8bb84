package dev.parley.primitive.presence;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.util.List;
import java.util.Optional;

/// How to recognise one file in what the kernel tells.
///
/// stat(2) shows a device and an inode number that a filesystem may make up: a subvolume's on
/// btrfs, a layer's on overlay. /proc/locks, maps and sock_diag show those that the kernel itself
/// has, the filesystem's. A descriptor's fdinfo tells the kernel's inode number and the mount, and
/// the mount the filesystem's device.
///
/// @param status what stat(2) shows
/// @param device what the kernel has, MAJOR:MINOR in decimal
/// @param inode what the kernel has
record FileKey(FileStatus status, String device, long inode) {
  static FileKey of(Kernel kernel, Proc proc, MountTable mounts, Fd file) throws ErrnoException {
    FileStatus status = kernel.status(file);
    List<String> info = proc.lines("self/fdinfo/" + file.number());
    long inode = value(info, "ino:").orElse(status.inode());
    long mount = value(info, "mnt_id:").orElse(status.mountId());
    String device =
        mounts
            .withId(mount)
            .map(MountTable.Mount::device)
            .orElse(status.deviceMajor() + ":" + status.deviceMinor());
    return new FileKey(status, device, inode);
  }

  /// What a line of fdinfo says.
  static Optional<Long> value(List<String> info, String key) {
    return info.stream()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(key.length()).strip())
        .filter(Numbers::isNumber)
        .map(Long::parseUnsignedLong)
        .findFirst();
  }

  /// Whether the kernel's tables may mean another file by the same numbers: one in another
  /// subvolume, or of another layer, of the same filesystem.
  boolean isAmbiguous() {
    return !device.equals(status.deviceMajor() + ":" + status.deviceMinor());
  }

  /// Whether that is the same file, as stat(2) sees it.
  boolean is(FileStatus other) {
    return other.inode() == status.inode() && other.device() == status.device();
  }

  /// Whether that is the same file, as the kernel's own tables have it: its device in hexadecimal.
  boolean is(String hexDevice, long itsInode) {
    return itsInode == inode && decimal(hexDevice).equals(device);
  }

  /// The same where there are only 32 bits for the inode, and the device is the kernel's number.
  boolean isInDiag(long kernelDevice, int itsInode) {
    String itsDevice = (kernelDevice >>> 20) + ":" + (kernelDevice & 0xFFFFF);
    return itsInode == (int) inode && itsDevice.equals(device);
  }

  private static String decimal(String hexDevice) {
    int colon = hexDevice.indexOf(':');
    return Long.parseLong(hexDevice.substring(0, colon), 16)
        + ":"
        + Long.parseLong(hexDevice.substring(colon + 1), 16);
  }
}
