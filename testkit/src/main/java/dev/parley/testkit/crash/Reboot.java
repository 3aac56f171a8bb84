package dev.parley.testkit.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/// Makes a copy of a space look like the space itself after a reboot.
///
/// Two things would give the copy away: `parley-space` says its own inode number, and files say the
/// boot they belong to. The one is set to the copy's, the other to a boot of long ago.
public final class Reboot {
  private static final String EARLIER_BOOT = "00000000-0000-4000-8000-000000000000";

  private static final long NO_INODE = -1;

  private Reboot() {}

  /// Makes files of this boot below `root` look like an earlier one's.
  public static void pretend(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) pretend(file, NO_INODE);
    }
  }

  /// @param places where each inode number of the original went
  static void pretend(Map<Long, Path> places) throws IOException {
    for (Map.Entry<Long, Path> place : places.entrySet()) {
      if (Files.isRegularFile(place.getValue())) pretend(place.getValue(), place.getKey());
    }
  }

  private static void pretend(Path file, long originalInode) throws IOException {
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    String before = Files.readString(file, ISO_8859_1);
    String after = before.replace("boot=" + boot, "boot=" + EARLIER_BOOT);
    if (after.startsWith("format=")) {
      long inode = (Long) Files.getAttribute(file, "unix:ino");
      after = after.replace("inode=" + originalInode + "\n", "inode=" + inode + "\n");
    }
    if (!after.equals(before)) Files.writeString(file, after, ISO_8859_1);
  }
}
