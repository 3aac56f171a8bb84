package dev.parley.primitive.atomic;

import dev.parley.ParleyException;
import java.time.Duration;

/// Somebody else was at work on the file for as long as the caller would wait; nothing was done.
public final class FileBusyException extends ParleyException {
  private static final long serialVersionUID = 1;

  FileBusyException(String path, String lock, Duration waited) {
    super(
        path
            + " is being changed by somebody else, who holds the lock of "
            + lock
            + (waited.isZero() ? "" : ", for " + waited.toMillis() + " ms now")
            + "; `parley who "
            + lock
            + "` says who");
  }
}
