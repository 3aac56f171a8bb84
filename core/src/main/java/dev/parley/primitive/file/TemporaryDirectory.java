package dev.parley.primitive.file;

import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A directory under a random name in another one, mode 0700, that is removed with all that is in
/// it when it is closed.
///
/// Its maker holds flock(2)'s lock on it, so whoever cleans up ([#removeLeftovers], and
/// systemd-tmpfiles, which heeds that lock) knows by the kernel's word whether he lives.
///
/// ```java
/// try (Place place = Place.of(kernel, Path.of("/tmp/x"));
///     TemporaryDirectory scratch = TemporaryDirectory.in(place.dir())) {
///   scratch.dir().create("part").close();
/// }
/// ```
public final class TemporaryDirectory implements AutoCloseable {
  private static final String PREFIX = ".parley-dir-";
  private static final Pattern FORM = Pattern.compile(Pattern.quote(PREFIX) + "[0-9a-f]{16}");

  private final Dir parent;
  private final String name;
  private final Dir dir;

  private TemporaryDirectory(Dir parent, String name, Dir dir) {
    this.parent = parent;
    this.name = name;
    this.dir = dir;
  }

  /// Makes one.
  public static TemporaryDirectory in(Dir parent) throws IOException {
    Kernel kernel = parent.kernel();
    Access mine = Access.privateTo(kernel.effectiveUserId());
    while (true) {
      String name = PREFIX + RandomName.hex(16);
      kernel.makeDirectoryAt(parent.fd(), name, 0700);
      boolean good = false;
      @Nullable Dir dir = null;
      try {
        dir = parent.tryOpen(name, mine);
        // Somebody who cleans up may have been faster: then the lock is his, or the name is gone.
        if (dir != null && kernel.tryFlock(dir.fd(), LockKind.EXCLUSIVE) && !dir.isGone()) {
          kernel.changeMode(dir.fd(), 0700); // whatever the umask
          good = true;
          return new TemporaryDirectory(parent, name, dir);
        }
      } finally {
        if (!good) {
          if (dir != null) dir.close();
          parent.tryRemove(name);
        }
      }
    }
  }

  public Dir dir() {
    return dir;
  }

  public String name() {
    return name;
  }

  /// Removes it.
  ///
  /// @throws IOException if something in it cannot be removed; it is a leftover then
  @Override
  public void close() throws IOException {
    try {
      parent.removeTree(name, dir.access());
    } finally {
      dir.close();
    }
  }

  /// Removes this user's whose makers have died, and no other.
  ///
  /// @return how many
  public static int removeLeftovers(Dir parent) throws IOException {
    int removed = 0;
    for (String name : parent.list().names()) {
      if (FORM.matcher(name).matches() && removeIfDead(parent, name)) removed++;
    }
    return removed;
  }

  private static boolean removeIfDead(Dir parent, String name) throws IOException {
    Kernel kernel = parent.kernel();
    Access mine = Access.privateTo(kernel.effectiveUserId());
    FileStatus named = parent.statusOf(name);
    if (named == null || !named.isDirectory() || named.uid() != kernel.effectiveUserId()) {
      return false;
    }
    try (Dir dir = parent.tryOpen(name, mine)) {
      if (dir == null || !kernel.tryFlock(dir.fd(), LockKind.EXCLUSIVE)) return false;
      if (dir.status().inode() != named.inode()) return false;
      parent.removeTree(name, mine);
      return true;
    } catch (UnsafePathException e) {
      return false; // a stranger's by now
    } catch (ErrnoException e) {
      if (e.is(Errno.EACCES)) return false; // killed before it had its mode: an empty one
      throw e;
    }
  }
}
