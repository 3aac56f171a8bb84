package dev.parley.doctor;

import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A folder for examinations in the directory that is examined, removed with everything in it.
///
/// It is called `.parley-doctor-RANDOM`, and its maker holds a flock on it: what a killed one left
/// is known by the free lock, and removed by the next.
final class Ward implements AutoCloseable {
  private static final String PREFIX = ".parley-doctor-";

  private final Dir parent;
  private final Dir dir;
  private final String name;

  private Ward(Dir parent, Dir dir, String name) {
    this.parent = parent;
    this.dir = dir;
    this.name = name;
  }

  /// @throws ErrnoException ENOENT: the directory is missing; EACCES, EROFS: nothing can be made in
  ///   it
  static Ward in(Kernel kernel, Path path) throws IOException {
    Fd fd = TrustedPath.tryOpen(kernel, path);
    if (fd == null) throw new ErrnoException("openat", path.toString(), Errno.ENOENT);
    Access outside = Access.outside(kernel.effectiveUserId(), kernel.status(fd));
    Dir parent = Dir.verified(kernel, fd, outside);
    boolean good = false;
    try {
      removeLeftovers(parent);
      Ward ward = null;
      while (ward == null) ward = make(parent, PREFIX + RandomName.hex(12));
      good = true;
      return ward;
    } finally {
      if (!good) parent.close();
    }
  }

  /// Null if somebody takes it for a leftover before it is locked.
  private static @Nullable Ward make(Dir parent, String name) throws IOException {
    parent.tryMake(name);
    return open(parent, name);
  }

  /// Opens one and locks it; null if it is gone or somebody else's.
  private static @Nullable Ward open(Dir parent, String name) throws IOException {
    Access mine = Access.privateTo(parent.kernel().effectiveUserId());
    Dir dir = parent.tryOpen(name, mine);
    if (dir == null) return null;
    boolean locked = false;
    try {
      locked = parent.kernel().tryFlock(dir.fd(), LockKind.EXCLUSIVE) && !dir.isGone();
      return locked ? new Ward(parent, dir, name) : null;
    } finally {
      if (!locked) dir.close();
    }
  }

  private static void removeLeftovers(Dir parent) throws IOException {
    int me = parent.kernel().effectiveUserId();
    for (String name : parent.list().names()) {
      if (!name.startsWith(PREFIX)) continue;
      var status = parent.statusOf(name);
      if (status == null || status.uid() != me || !status.isDirectory()) continue;
      Ward left = open(parent, name);
      if (left != null) left.remove();
    }
  }

  Dir dir() {
    return dir;
  }

  Dir parent() {
    return parent;
  }

  /// Removed before its lock ends with its descriptor.
  private void remove() throws IOException {
    try (dir) {
      parent.removeTree(name, dir.access());
    }
  }

  @Override
  public void close() {
    try (parent) {
      remove();
    } catch (IOException e) {
      // The next examination removes it.
    }
  }
}
