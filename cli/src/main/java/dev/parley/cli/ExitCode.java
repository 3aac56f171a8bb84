package dev.parley.cli;

import dev.parley.BadFormatException;
import dev.parley.ClaimLostException;
import dev.parley.DurabilityException;
import dev.parley.EvictedException;
import dev.parley.NoSuchNameException;
import dev.parley.OutcomeUnknownException;
import dev.parley.PayloadTooLargeException;
import dev.parley.QueueFullException;
import dev.parley.SettingsConflictException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.atomic.FileBusyException;
import dev.parley.primitive.watch.UnwatchableException;
import dev.parley.primitive.watch.WatchLimitException;
import dev.parley.sys.ErrnoException;
import java.io.IOException;

/// What the command says to its caller by its exit code, and the one place that decides it. The
/// numbers are those of sysexits(3).
final class ExitCode {
  static final int DONE = 0;
  static final int NOTHING = 1;
  static final int USAGE = 64;
  static final int DATA = 65;
  static final int UNAVAILABLE = 69;
  static final int BUG = 70;
  static final int IO = 74;
  static final int BUSY = 75;
  static final int NOT_PERMITTED = 77;

  /// Lines for the `--help` of commands, which take those that can happen there.
  static final String HELP_DONE = "0:done";

  static final String HELP_REMOVED = "1:the queue or topic was removed meanwhile";
  static final String HELP_USAGE = "64:wrong usage";
  static final String HELP_DATA =
      "65:bad data: damaged, too large, or other settings than asked for";
  static final String HELP_UNAVAILABLE = "69:not available here";
  static final String HELP_IO = "74:input/output error";
  static final String HELP_BUSY = "75:full, busy or lost to another; try again";
  static final String HELP_NOT_PERMITTED = "77:not permitted, or not safe";

  private ExitCode() {}

  static int of(Throwable e) {
    return switch (e) {
      case NoSuchNameException _ -> NOTHING;
      case BadFormatException _, PayloadTooLargeException _, SettingsConflictException _ -> DATA;
      case DurabilityException _, CommandNotFoundException _, UnsupportedOperationException _ ->
          UNAVAILABLE;
      case UnwatchableException _ -> UNAVAILABLE;
      case QueueFullException _,
          ClaimLostException _,
          EvictedException _,
          FileBusyException _,
          WatchLimitException _ ->
          BUSY;
      case UnsafePathException _ -> NOT_PERMITTED;
      case OutcomeUnknownException _ -> IO;
      case ErrnoException errno -> of(errno);
      case StdoutException _ -> IO;
      case IOException io when io.getCause() instanceof ErrnoException errno -> of(errno);
      case IOException _ -> IO;
      case IllegalArgumentException _ -> USAGE;
      case InterruptedException _, OutOfMemoryError _ -> BUSY;
      default -> BUG;
    };
  }

  private static int of(ErrnoException e) {
    return switch (e.errno()) {
      case EACCES, EPERM, EROFS, ELOOP -> NOT_PERMITTED;
      case EAGAIN, EBUSY, ETXTBSY, ETIMEDOUT, ENOMEM, EMFILE, ENFILE -> BUSY;
      case ENOSYS, EOPNOTSUPP -> UNAVAILABLE;
      default -> IO;
    };
  }
}
