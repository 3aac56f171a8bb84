package dev.parley.doctor;

import dev.parley.primitive.file.Access;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.file.TrustedPath;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A folder for examinations in the directory that is examined, removed with everything in it.
///
/// It is called `.parley-doctor-RANDOM` and has a file `owner`, on which its maker holds a kernel
/// lock: what a killed one left is known by the free lock, and removed by the next.
final class Ward implements AutoCloseable {
  private static final String PREFIX = ".parley-doctor-";
  private static final String OWNER = "owner";

  private final Dir parent;
  private final Dir dir;
  private final KernelLock lock;
  private final String name;

  private Ward(Dir parent, Dir dir, KernelLock lock, String name) {
    this.parent = parent;
    this.dir = dir;
    this.lock = lock;
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
      String name = PREFIX + RandomName.hex(12);
      parent.tryMake(name);
      Ward ward = open(parent, name);
      if (ward == null) throw new IOException(parent.pathOf(name) + " was removed at once");
      good = true;
      return ward;
    } finally {
      if (!good) parent.close();
    }
  }

  /// Opens one and takes its lock; null if it is gone or somebody else's.
  private static @Nullable Ward open(Dir parent, String name) throws IOException {
    Access mine = Access.privateTo(parent.kernel().effectiveUserId());
    Dir dir = parent.tryOpen(name, mine);
    if (dir == null) return null;
    KernelLock lock = null;
    try {
      lock = KernelLock.tryAcquire(dir, OWNER);
      return lock == null ? null : new Ward(parent, dir, lock, name);
    } finally {
      if (lock == null) dir.close();
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

  private void remove() throws IOException {
    try (lock;
        dir) {
      for (String child : dir.list().names()) {
        var status = dir.statusOf(child);
        if (status != null && status.isDirectory()) dir.removeTree(child);
        else if (!child.equals(OWNER)) dir.tryUnlink(child);
      }
      dir.tryUnlink(OWNER);
    }
    parent.tryRemove(name);
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
