package dev.parley.primitive.atomic;

import dev.parley.OutcomeUnknownException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A large file some bytes of which are changed in place, all of them or none.
///
/// Guarantees: an update sees the one before it, excludes the updates of [AtomicFile], and is there
/// as a whole or not at all for [#read] and for every later update, whoever is killed; after a
/// power cut, too, if the options say durable. Not promised: that other readers (`cat`, mapped
/// memory, [AtomicFile#read]) never see a part.
///
/// Each update writes its bytes twice, and syncs twice with two syncs of the directory if durable.
/// Safe for use by several threads. Source: book 6.2.1.
public final class BinaryFile implements AutoCloseable {
  private final Place place;
  private final Kernel kernel;
  private final WriteOptions options;
  private final NameLock lock;
  private final Redo redo;

  /// Makes other bytes of some.
  public interface Change {
    /// @param before a copy of what is there
    /// @return as many bytes
    byte[] apply(byte[] before) throws IOException;
  }

  private BinaryFile(Place place, WriteOptions options) {
    this.place = place;
    this.kernel = place.dir().kernel();
    this.options = options;
    this.lock = new NameLock(place);
    this.redo = new Redo(place);
  }

  /// The file at `path`, which has to be there when it is read or changed.
  ///
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES
  /// @throws UnsafePathException if somebody else could tamper with the way
  public static BinaryFile at(Path path, WriteOptions options) throws IOException {
    return at(Kernel.linux(), path, options);
  }

  public static BinaryFile at(Kernel kernel, Path path, WriteOptions options) throws IOException {
    return new BinaryFile(Place.of(kernel, path), options);
  }

  /// Reads `length` bytes, as they were before or after each update.
  ///
  /// @throws EOFException if the file ends before
  /// @throws FileBusyException if an update took longer than the options wait
  public byte[] read(long position, int length) throws IOException, InterruptedException {
    try (NameLock.Held _ = lock.acquire(LockKind.SHARED, options.atMost());
        Fd file = open(Open.READ_ONLY)) {
      byte[] bytes = existing(file, position, length);
      Redo.Step step = redo.pending(file, kernel.status(file).inode());
      if (step != null) lay(step, position, bytes);
      return bytes;
    }
  }

  /// Puts what a dead one was about to write over what it has not written.
  private static void lay(Redo.Step step, long position, byte[] bytes) {
    long from = Math.max(position, step.position());
    long to = Math.min(position + bytes.length, step.position() + step.after().length);
    for (long at = from; at < to; at++) {
      bytes[(int) (at - position)] = step.after()[(int) (at - step.position())];
    }
  }

  /// Changes `length` bytes.
  ///
  /// @throws EOFException if the file ends before: it is never made longer
  /// @throws IllegalArgumentException if the change gives more bytes, or fewer
  /// @throws OutcomeUnknownException if they could not be written or synced: they are there in part
  ///   or as a whole, and the next update finishes it if it can
  /// @throws FileBusyException if somebody else was at it for longer than the options wait
  public void update(long position, int length, Change change)
      throws IOException, InterruptedException {
    if (length > options.maxBytes()) {
      throw new IllegalArgumentException(length + " bytes, of " + options.maxBytes() + " at most");
    }
    if (options.durable()) place.dir().reopen().close(); // it has to be synced
    try (NameLock.Held _ = lock.acquire(LockKind.EXCLUSIVE, options.atMost());
        Fd file = open(Open.READ_WRITE)) {
      byte[] before = existing(file, position, length);
      byte[] after = change.apply(before.clone());
      if (after.length != length) {
        throw new IllegalArgumentException(after.length + " bytes instead of " + length);
      }
      Redo.Step step = new Redo.Step(kernel.status(file).inode(), position, before, after);
      begin(step);
      write(file, step);
    }
  }

  private void begin(Redo.Step step) throws IOException {
    boolean begun = false;
    try {
      redo.begin(step, options.durable());
      begun = true;
    } finally {
      if (!begun) redo.end(false); // nothing was changed, and nothing shall be
    }
  }

  private void write(Fd file, Redo.Step step) throws IOException {
    try {
      redo.writeAt(file, step.position(), step.after());
      if (options.durable()) kernel.fdatasync(file);
      redo.end(options.durable());
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          "the change of "
              + place
              + " may be there in part or as a whole; the next one finishes it: "
              + e.getMessage(),
          e);
    }
  }

  private byte[] existing(Fd file, long position, int length) throws IOException {
    byte[] bytes = redo.bytesAt(file, position, length);
    if (bytes.length < length) {
      throw new EOFException(
          place + " has no " + length + " bytes at " + position + ": it has " + size(file));
    }
    return bytes;
  }

  private long size(Fd file) throws IOException {
    FileStatus status = kernel.status(file);
    return status.sizeBytes();
  }

  private Fd open(int flags) throws IOException {
    @Nullable Fd file = place.dir().tryOpenFile(place.name(), flags);
    if (file == null) throw new ErrnoException("openat", place.path(), Errno.ENOENT);
    return file;
  }

  @Override
  public void close() {
    lock.close();
    place.close();
  }
}
