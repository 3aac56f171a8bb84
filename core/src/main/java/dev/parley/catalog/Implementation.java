package dev.parley.catalog;

import java.util.List;

/// Where Parley has it.
///
/// @param classes by their full names; those outside exported packages are the library's own
/// @param commands as one types them
/// @param remark what else is to say, for instance why it is neither; may be empty
public record Implementation(List<String> classes, List<String> commands, String remark) {
  public Implementation {
    classes = List.copyOf(classes);
    commands = List.copyOf(commands);
    if (classes.isEmpty() && commands.isEmpty() && remark.isEmpty()) {
      throw new IllegalArgumentException("neither a class nor a command, and no reason");
    }
  }

  /// Whether Parley has it.
  public boolean exists() {
    return !classes.isEmpty() || !commands.isEmpty();
  }
}
