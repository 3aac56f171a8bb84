package dev.parley.primitive.presence;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The mounts that this process sees, from /proc/self/mountinfo. Source: proc(5).
///
/// @param mounts in the kernel's order
public record MountTable(List<Mount> mounts) {
  /// @param id as [dev.parley.sys.FileStatus#mountId]
  /// @param device MAJOR:MINOR, in decimal: the filesystem's own, which stat(2) need not show
  /// @param root which directory of the filesystem is mounted
  /// @param path where
  /// @param options of the mount and of the filesystem, with commas between
  /// @param type of the filesystem
  /// @param source what is mounted, such as a device
  public record Mount(
      long id,
      String device,
      String root,
      String path,
      String options,
      String type,
      String source) {
    /// The value of an option, empty for one without; nothing if it is not set.
    public Optional<String> option(String name) {
      for (String option : options.split(",")) {
        if (option.equals(name)) return Optional.of("");
        if (option.startsWith(name + "=")) {
          return Optional.of(option.substring(name.length() + 1));
        }
      }
      return Optional.empty();
    }
  }

  public static MountTable of(Kernel kernel) throws ErrnoException {
    try (Proc proc = Proc.open(kernel, "/proc")) {
      return read(proc);
    }
  }

  static MountTable read(Proc proc) throws ErrnoException {
    List<Mount> mounts = new ArrayList<>();
    for (String line : proc.lines("self/mountinfo")) parse(line).ifPresent(mounts::add);
    return new MountTable(List.copyOf(mounts));
  }

  /// The mount with this id.
  public Optional<Mount> withId(long id) {
    return mounts.stream().filter(mount -> mount.id() == id).findFirst();
  }

  /// What is mounted at this path; the topmost, if several are.
  public Optional<Mount> at(String path) {
    return mounts.stream().filter(mount -> mount.path().equals(path)).reduce((_, last) -> last);
  }

  // 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue
  private static Optional<Mount> parse(String line) {
    String[] halves = line.split(" - ", 2);
    if (halves.length < 2) return Optional.empty();
    String[] mount = halves[0].split(" ");
    String[] filesystem = halves[1].split(" ", 3);
    if (mount.length < 6 || filesystem.length < 2) return Optional.empty();
    String more = filesystem.length == 3 ? "," + filesystem[2] : "";
    return Optional.of(
        new Mount(
            Long.parseLong(mount[0]),
            mount[2],
            unescape(mount[3]),
            unescape(mount[4]),
            mount[5] + more,
            filesystem[0],
            unescape(filesystem[1])));
  }

  /// Blanks and backslashes are written as octal numbers there.
  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.startsWith("\\", i) && text.substring(i).matches("(?s)\\\\[0-7]{3}.*")) {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }
}
