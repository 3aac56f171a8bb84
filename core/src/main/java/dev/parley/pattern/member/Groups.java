package dev.parley.pattern.member;

import dev.parley.InvalidNameException;
import dev.parley.primitive.file.Accounts;
import java.io.IOException;

/// Groups by their names, as a space's options have them.
final class Groups {
  private Groups() {}

  /// @throws InvalidNameException if there is no such group
  static int idOf(String group) throws IOException {
    return Accounts.groupId(group)
        .orElseThrow(
            () -> new InvalidNameException("there is no group '" + group + "' on this host"));
  }
}
