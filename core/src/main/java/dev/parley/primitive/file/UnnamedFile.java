package dev.parley.primitive.file;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Open;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A temporary file in a directory's filesystem that no name leads to: nobody else can open it, and
/// it is gone once its last descriptor is closed, by death too. Mode 0600, for reading and writing.
///
/// Where the filesystem has no O_TMPFILE, it is made as a [TemporaryFile] that loses its name at
/// once.
///
/// Source: open(2), O_TMPFILE.
public final class UnnamedFile implements AutoCloseable {
  private final Dir dir;
  private final Fd fd;
  private final boolean nameable;

  private UnnamedFile(Dir dir, Fd fd, boolean nameable) {
    this.dir = dir;
    this.fd = fd;
    this.nameable = nameable;
  }

  public static UnnamedFile in(Dir dir) throws IOException {
    UnnamedFile file = tryIn(dir);
    if (file != null) return file;
    try (TemporaryFile named = TemporaryFile.in(dir)) {
      return new UnnamedFile(dir, dir.kernel().duplicate(named.fd()), false);
    }
  }

  /// One that [#tryName] can name; null where the filesystem has none.
  static @Nullable UnnamedFile tryIn(Dir dir) throws IOException {
    try {
      int flags = Open.TEMPORARY | Open.READ_WRITE;
      return new UnnamedFile(dir, dir.kernel().openAt(dir.fd(), ".", flags, 0600), true);
    } catch (ErrnoException e) {
      return switch (e.errno()) {
        // What filesystems and kernels without it say.
        case EOPNOTSUPP, EISDIR, EINVAL, ENOENT -> null;
        default -> throw e;
      };
    }
  }

  public Fd fd() {
    return fd;
  }

  /// Gives it a name in its directory, if that is possible here and it has none yet.
  ///
  /// @return null if it is not possible: copy it
  public @Nullable Move tryName(String name) throws IOException {
    if (!nameable) return null;
    try {
      dir.kernel().linkFileAt(fd, dir.fd(), name);
      return Move.MOVED;
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST)) return Move.TAKEN;
      // There is no /proc here, or the directory was removed.
      if (e.is(Errno.ENOENT)) return null;
      throw e;
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}
