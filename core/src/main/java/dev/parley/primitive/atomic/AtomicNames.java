package dev.parley.primitive.atomic;

import dev.parley.OutcomeUnknownException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;

/// What can be done to names in one step, besides replacing what is there. On one filesystem.
///
/// Durable: the directories are synced, that of the new name first. Source: renameat2(2).
public final class AtomicNames {
  private AtomicNames() {}

  /// Renames without replacing anything.
  ///
  /// Where the filesystem lacks RENAME_NOREPLACE a file gets the new name first (link(2)), and
  /// killed in between it has both.
  ///
  /// @return false if the new name is taken
  /// @throws ErrnoException ENOENT: the old name is missing; EXDEV: another filesystem
  /// @throws UnsafePathException if somebody else could tamper with the way
  /// @throws OutcomeUnknownException if it is done, and could not be synced
  public static boolean moveNoReplace(Kernel kernel, Path from, Path to) throws IOException {
    try (Place old = Place.of(kernel, from);
        Place place = Place.of(kernel, to)) {
      switch (old.dir().moveFile(old.name(), place.dir(), place.name())) {
        case TAKEN -> {
          return false;
        }
        case MISSING -> throw new ErrnoException("renameat2", from.toString(), Errno.ENOENT);
        case MOVED -> {}
      }
      sync(place, old);
      return true;
    }
  }

  public static boolean moveNoReplace(Path from, Path to) throws IOException {
    return moveNoReplace(Kernel.linux(), from, to);
  }

  /// Exchanges two names, of files or directories: nobody ever finds one of them missing.
  ///
  /// @throws ErrnoException ENOENT: one is missing; EXDEV: another filesystem; EINVAL: this one has
  ///   no RENAME_EXCHANGE
  /// @throws UnsafePathException if somebody else could tamper with the way
  /// @throws OutcomeUnknownException if it is done, and could not be synced
  public static void exchange(Kernel kernel, Path one, Path other) throws IOException {
    try (Place first = Place.of(kernel, one);
        Place second = Place.of(kernel, other)) {
      first.dir().exchange(first.name(), second.dir(), second.name());
      sync(first, second);
    }
  }

  public static void exchange(Path one, Path other) throws IOException {
    exchange(Kernel.linux(), one, other);
  }

  private static void sync(Place first, Place second) throws IOException {
    try {
      first.dir().sync();
      second.dir().sync();
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          first
              + " and "
              + second
              + " are moved, and a power cut may undo it, for it could not be synced: "
              + e.getMessage(),
          e);
    }
  }
}
