package dev.parley.primitive.watch;

import dev.parley.ParleyException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;

/// The kernel has no watch, or no inotify instance, left for this user.
public final class WatchLimitException extends ParleyException {
  private static final long serialVersionUID = 1;

  WatchLimitException(ErrnoException cause) {
    super(message(cause), cause);
  }

  private static String message(ErrnoException cause) {
    if (cause.is(Errno.EMFILE)) {
      return cause.getMessage()
          + "; `parley limits` says which: raise fs.inotify.max_user_instances (sysctl) or"
          + " the limit on open files (ulimit -n), or poll";
    }
    return cause.getMessage()
        + "; `parley limits` says how many are used: raise fs.inotify.max_user_watches (sysctl),"
        + " watch less, or poll";
  }
}
