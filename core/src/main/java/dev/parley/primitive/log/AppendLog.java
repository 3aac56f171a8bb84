package dev.parley.primitive.log;

import dev.parley.OutcomeUnknownException;
import dev.parley.PayloadTooLargeException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.file.NewFile;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.lock.LockedFile;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Adds entries to the end of a log, together with any number of others who do so.
///
/// Guarantees: an entry is in the file whole, once, and where its writer's order puts it, when the
/// call returns; after a power cut, too, if the options say durable. Entries never interleave. One
/// whose writer is killed is passed over by readers. Where the name leads to another file than
/// before (rotation), entries go there. Not promised: that an entry whose append threw is not
/// there.
///
/// Each append is a lock, three questions and a write; an fdatasync(2), which others join, if
/// durable. Safe for use by several threads. Source: book 4.3.1.
public final class AppendLog implements AutoCloseable {
  private final LockedFile file;
  private final Kernel kernel;
  private final FileOptions options;

  private AppendLog(LockedFile file, Kernel kernel, FileOptions options) {
    this.file = file;
    this.kernel = kernel;
    this.options = options;
  }

  /// Opens the log at `path` for adding, or makes it.
  ///
  /// @throws UnsafePathException if it is no regular file, or somebody else could tamper with it
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES
  public static AppendLog open(Path path, FileOptions options) throws IOException {
    return open(Kernel.linux(), path, options);
  }

  public static AppendLog open(Kernel kernel, Path path, FileOptions options) throws IOException {
    Place place = Place.of(kernel, path);
    LockedFile file =
        new LockedFile(
            place,
            Open.APPEND,
            (dir, name) ->
                NewFile.make(dir, name, options.mode(), LogId.newLine(), options.durable()));
    boolean good = false;
    try {
      file.exclusively(Fd::isOpen);
      good = true;
      return new AppendLog(file, kernel, options);
    } finally {
      if (!good) file.close();
    }
  }

  /// Adds an entry.
  ///
  /// @return its position: where its first byte is in the file
  /// @throws PayloadTooLargeException if it has more than [FileOptions#maxBytes]
  /// @throws OutcomeUnknownException if it is there, and could not be synced
  /// @throws ErrnoException ENOSPC, EDQUOT: it is not there
  public long append(byte[] entry) throws IOException {
    return appendAll(List.of(entry));
  }

  /// Adds several, one behind the other, with one sync. If that fails half way, the first ones may
  /// be there.
  ///
  /// @return the position of the first
  public long appendAll(List<byte[]> entries) throws IOException {
    long bytes = 0;
    for (byte[] entry : entries) {
      if (entry.length > options.maxBytes()) {
        throw new PayloadTooLargeException(
            "an entry of "
                + entry.length
                + " bytes, and "
                + file.path()
                + " takes "
                + options.maxBytes());
      }
      bytes += entry.length;
    }
    long all = bytes;
    LockedFile.Action<Long> write = fd -> write(fd, entries, all);
    return options.durable() ? file.durably(write) : file.exclusively(write);
  }

  private long write(Fd fd, List<byte[]> entries, long bytes) throws IOException {
    long size = kernel.status(fd).sizeBytes();
    EntryWriter writer = new EntryWriter(kernel, fd, bytes, entries.size());
    if (size == 0) writer.id();
    if (isTorn(fd, size)) writer.endTorn();
    long start = size + writer.position();
    for (byte[] entry : entries) writer.entry(entry);
    writer.finish();
    return start;
  }

  private boolean isTorn(Fd fd, long size) throws IOException {
    if (size == 0) return false;
    byte[] last = new byte[1];
    return kernel.readAt(fd, size - 1, last, 0, 1) == 1 && last[0] != EntryWriter.LF;
  }

  @Override
  public void close() {
    file.close();
  }
}
