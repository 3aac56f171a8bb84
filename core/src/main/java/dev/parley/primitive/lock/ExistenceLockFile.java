package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.primitive.watch.Bell;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.FileStatus;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A lock that is held by having made something: who waits is told by inotify that it goes, and
/// looks.
///
/// The event that a dead holder's file was closed comes a little before the kernel gives up its
/// lock, and what other hosts do, or a stranger's death, makes none: so it looks again after 1 ms,
/// and later and later, every second at last.
abstract class ExistenceLockFile extends AbstractLockFile {
  private static final System.Logger LOG = System.getLogger(ExistenceLockFile.class.getName());
  private static final int EVENTS =
      InotifyEvent.DELETE
          | InotifyEvent.MOVED_FROM
          | InotifyEvent.MOVED_TO
          | InotifyEvent.CLOSE_WRITE
          | InotifyEvent.MODIFY;
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  ExistenceLockFile(Dir dir, String name, LockOptions options, @Nullable Place way) {
    super(dir, name, options, way);
  }

  /// Takes it now, or returns null.
  abstract @Nullable HeldLock take() throws IOException;

  /// The directory in which it is, once somebody has tried to take it.
  Dir directory() throws IOException {
    return dir;
  }

  /// Whether what happens to this name is a reason to look.
  abstract boolean concerns(String name);

  /// How long to wait at most without a reason to look.
  long longestPauseNanos() {
    return TimeUnit.SECONDS.toNanos(1);
  }

  @Override
  final Optional<HeldLock> acquire(LockKind mode, Deadline deadline)
      throws IOException, InterruptedException {
    HeldLock held = take();
    if (held != null || deadline.isPast()) return Optional.ofNullable(held);
    try (Bell bell = Bell.at(directory(), EVENTS, this::concerns)) {
      long pause = FIRST_PAUSE_NANOS;
      while (true) {
        held = take();
        if (held != null || deadline.isPast()) return Optional.ofNullable(held);
        boolean rang = bell.await(System.nanoTime() + Math.min(pause, deadline.left()));
        pause = rang ? FIRST_PAUSE_NANOS : Math.min(2 * pause, longestPauseNanos());
      }
    }
  }

  /// Removes a file's first name, once it has got another or is not needed. One that stays means
  /// nothing, and is no reason to have failed.
  static void removeTemporary(Dir dir, String temporary) {
    try {
      dir.tryUnlink(temporary);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, dir.pathOf(temporary) + " stays; it may be removed", e);
    }
  }

  // ---- for what has a name in `dir`

  /// Whether a name leads to this file.
  final boolean leads(String file, Inode.Id to) throws IOException {
    FileStatus there = dir.statusOf(file);
    return there != null && to.equals(Inode.Id.of(there));
  }

  /// Removes a name if it leads to this file. It is moved aside first and looked at again, for in
  /// between others may have removed it and made their own.
  final void remove(String file, Inode.Id expected) throws IOException {
    if (!leads(file, expected)) return;
    String aside = Inode.temporary(file);
    try {
      if (dir.move(file, dir, aside) != Move.MOVED) return;
    } catch (ErrnoException e) {
      if (!e.is(Errno.EINVAL)) throw e;
      dir.tryUnlink(file); // the filesystem cannot move without replacing
      return;
    }
    boolean right = leads(aside, expected);
    if (right || dir.move(aside, dir, file) != Move.MOVED) dir.tryUnlink(aside);
  }
}
