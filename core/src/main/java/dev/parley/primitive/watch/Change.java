package dev.parley.primitive.watch;

import dev.parley.sys.FileStatus;
import org.jspecify.annotations.Nullable;

/// A difference between what was told before and what is there.
///
/// @param path where, as the watched path was given with names below it
/// @param from the earlier path, of [Kind#MOVED]; else null
/// @param status what is there; null if nothing, or if it was gone again when it was looked at
/// @param reason why, of [Kind#UNSEEN] and [Kind#MISSED]; else empty
public record Change(
    Kind kind, String path, @Nullable String from, @Nullable FileStatus status, String reason) {

  public enum Kind {
    /// Was there when the watch began; only on request.
    PRESENT,
    /// Is there now, and was not.
    APPEARED,
    /// Has other content, mode or owner, or another file took the name.
    CHANGED,
    /// A regular file is complete, as far as one can tell: whoever had it open for writing closed
    /// it, or it came whole, by rename or link. Told at least once for each time; in doubt, when a
    /// look finds the file rather than an event, too early, and then again.
    WRITTEN,
    /// Has another name. What was at the new name is gone; what is below a directory came along.
    MOVED,
    /// Is not there any more.
    GONE,
    /// Events were lost. What follows is the difference; what came and went is not told.
    MISSED,
    /// From here on or below, changes are not told, or later than elsewhere.
    UNSEEN
  }

  static Change of(Kind kind, String path, @Nullable FileStatus status) {
    return new Change(kind, path, null, status, "");
  }
}
