package dev.parley.primitive.watch;

import dev.parley.ParleyException;

/// The kernel does not tell of changes there: other hosts make them, or the kernel itself does.
public final class UnwatchableException extends ParleyException {
  private static final long serialVersionUID = 1;

  UnwatchableException(String path, String filesystem) {
    super(
        path
            + " is on "
            + filesystem
            + ", where inotify does not tell of all changes; poll instead");
  }
}
