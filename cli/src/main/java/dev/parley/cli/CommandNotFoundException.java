package dev.parley.cli;

import java.io.IOException;

/// The command that messages were to be given to cannot be run.
final class CommandNotFoundException extends IOException {
  private static final long serialVersionUID = 1;

  CommandNotFoundException(String message) {
    super(message);
  }
}
