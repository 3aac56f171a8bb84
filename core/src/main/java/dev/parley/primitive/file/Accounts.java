package dev.parley.primitive.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Names of users and groups, from /etc/passwd and /etc/group; numbers always work. Accounts that
/// only a directory service knows go by their numbers.
public final class Accounts {
  private static final Path USERS = Path.of("/etc/passwd");
  private static final Path GROUPS = Path.of("/etc/group");
  private static final int NAME = 0;
  private static final int ID = 2;

  private Accounts() {}

  /// The name, or the number where there is none.
  public static String userName(int uid) throws IOException {
    String number = Integer.toUnsignedString(uid);
    return find(USERS, ID, number).map(fields -> fields[NAME]).orElse(number);
  }

  /// The name, or the number where there is none.
  public static String groupName(int gid) throws IOException {
    String number = Integer.toUnsignedString(gid);
    return find(GROUPS, ID, number).map(fields -> fields[NAME]).orElse(number);
  }

  /// The number of the group of this name, or that is this number; empty if there is none.
  public static Optional<Integer> groupId(String group) throws IOException {
    if (group.matches("[0-9]{1,9}")) return Optional.of(Integer.valueOf(group));
    return find(GROUPS, NAME, group).map(fields -> Integer.valueOf(fields[ID]));
  }

  private static Optional<String[]> find(Path file, int field, String value) throws IOException {
    if (!Files.isReadable(file)) return Optional.empty();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(":", -1);
      if (fields.length > ID && fields[field].equals(value)) return Optional.of(fields);
    }
    return Optional.empty();
  }
}
