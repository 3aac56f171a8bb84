package dev.parley.testkit.crash;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Makes a copy of a space look like the space itself after a reboot.
///
/// Two things would give the copy away: `parley-space` says its own inode number, and files say the
/// boot they belong to. The one is set to the copy's, the other to a boot of long ago.
final class Reboot {
  private static final String EARLIER_BOOT = "00000000-0000-4000-8000-000000000000";

  private Reboot() {}

  /// @param places where each inode number of the original went
  static void pretend(Path root, Map<Long, Path> places) throws IOException {
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    for (Map.Entry<Long, Path> place : places.entrySet()) {
      Path path = place.getValue();
      if (!Files.isRegularFile(path)) continue;
      String before = Files.readString(path, ISO_8859_1);
      String after = before.replace("boot=" + boot, "boot=" + EARLIER_BOOT);
      if (after.startsWith("format=")) {
        long inode = (Long) Files.getAttribute(path, "unix:ino");
        after = after.replace("inode=" + place.getKey() + "\n", "inode=" + inode + "\n");
      }
      if (!after.equals(before)) Files.writeString(path, after, ISO_8859_1);
    }
  }
}
