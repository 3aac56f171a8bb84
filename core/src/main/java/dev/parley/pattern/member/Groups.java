package dev.parley.pattern.member;

import dev.parley.InvalidNameException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Names of groups and users, from /etc/group and /etc/passwd; numbers always work.
public final class Groups {
  private Groups() {}

  /// @throws InvalidNameException if there is no such group
  static int idOf(String group) throws IOException {
    if (group.matches("[0-9]{1,9}")) return Integer.parseInt(group);
    return find(Path.of("/etc/group"), 0, group)
        .map(fields -> Integer.parseInt(fields[2]))
        .orElseThrow(
            () -> new InvalidNameException("there is no group '" + group + "' on this host"));
  }

  static String nameOf(int gid) throws IOException {
    return find(Path.of("/etc/group"), 2, Integer.toString(gid))
        .map(fields -> fields[0])
        .orElse(Integer.toString(gid));
  }

  public static String userName(int uid) throws IOException {
    return find(Path.of("/etc/passwd"), 2, Integer.toString(uid))
        .map(fields -> fields[0])
        .orElse(Integer.toString(uid));
  }

  private static Optional<String[]> find(Path file, int field, String value) throws IOException {
    if (!Files.isReadable(file)) return Optional.empty();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(":", -1);
      if (fields.length > 2 && fields[field].equals(value)) return Optional.of(fields);
    }
    return Optional.empty();
  }
}
