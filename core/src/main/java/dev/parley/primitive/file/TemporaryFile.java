package dev.parley.primitive.file;

import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file under a random name in a directory, for reading and writing, mode 0600, that is removed
/// when it is closed unless it was renamed meanwhile.
///
/// Its maker holds an OFD lock on its first byte, so whoever cleans up ([#removeLeftovers]) knows
/// whether he lives: by the kernel's word, and not by the file's age. Where the name does not
/// matter, [UnnamedFile] leaves nothing in the first place.
public final class TemporaryFile implements AutoCloseable {
  private static final String PREFIX = ".parley-new-";
  private static final Pattern FORM = Pattern.compile(Pattern.quote(PREFIX) + "[0-9a-f]{16}");

  private final Dir dir;
  private final String name;
  private final Fd fd;
  private boolean renamed;

  private TemporaryFile(Dir dir, String name, Fd fd) {
    this.dir = dir;
    this.name = name;
    this.fd = fd;
  }

  /// Makes one (O_EXCL).
  public static TemporaryFile in(Dir dir) throws IOException {
    while (true) {
      String name = PREFIX + RandomName.hex(16);
      TemporaryFile file = new TemporaryFile(dir, name, dir.create(name, 0600));
      boolean good = false;
      try {
        // Somebody who cleans up may have been faster: then the lock is his, or the name is gone.
        good =
            dir.kernel().trySetLock(file.fd, LockKind.EXCLUSIVE, 0, 1)
                && dir.kernel().status(file.fd).links() > 0;
        if (good) return file;
      } finally {
        if (!good) file.close();
      }
    }
  }

  public Fd fd() {
    return fd;
  }

  public String name() {
    return name;
  }

  /// Renames it over another file of its directory, or to a new name.
  public void replace(String newName) throws IOException {
    dir.replace(name, newName);
    renamed = true;
  }

  /// Renames it without replacing anything.
  public Move move(String newName) throws IOException {
    Move move = dir.moveFile(name, dir, newName);
    renamed = move == Move.MOVED;
    return move;
  }

  @Override
  public void close() {
    try {
      if (!renamed) dir.tryUnlink(name);
    } catch (IOException e) {
      // It stays, without its lock: a leftover.
    } finally {
      fd.close();
    }
  }

  /// Removes those whose makers have died, and no other.
  ///
  /// @return how many
  public static int removeLeftovers(Dir dir) throws IOException {
    int removed = 0;
    for (String name : dir.list().names()) {
      if (FORM.matcher(name).matches() && removeIfDead(dir, name)) removed++;
    }
    return removed;
  }

  private static boolean removeIfDead(Dir dir, String name) throws IOException {
    Kernel kernel = dir.kernel();
    @Nullable Fd fd = dir.tryOpenFile(name, Open.READ_WRITE);
    if (fd == null) return false;
    try (fd) {
      if (!kernel.trySetLock(fd, LockKind.EXCLUSIVE, 0, 1)) return false;
      FileStatus named = dir.statusOf(name);
      return named != null && named.inode() == kernel.status(fd).inode() && dir.tryUnlink(name);
    }
  }
}
