package dev.parley.primitive.file;

import dev.parley.UnsafePathException;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;

/// A name in a directory outside any space, reached safely: where a lock file, a FIFO or a socket
/// is that other programs know by its path. Nothing need be there yet.
///
/// ```java
/// try (Place place = Place.of(kernel, Path.of("/var/lock/backup"))) {
///   Fd file = place.dir().tryOpenFile(place.name(), Open.READ_WRITE);
/// }
/// ```
///
/// @param dir the directory, which closing the place closes
/// @param name one component, and no symlink when it was looked at; what opens it says no to one
public record Place(Dir dir, String name) implements AutoCloseable {
  /// Walks there as [TrustedPath] does. A symlink at the end is followed as one on the way is:
  /// where nobody else could have planted it.
  ///
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES
  /// @throws UnsafePathException if somebody else could tamper with the way
  public static Place of(Kernel kernel, Path path) throws IOException {
    return TrustedPath.placeOf(kernel, path);
  }

  public String path() {
    return dir.pathOf(name);
  }

  @Override
  public void close() {
    dir.close();
  }

  @Override
  public String toString() {
    return path();
  }
}
