package dev.parley.cli;

import dev.parley.sys.ErrnoException;
import java.io.IOException;

/// A command that was to be started cannot be run.
final class CommandNotFoundException extends IOException {
  private static final long serialVersionUID = 1;

  CommandNotFoundException(String message) {
    super(message);
  }

  /// What the start of a program failed with: this, if it says that the program cannot be run.
  static IOException of(String program, ErrnoException e) {
    return switch (e.errno()) {
      case ENOENT, EACCES, EPERM, ENOEXEC, ENOTDIR, EISDIR, ELOOP ->
          new CommandNotFoundException("cannot run " + program + ": " + e.errno().reason());
      default -> e;
    };
  }
}
