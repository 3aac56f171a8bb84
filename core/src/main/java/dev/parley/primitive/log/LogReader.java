package dev.parley.primitive.log;

import dev.parley.BadFormatException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.log.LogRecord.Reason;
import dev.parley.primitive.log.LogRecord.Skipped;
import dev.parley.primitive.watch.Bell;
import dev.parley.primitive.watch.Watcher;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a log from a position on, and waits for what is appended.
///
/// Guarantees: entries come whole, once, in the order of the file. Bytes that are no entry come as
/// one [Skipped] for each stretch, and nothing behind them is lost. Needs no right to write, and
/// takes no lock but in [#hasMoved].
///
/// For one thread at a time.
public final class LogReader implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LogReader.class.getName());
  private static final int READ_BYTES = 64 << 10;
  private static final int CHANGES =
      InotifyEvent.MODIFY | InotifyEvent.MOVED_FROM | InotifyEvent.MOVED_TO | InotifyEvent.CREATE;

  private final Place place;
  private final Kernel kernel;
  private final Fd file;
  private final EntryParser parser;
  private final int mostRawBytes;
  private @Nullable Watcher watcher;

  /// Where the first piece that is not told yet begins in the file.
  private long position;

  /// How many bytes of it were thrown away, for it is too large.
  private long dropped;

  /// The rest of what was read is from here ...
  private int from;

  /// ... to here, and in it an end was looked for up to here.
  private int filled;

  private int looked;
  private byte[] buffer = new byte[READ_BYTES];

  private LogReader(Place place, Fd file, long position, FileOptions options) {
    this.place = place;
    this.kernel = place.dir().kernel();
    this.file = file;
    this.position = position;
    this.parser = new EntryParser(options.maxBytes());
    // If every byte is escaped.
    long raw = 2L * options.maxBytes() + EntryWriter.MOST_FRAME_BYTES;
    this.mostRawBytes = (int) Math.min(raw, Integer.MAX_VALUE - 16);
  }

  /// Opens the log at `path`, to be read from its beginning.
  ///
  /// @throws ErrnoException ENOENT: there is no such log; EACCES
  /// @throws UnsafePathException as [AppendLog#open]
  public static LogReader open(Path path, FileOptions options) throws IOException {
    return open(Kernel.linux(), path, options);
  }

  public static LogReader open(Kernel kernel, Path path, FileOptions options) throws IOException {
    Place place = Place.of(kernel, path);
    @Nullable Fd file = null;
    try {
      file = place.dir().tryOpenFile(place.name());
      if (file == null) throw new ErrnoException("openat", place.path(), Errno.ENOENT);
      return new LogReader(place, file, 0, options);
    } finally {
      if (file == null) place.close();
    }
  }

  /// Opens the log at `path`, to be read from a bookmark on.
  ///
  /// @return empty if that is another log by now: what the bookmark was made in was renamed, or is
  ///   gone
  public static Optional<LogReader> resume(Path path, LogBookmark bookmark, FileOptions options)
      throws IOException {
    return resume(Kernel.linux(), path, bookmark, options);
  }

  public static Optional<LogReader> resume(
      Kernel kernel, Path path, LogBookmark bookmark, FileOptions options) throws IOException {
    LogReader reader = open(kernel, path, options);
    boolean same = false;
    try {
      boolean nothingRead = bookmark.log().isEmpty() && bookmark.position() == 0;
      same = nothingRead || bookmark.log().equals(reader.id());
      reader.position = bookmark.position();
      return same ? Optional.of(reader) : Optional.empty();
    } finally {
      if (!same) reader.close();
    }
  }

  /// What to [#resume] at, to go on with the next record.
  public LogBookmark bookmark() throws IOException {
    return new LogBookmark(id(), position);
  }

  private String id() throws IOException {
    byte[] first = new byte[LogId.LINE_BYTES];
    int filled = 0;
    while (filled < first.length) {
      int count = kernel.readAt(file, filled, first, filled, first.length - filled);
      if (count == 0) return "";
      filled += count;
    }
    return LogId.in(first);
  }

  /// The next record that is there now.
  ///
  /// @throws BadFormatException if the file was cut, so that the position is behind its end
  public Optional<LogRecord> poll() throws IOException {
    while (true) {
      int end = endOfPiece();
      if (end < 0) {
        if (!readMore()) return Optional.empty();
      } else {
        LogRecord record = take(end);
        if (record != null) return Optional.of(record);
      }
    }
  }

  /// The next record, waiting for it.
  ///
  /// @return empty if the time is up, or the log [#hasMoved]
  /// @throws InterruptedException if the thread was interrupted; nothing is lost
  public Optional<LogRecord> next(Duration wait) throws IOException, InterruptedException {
    long deadline = Bell.deadline(wait);
    Optional<LogRecord> found = poll();
    if (found.isPresent() || !wait.isPositive()) return found;
    keepWatcher();
    try (Bell bell = Bell.at(place.dir(), CHANGES, place.name()::equals)) {
      do {
        found = poll();
        if (found.isPresent()) return found;
        if (hasMoved()) return poll();
      } while (bell.await(deadline));
      return Optional.empty();
    }
  }

  /// Whether the log has another name now, or none, and nobody will add to it any more who looks
  /// where he writes: once [#poll] finds nothing more, open the name again, at 0.
  public boolean hasMoved() throws IOException {
    FileStatus named = place.dir().statusOf(place.name());
    FileStatus mine = kernel.status(file);
    if (named != null && named.inode() == mine.inode() && named.device() == mine.device()) {
      return false;
    }
    // A writer who had looked before it moved has the lock until he is done.
    if (!kernel.trySetLock(file, LockKind.SHARED, 0, 1)) return false;
    kernel.unlock(file, 0, 1);
    return true;
  }

  // ---- pieces

  /// Where in the buffer the first piece ends: behind an LF, or before an RS; -1 if it does not
  /// yet.
  private int endOfPiece() {
    for (; looked < filled; looked++) {
      byte b = buffer[looked];
      if (b == EntryWriter.LF) return looked + 1;
      if (b == EntryWriter.RS && dropped + looked - from > 0) return looked;
    }
    return -1;
  }

  private @Nullable LogRecord take(int end) {
    long length = dropped + end - from;
    LogRecord record =
        dropped > 0
            ? new Skipped(position, length, Reason.TOO_LARGE)
            : parser.parse(position, buffer, from, end);
    position += length;
    dropped = 0;
    from = end;
    looked = end;
    return record;
  }

  /// @return false if there is no more now
  private boolean readMore() throws IOException {
    makeRoom();
    long at = position + dropped + filled;
    int count = kernel.readAt(file, at, buffer, filled, buffer.length - filled);
    filled += count;
    if (count == 0 && kernel.status(file).sizeBytes() < at) {
      throw new BadFormatException(
          place.path()
              + " was cut: it ends before "
              + at
              + ", up to which it was read; logs only grow");
    }
    return count > 0;
  }

  private void makeRoom() {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, filled - from);
      filled -= from;
      looked -= from;
      from = 0;
    }
    if (filled < buffer.length) return;
    if (filled >= mostRawBytes) {
      dropped += filled;
      filled = 0;
      looked = 0;
    } else {
      buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, mostRawBytes));
    }
  }

  /// So that not every wait starts one of its own.
  private void keepWatcher() {
    if (watcher != null) return;
    try {
      watcher = Watcher.acquire(kernel);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "no watcher; looking from time to time instead", e);
    }
  }

  @Override
  public void close() {
    if (watcher != null) watcher.release();
    watcher = null;
    file.close();
    place.close();
  }
}
