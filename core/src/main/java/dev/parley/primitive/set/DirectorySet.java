package dev.parley.primitive.set;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.BadFormatException;
import dev.parley.OutcomeUnknownException;
import dev.parley.ParleyException;
import dev.parley.PayloadTooLargeException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.file.NewFile;
import dev.parley.primitive.file.TemporaryFile;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.primitive.watch.Bell;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// A set of any bytes that is a directory, shared by any number of processes; `ls`, `touch` and
/// `rm` take part.
///
/// Guarantees: [#add], [#remove], [#contains] and [#snapshot] are linearizable. What was returned
/// from survives kills, and power cuts if the options say durable. No locks.
///
/// A handle stays with its directory when that is renamed, as an open file does. Safe for use by
/// several threads. Source: book 4.3.3.
public final class DirectorySet implements AutoCloseable {
  private static final String MARK = ".parley-set";
  private static final byte[] MARK_TEXT = "a directory set, format 1\n".getBytes(US_ASCII);
  private static final int STICKY = 01000;

  private final Dir dir;
  private final Kernel kernel;
  private final FileOptions options;

  /// What is in a set.
  ///
  /// @param elements in the order of their names
  /// @param damaged names of files of long elements whose content is not what the name says
  public record Members(Set<Element> elements, List<String> damaged) {
    public Members {
      elements = Collections.unmodifiableSet(elements);
      damaged = List.copyOf(damaged);
    }
  }

  private DirectorySet(Dir dir, FileOptions options) {
    this.dir = dir;
    this.kernel = dir.kernel();
    this.options = options;
  }

  /// Opens the set at `path`, or makes it: of an empty directory, or a new one with mode 0700, with
  /// its parents.
  ///
  /// @throws BadFormatException if the directory is no set, and not empty
  /// @throws UnsafePathException if it is no directory, or others could tamper with it
  /// @throws ParleyException if names there are not any 255 bytes
  public static DirectorySet open(Path path, FileOptions options) throws IOException {
    return open(Kernel.linux(), path, options);
  }

  public static DirectorySet open(Kernel kernel, Path path, FileOptions options)
      throws IOException {
    Dir dir = directory(kernel, TrustedPath.openOrMake(kernel, path));
    boolean good = false;
    try {
      DirectorySet set = new DirectorySet(dir, options);
      set.requireMark();
      set.requireNames();
      good = true;
      return set;
    } finally {
      if (!good) dir.close();
    }
  }

  private static Dir directory(Kernel kernel, Fd fd) throws IOException {
    boolean good = false;
    try {
      FileStatus status = kernel.status(fd);
      if ((status.permissions() & STICKY) != 0) {
        throw new UnsafePathException(
            fd.path()
                + " is sticky (mode "
                + Integer.toOctalString(status.permissions())
                + "): only its owner could remove an element; chmod -t it, or make a directory in it");
      }
      Dir dir = Dir.verified(kernel, fd, Access.outside(kernel.effectiveUserId(), status));
      good = true;
      return dir;
    } finally {
      if (!good) fd.close();
    }
  }

  private void requireMark() throws IOException {
    if (dir.has(MARK)) return;
    boolean isEmpty = dir.list().names().isEmpty();
    if (isEmpty) {
      NewFile.make(dir, MARK, options.mode(), MARK_TEXT, options.durable());
      if (options.durable()) dir.sync();
    } else if (!dir.has(MARK)) {
      throw new BadFormatException(
          dir + " is no set, and not empty; if it shall be one: touch " + dir.pathOf(MARK));
    }
  }

  private void requireNames() throws IOException {
    int most = kernel.filesystem(dir.fd()).maxNameBytes();
    if (most < ElementName.MOST_BYTES) {
      throw new ParleyException(
          "a set needs names of " + ElementName.MOST_BYTES + " bytes, and " + dir + " has " + most);
    }
    if (dir.has(MARK.toUpperCase(Locale.ROOT))) {
      throw new ParleyException(
          dir + " does not tell upper from lower case: two elements would be one; use another");
    }
  }

  public String path() {
    return dir.path();
  }

  // ---- elements

  public boolean add(String element) throws IOException {
    return add(Element.of(element));
  }

  /// Adds an element.
  ///
  /// @return false if it was there
  /// @throws PayloadTooLargeException if it has more than [FileOptions#maxBytes]
  /// @throws OutcomeUnknownException if it is there, and the directory could not be synced
  /// @throws ErrnoException ENOSPC, EDQUOT: it was not added
  public boolean add(Element element) throws IOException {
    String name = ElementName.of(element);
    boolean added = ElementName.isHashed(name) ? addLong(name, element) : addShort(name);
    sync(name);
    return added;
  }

  private boolean addShort(String name) throws IOException {
    try (Fd file = dir.create(name, options.mode())) {
      if (options.mode() != 0600) kernel.changeMode(file, options.mode());
      return true;
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST)) return false;
      throw e;
    }
  }

  /// The content is synced in any case: a name without its content would be damage.
  private boolean addLong(String name, Element element) throws IOException {
    if (element.length() > options.maxBytes()) {
      throw new PayloadTooLargeException(
          "an element of %d bytes, and %s takes %d"
              .formatted(element.length(), dir, options.maxBytes()));
    }
    byte[] bytes = element.bytes();
    while (!NewFile.make(dir, name, options.mode(), bytes, true)) {
      byte[] there = LongElement.read(dir, name, options.maxBytes());
      if (there == null) continue; // removed meanwhile
      if (LongElement.of(name, there) != null) return false;
      mend(name, bytes);
      return true;
    }
    return true;
  }

  private void mend(String name, byte[] bytes) throws IOException {
    try (TemporaryFile file = TemporaryFile.in(dir)) {
      dir.writeFully(file.fd(), bytes);
      dir.setMode(file.fd(), options.mode());
      kernel.fsync(file.fd());
      file.replace(name);
    }
  }

  public boolean remove(String element) throws IOException {
    return remove(Element.of(element));
  }

  /// Removes an element.
  ///
  /// @return false if it was not there
  /// @throws UnsafePathException if somebody has made a directory of its name
  /// @throws OutcomeUnknownException if it is gone, and the directory could not be synced
  public boolean remove(Element element) throws IOException {
    String name = ElementName.of(element);
    boolean removed;
    try {
      removed = dir.tryUnlink(name);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EISDIR)) throw e;
      throw new UnsafePathException(
          dir.pathOf(name)
              + " is a directory, which no element is; look what is in it, and remove it");
    }
    sync(name);
    return removed;
  }

  public boolean contains(String element) throws IOException {
    return contains(Element.of(element));
  }

  /// Whether an element is there. It may not be durable yet.
  public boolean contains(Element element) throws IOException {
    return holds(ElementName.of(element));
  }

  private boolean holds(String name) throws IOException {
    if (!ElementName.isHashed(name)) return dir.has(name);
    byte[] content = LongElement.read(dir, name, options.maxBytes());
    return content != null && LongElement.of(name, content) != null;
  }

  /// So that whoever is told that nothing was to be done can rely on it as well.
  private void sync(String name) throws IOException {
    if (!options.durable()) return;
    try {
      dir.sync();
    } catch (IOException e) {
      throw new OutcomeUnknownException(
          "the change of "
              + dir.pathOf(name)
              + " is made, and may not survive a power cut, for the directory could not be synced: "
              + e.getMessage(),
          e);
    }
  }

  // ---- all of them

  /// What is there, but at no one instant: of elements that come or go meanwhile some may be
  /// missing.
  public Members members() throws IOException {
    try (View view = View.of(dir, options.maxBytes())) {
      return view.members();
    }
  }

  /// What is there at one instant between the call and its return.
  ///
  /// @throws InterruptedException if the thread was interrupted
  public Members snapshot() throws IOException, InterruptedException {
    return snapshot(ChronoUnit.FOREVER.getDuration())
        .orElseThrow(() -> new IllegalStateException("waited without end, and in vain"));
  }

  /// The same, within a time.
  ///
  /// @return empty if the set changed faster than it could be looked at
  public Optional<Members> snapshot(Duration atMost) throws IOException, InterruptedException {
    try (View view = View.of(dir, options.maxBytes())) {
      return Optional.ofNullable(view.snapshot(Bell.deadline(atMost)));
    }
  }

  /// Removes what processes have left that died while they added a long element, on filesystems
  /// without O_TMPFILE.
  ///
  /// @return how many files
  public int removeLeftovers() throws IOException {
    return TemporaryFile.removeLeftovers(dir);
  }

  @Override
  public void close() {
    dir.close();
  }
}
