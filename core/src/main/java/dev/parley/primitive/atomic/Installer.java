package dev.parley.primitive.atomic;

import dev.parley.OutcomeUnknownException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Companion;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.Traits;
import dev.parley.primitive.file.UnnamedFile;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Puts a new file in the place of an old one, for whoever holds the name's lock.
///
/// In order: the backup; the new file as `.NAME.parley-INODE`, with its content; the old one's
/// owner, group, attributes and mode; its sync; the rename; the directory's sync. INODE is the lock
/// file's, so the name is nobody else's, even if somebody has broken the lock; and what is found
/// under it was left by somebody who has died.
final class Installer {
  /// How often to begin with the old file's traits again, if somebody changes them meanwhile.
  private static final int ATTEMPTS = 10;

  private static final int COPY_BYTES = 64 << 10;

  private final Place place;
  private final Dir dir;
  private final Kernel kernel;
  private final WriteOptions options;

  /// Where the new content is.
  sealed interface Source {
    /// In memory.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bytes(byte[] bytes) implements Source {}

    /// In a file that only this process has open: it can be the new file itself.
    record Own(UnnamedFile file) implements Source {}

    /// In a file that others may still write to: as much of it as there is now, copied.
    record Copied(Fd file) implements Source {}
  }

  Installer(Place place, WriteOptions options) {
    this.place = place;
    this.dir = place.dir();
    this.kernel = dir.kernel();
    this.options = options;
  }

  /// Says now what would otherwise be found out when the content is there, or after the rename.
  ///
  /// @throws UnsafePathException if what is there is no regular file, or a stranger's
  /// @throws ErrnoException EACCES: the directory may not be read, and so not be synced
  void requireInstallable() throws IOException {
    FileStatus now = dir.statusOf(place.name());
    if (now != null) dir.access().checkFile(now, place::path);
    if (options.durable()) dir.reopen().close();
  }

  /// @param onlyIfAbsent whether to leave a file that is there alone
  /// @return false if it was left alone
  boolean install(NameLock.Held lock, Source source, boolean onlyIfAbsent) throws IOException {
    requireInstallable();
    String temporary = Companion.of(place.name(), ".parley-" + lock.inode());
    FileStatus before = dir.statusOf(place.name());
    if (before != null) {
      if (onlyIfAbsent) return false;
      dir.access().checkFile(before, place::path);
      if (options.backup() != null) {
        backUp(options.backup(), Companion.of(place.name(), ".parley-" + lock.inode() + "-old"));
        before = dir.statusOf(place.name());
      }
    }
    boolean done = false;
    try {
      try (Fd file = make(temporary, source)) {
        finish(file, before);
      }
      done = rename(temporary, onlyIfAbsent);
    } finally {
      if (!done) dir.tryUnlink(temporary);
    }
    if (done && options.durable()) sync();
    return done;
  }

  private boolean rename(String temporary, boolean onlyIfAbsent) throws IOException {
    if (onlyIfAbsent) return dir.moveFile(temporary, dir, place.name()) == Move.MOVED;
    dir.replace(temporary, place.name());
    return true;
  }

  private void sync() throws IOException {
    try {
      dir.sync();
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          place
              + " has its new content, and may lose it in a power cut, for the directory could not be"
              + " synced: "
              + e.getMessage(),
          e);
    }
  }

  // ---- the new file

  private Fd make(String temporary, Source source) throws IOException {
    if (source instanceof Source.Own(UnnamedFile file)) {
      Move named = file.tryName(temporary);
      if (named == Move.TAKEN) {
        dir.tryUnlink(temporary);
        named = file.tryName(temporary);
      }
      if (named == Move.MOVED) return kernel.duplicate(file.fd());
    }
    Fd made = create(temporary);
    boolean good = false;
    try {
      switch (source) {
        case Source.Bytes(byte[] bytes) -> dir.writeFully(made, bytes);
        case Source.Own(UnnamedFile file) -> copy(file.fd(), made);
        case Source.Copied(Fd file) -> copy(file, made);
      }
      good = true;
      return made;
    } finally {
      if (!good) made.close();
    }
  }

  private Fd create(String temporary) throws IOException {
    try {
      return dir.create(temporary, 0600);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EEXIST)) throw e;
    }
    dir.tryUnlink(temporary);
    return dir.create(temporary, 0600);
  }

  private void copy(Fd from, Fd to) throws IOException {
    long size = kernel.status(from).sizeBytes();
    byte[] buffer = new byte[COPY_BYTES];
    for (long at = 0; at < size; ) {
      int most = (int) Math.min(buffer.length, size - at);
      int count = kernel.readAt(from, at, buffer, 0, most);
      if (count == 0) return;
      for (int written = 0; written < count; ) {
        written += kernel.write(to, buffer, written, count - written);
      }
      at += count;
    }
  }

  /// Gives it the traits of the file whose place it takes, as they are right before the rename.
  private void finish(Fd file, @Nullable FileStatus before) throws IOException {
    FileStatus old = before;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      giveTraits(file, old);
      if (options.durable()) kernel.fsync(file);
      FileStatus now = dir.statusOf(place.name());
      if (isSame(old, now)) return;
      old = now;
    }
    throw new IOException(place + " changes its owner, mode or attributes again and again");
  }

  private void giveTraits(Fd file, @Nullable FileStatus old) throws IOException {
    Integer mode = options.mode();
    Fd there = old == null ? null : dir.tryOpenFile(place.name());
    if (there == null) {
      dir.setMode(file, mode == null ? 0600 : mode);
      return;
    }
    try (there) {
      Traits traits = Traits.of(kernel, there);
      (mode == null ? traits : traits.withMode(mode)).giveTo(kernel, file, options.newOwner());
    }
  }

  private static boolean isSame(@Nullable FileStatus one, @Nullable FileStatus other) {
    if (one == null) return other == null;
    if (other == null) return false;
    return one.inode() == other.inode()
        && one.device() == other.device()
        && one.changedNanos() == other.changedNanos();
  }

  // ---- the backup

  /// The old file gets a second name, which then takes the place of the backup before it.
  private void backUp(String backup, String link) throws IOException {
    dir.tryUnlink(link);
    if (dir.link(place.name(), dir, link) != Move.MOVED) return;
    try {
      dir.replace(link, backup);
    } finally {
      dir.tryUnlink(link); // it stays if the backup was the same file
    }
  }
}
