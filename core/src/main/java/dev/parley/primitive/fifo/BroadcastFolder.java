package dev.parley.primitive.fifo;

import dev.parley.InvalidNameException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a broadcast is on disk.
///
/// ```text
///   source                FIFO   what writers write to
///   readers/LABEL-16HEX   FIFO   a reader's, made by it and open before it has that name
/// ```
///
/// Names of readers' FIFOs are never used twice, so whoever finds one without a reader removes the
/// dead one and no other.
final class BroadcastFolder implements AutoCloseable {
  private static final String SOURCE = "source";
  private static final String READERS = "readers";
  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,63}");
  private static final Pattern READER = Pattern.compile(LABEL.pattern() + "-[0-9a-f]{16}");
  private static final int GROUP_WRITES = 020;

  private final Place source;
  private final Place readers;

  private BroadcastFolder(Place source, Place readers) {
    this.source = source;
    this.readers = readers;
  }

  /// Opens it, made if it is not there: directories 0700, the source as open to the group as the
  /// directory is.
  static BroadcastFolder openOrMake(Kernel kernel, Path path) throws IOException {
    TrustedPath.openOrMake(kernel, path.resolve(READERS)).close();
    List<Place> opened = new ArrayList<>();
    boolean good = false;
    try {
      opened.add(Place.of(kernel, path.resolve(SOURCE)));
      opened.add(Place.of(kernel, path.resolve(READERS).resolve("any")));
      Fifo.make(opened.get(0), modeIn(opened.get(0).dir()));
      good = true;
      return new BroadcastFolder(opened.get(0), opened.get(1));
    } finally {
      if (!good) opened.forEach(Place::close);
    }
  }

  private static int modeIn(Dir dir) throws IOException {
    return (dir.status().permissions() & GROUP_WRITES) != 0 ? 0660 : 0600;
  }

  Place source() {
    return source;
  }

  Dir readers() {
    return readers.dir();
  }

  /// The FIFOs of readers, dead ones among them.
  List<String> readerNames() throws IOException {
    return readers().names().stream().filter(name -> READER.matcher(name).matches()).toList();
  }

  /// Makes a reader's FIFO and opens it; then it gets its name. The reader takes over this folder.
  FifoReader join(String label, FifoOptions options) throws IOException {
    if (!LABEL.matcher(label).matches()) {
      throw new InvalidNameException(
          "'" + label + "' is no label for a reader; use letters, digits, '.', '_' and '-'");
    }
    Dir dir = readers();
    String name = label + "-" + RandomName.hex(16);
    String hidden = ".fifo-" + RandomName.hex(16);
    Fifo.makeHidden(dir, hidden, modeIn(dir));
    Optional<FifoReader> reader = Optional.empty();
    try {
      Fd fd = Fifo.open(dir, hidden, Open.READ_ONLY);
      reader = FifoReader.tryTake(dir.kernel(), fd, options, () -> leave(name), true);
    } finally {
      if (reader.isEmpty()) dir.tryUnlink(hidden);
    }
    boolean revealed = false;
    try {
      revealed = Fifo.reveal(dir, hidden, name);
      return reader.orElseThrow();
    } finally {
      if (!revealed) reader.ifPresent(FifoReader::close);
    }
  }

  private void leave(String name) {
    try (this) {
      readers().tryUnlink(name);
    } catch (IOException e) {
      System.getLogger(BroadcastFolder.class.getName())
          .log(System.Logger.Level.WARNING, "left for the broadcaster to remove: " + name, e);
    }
  }

  @Override
  public void close() {
    source.close();
    readers.close();
  }
}
