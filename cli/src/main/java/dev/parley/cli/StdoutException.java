package dev.parley.cli;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import java.io.IOException;

/// Standard output did not take what was written.
final class StdoutException extends IOException {
  private static final long serialVersionUID = 1;

  private final boolean brokenPipe;

  StdoutException(ErrnoException cause) {
    super(cause.getMessage(), cause);
    this.brokenPipe = cause.is(Errno.EPIPE);
  }

  /// Whether the reader went away: nobody is there to tell.
  boolean isBrokenPipe() {
    return brokenPipe;
  }
}
