package dev.parley.primitive.atomic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.BadFormatException;
import dev.parley.OutcomeUnknownException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.UnnamedFile;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file that is replaced as a whole: whoever reads it, now or after any kill or power cut, finds
/// the old content or the new one.
///
/// Guarantees: no update is lost, for writers and updaters exclude each other by the lock of
/// `.NAME.lock` ([NameLock]); an error leaves the file alone. Owner, group, mode, ACL and `user.*`
/// attributes are kept. Not promised: fairness; anything against programs that write the file in
/// place, or without the lock.
///
/// Calls wait for the lock as long as the options say, then throw [FileBusyException]. Not
/// reentrant: a change must not change the same file. Safe for use by several threads. Source: book
/// 6.2.1.
public final class AtomicFile implements AutoCloseable {
  private final Place place;
  private final Kernel kernel;
  private final WriteOptions options;
  private final NameLock lock;
  private final Installer installer;

  /// Makes the new content of the old one.
  public interface Change {
    /// @param before empty if there is no file
    byte[] apply(Optional<byte[]> before) throws IOException;
  }

  /// The same, line by line.
  public interface LineChange {
    /// @param lines without their ends, to be changed at will; none if there is no file
    List<String> apply(List<String> lines) throws IOException;
  }

  private AtomicFile(Place place, WriteOptions options) {
    this.place = place;
    this.kernel = place.dir().kernel();
    this.options = options;
    this.lock = new NameLock(place);
    this.installer = new Installer(place, options);
  }

  /// The file at `path`, which need not be there.
  ///
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES
  /// @throws UnsafePathException if somebody else could tamper with the way
  public static AtomicFile at(Path path, WriteOptions options) throws IOException {
    return at(Kernel.linux(), path, options);
  }

  public static AtomicFile at(Kernel kernel, Path path, WriteOptions options) throws IOException {
    return new AtomicFile(Place.of(kernel, path), options);
  }

  /// Where it is, past a symbolic link that was followed.
  public String path() {
    return place.path();
  }

  // ---- reading

  /// One version, whole; empty if there is no file. Takes no lock.
  ///
  /// @throws UnsafePathException if it is no regular file, or has more than [WriteOptions#maxBytes]
  /// @throws BadFormatException if it should have a checksum, and has none or a wrong one
  public Optional<byte[]> read() throws IOException {
    byte[] bytes = place.dir().tryRead(place.name(), options.maxBytes());
    if (bytes == null) return Optional.empty();
    return Optional.of(options.checksum() ? Checksum.unmarked(bytes, place.path()) : bytes);
  }

  // ---- writing

  /// Replaces the content, or makes the file.
  ///
  /// @throws UnsafePathException if what is there is no regular file, or its owner cannot be kept
  /// @throws OutcomeUnknownException if it is replaced, and could not be synced
  public void write(byte[] content) throws IOException, InterruptedException {
    installer.requireInstallable();
    try (NameLock.Held held = acquire()) {
      installer.install(held, bytes(content), false);
    }
  }

  /// Makes the file, unless there is one.
  ///
  /// @return false if there is one
  public boolean create(byte[] content) throws IOException, InterruptedException {
    installer.requireInstallable();
    try (NameLock.Held held = acquire()) {
      return installer.install(held, bytes(content), true);
    }
  }

  /// Begins a replacement whose content comes as a stream.
  public Replacement replace() throws IOException {
    installer.requireInstallable();
    UnnamedFile content = UnnamedFile.in(place.dir());
    return new Replacement(this, content, kernel, options.checksum());
  }

  boolean install(UnnamedFile content, boolean onlyIfAbsent)
      throws IOException, InterruptedException {
    if (options.durable()) kernel.fsync(content.fd()); // most of it before the lock is taken
    try (NameLock.Held held = acquire()) {
      return installer.install(held, new Installer.Source.Own(content), onlyIfAbsent);
    }
  }

  private Installer.Source bytes(byte[] content) {
    return new Installer.Source.Bytes(options.checksum() ? Checksum.marked(content) : content);
  }

  private NameLock.Held acquire() throws IOException, InterruptedException {
    return lock.acquire(LockKind.EXCLUSIVE, options.atMost());
  }

  // ---- updating

  /// Reads, changes and replaces, with nobody else's update lost. If the change throws, the file
  /// stays as it is.
  public void update(Change change) throws IOException, InterruptedException {
    installer.requireInstallable();
    try (NameLock.Held held = acquire()) {
      byte[] after = change.apply(read());
      installer.install(held, bytes(after), false);
    }
  }

  /// The same with the lines of a text in UTF-8.
  ///
  /// @throws BadFormatException if it is none; nothing is changed
  public void updateLines(LineChange change) throws IOException, InterruptedException {
    updateLines(UTF_8, change);
  }

  /// The same with the lines of a text. They end with `\n`; a `\r` before it belongs to the line.
  /// If the last line had no end, the last one will have none.
  public void updateLines(Charset charset, LineChange change)
      throws IOException, InterruptedException {
    update(
        before -> {
          Lines lines = Lines.of(before.orElse(new byte[0]), charset, place.path());
          return lines.with(change.apply(lines.toList())).toBytes(charset);
        });
  }

  /// Takes the lock for an update that another process makes, or that is too large for memory.
  ///
  /// @throws UnsupportedOperationException for a file with a checksum
  public PendingUpdate beginUpdate() throws IOException, InterruptedException {
    if (options.checksum()) {
      throw new UnsupportedOperationException("a file with a checksum is updated in memory");
    }
    installer.requireInstallable();
    NameLock.Held held = acquire();
    @Nullable Fd before = null;
    @Nullable UnnamedFile after = null;
    boolean good = false;
    try {
      before = place.dir().tryOpenFile(place.name());
      after = UnnamedFile.in(place.dir());
      PendingUpdate update = new PendingUpdate(held, installer, before, after);
      good = true;
      return update;
    } finally {
      if (!good) {
        if (after != null) after.close();
        if (before != null) before.close();
        held.close();
      }
    }
  }

  @Override
  public void close() {
    lock.close();
    place.close();
  }
}
