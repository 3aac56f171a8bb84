package dev.parley.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// One line of /proc/self/mountinfo: where a directory's bytes go. Source: man 5
/// proc_pid_mountinfo.
///
/// @param source the device, or whatever the filesystem calls its origin
/// @param options of the mount, then of the superblock, without repetition
record Mount(Path point, String type, String source, String options) {

  /// The mount that `path`, absolute and free of symlinks, is on: the last of the longest that
  /// contain it.
  static Mount of(Path path, List<String> mountinfo) throws IOException {
    Mount best = null;
    for (String line : mountinfo) {
      Mount mount = parse(line);
      if (path.startsWith(mount.point())
          && (best == null || mount.point().getNameCount() >= best.point().getNameCount())) {
        best = mount;
      }
    }
    if (best == null)
      throw new IOException(path + ": no mount contains it in /proc/self/mountinfo");
    return best;
  }

  /// `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw,errors=continue`
  private static Mount parse(String line) {
    String[] halves = line.split(" - ", 2);
    String[] before = halves[0].split(" ");
    String[] after = halves[1].split(" ");
    String options =
        String.join(
            ",",
            Arrays.stream((before[5] + "," + after[2]).split(","))
                .distinct()
                .toArray(String[]::new));
    return new Mount(Path.of(unescape(before[4])), after[0], unescape(after[1]), options);
  }

  /// The kernel writes space, tab, newline and backslash as three octal digits.
  private static String unescape(String text) {
    return text.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }

  /// Whether this is an ext4 made without a journal, which costs nothing to sync and promises less.
  boolean lacksJournal() {
    if (!type.equals("ext4")) return false;
    Path device = Path.of(source).getFileName();
    if (device == null) return false;
    try {
      Path task = Path.of("/sys/fs/ext4").resolve(device).resolve("journal_task");
      return Files.readString(task).strip().equals("<none>");
    } catch (IOException e) {
      return false; // an older kernel does not say
    }
  }
}
