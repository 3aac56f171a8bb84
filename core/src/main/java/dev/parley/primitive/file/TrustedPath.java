package dev.parley.primitive.file;

import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Walks to a directory one component at a time, through descriptors, refusing what another user
/// could have planted.
///
/// A symlink is followed only if it belongs to root or the caller and stands where nobody else
/// could have put it: in a directory that others cannot write to, or a sticky one, there under no
/// second name (hard link). A directory on the way that everybody can write to and that is not
/// sticky is refused, for anybody could swap what is below it. Source: book 13.3.2; proc(5),
/// protected_symlinks.
public final class TrustedPath {
  private static final int MOST_SYMLINKS = 40;
  private static final int STICKY = 01000;
  private static final int OTHERS_WRITE = 02;
  private static final int GROUP_OR_OTHERS_WRITE = 022;

  private final Kernel kernel;
  private final Deque<String> components = new ArrayDeque<>();
  private int symlinks;

  private TrustedPath(Kernel kernel) {
    this.kernel = kernel;
  }

  /// Opens the directory at `path`, or returns null if it or one on the way is missing.
  ///
  /// @throws UnsafePathException if somebody else could tamper with the way
  public static @Nullable Fd tryOpen(Kernel kernel, Path path) throws IOException {
    return new TrustedPath(kernel).walk(path.toAbsolutePath(), false);
  }

  /// The same, making what is missing with mode 0700.
  public static Fd openOrMake(Kernel kernel, Path path) throws IOException {
    Fd fd = new TrustedPath(kernel).walk(path.toAbsolutePath(), true);
    if (fd == null) throw new ErrnoException("openat", path.toString(), Errno.ENOENT);
    return fd;
  }

  /// Walks to the directory that `path` is in, and past `path` itself as long as that is a symlink
  /// that may be followed.
  ///
  /// @throws ErrnoException ENOENT if the directory is missing
  /// @throws UnsafePathException if somebody else could tamper with the way, or it ends in a
  ///   directory's `..`
  static Place placeOf(Kernel kernel, Path path) throws IOException {
    return new TrustedPath(kernel).walkToPlace(path);
  }

  private Place walkToPlace(Path path) throws IOException {
    begin(path.toAbsolutePath());
    Fd current = root();
    boolean good = false;
    try {
      while (true) {
        while (components.size() > 1) {
          Fd next = step(current, components.removeFirst(), false);
          if (next == null) throw new ErrnoException("openat", path.toString(), Errno.ENOENT);
          current.close();
          current = next;
        }
        FileStatus parent = kernel.status(current);
        String name = components.isEmpty() ? ".." : components.removeFirst();
        if (name.equals("..")) {
          throw new UnsafePathException(path + " ends in no name; name the file itself");
        }
        FileStatus link = statusOf(current, name);
        if (link == null || !link.isSymlink()) {
          Access access = Access.outside(kernel.effectiveUserId(), parent);
          Dir dir = Dir.verified(kernel, readable(current), access);
          good = true;
          return new Place(dir, name);
        }
        Fd next = follow(current, parent, name, link);
        current.close();
        current = next;
      }
    } finally {
      if (!good) current.close();
    }
  }

  private @Nullable FileStatus statusOf(Fd directory, String name) throws IOException {
    try {
      return kernel.statusAt(directory, name);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return null;
      throw e;
    }
  }

  /// The directory opened for reading, which syncing it needs, if its mode lets us.
  private Fd readable(Fd directory) throws IOException {
    try {
      Fd readable = kernel.openAt(directory, ".", Open.READ_ONLY | Open.DIRECTORY, 0);
      directory.close();
      return readable;
    } catch (ErrnoException e) {
      if (e.is(Errno.EACCES)) return directory;
      throw e;
    }
  }

  private void begin(Path path) {
    for (Path component : path) {
      if (isStep(component)) components.addLast(component.toString());
    }
  }

  private @Nullable Fd walk(Path path, boolean make) throws IOException {
    begin(path);
    Fd current = root();
    boolean good = false;
    try {
      while (!components.isEmpty()) {
        String name = components.removeFirst();
        Fd next = step(current, name, make);
        if (next == null) return null;
        current.close();
        current = next;
      }
      good = true;
      return current;
    } finally {
      if (!good) current.close();
    }
  }

  private static boolean isStep(Path component) {
    String name = component.toString();
    return !name.isEmpty() && !name.equals(".");
  }

  private Fd root() throws IOException {
    return kernel.openAt(Fd.CWD, "/", Open.READ_ONLY | Open.DIRECTORY, 0);
  }

  private @Nullable Fd step(Fd parent, String name, boolean make) throws IOException {
    FileStatus parentStatus = kernel.status(parent);
    String refusal = refusalOfDirectory(parentStatus, parent.path());
    if (refusal != null) throw new UnsafePathException(refusal);
    while (true) {
      try {
        return openDirectory(parent, name);
      } catch (ErrnoException e) {
        if (e.is(Errno.ENOENT)) {
          if (!make) return null;
          makeDirectory(parent, name);
        } else if (e.is(Errno.ENOTDIR) || e.is(Errno.ELOOP)) {
          FileStatus status = kernel.statusAt(parent, name);
          if (!status.isSymlink()) throw e;
          return follow(parent, parentStatus, name, status);
        } else {
          throw e;
        }
      }
    }
  }

  private Fd openDirectory(Fd parent, String name) throws IOException {
    boolean last = components.isEmpty();
    // On the way, search permission is enough; O_PATH asks for no more.
    int access = last ? Open.READ_ONLY : Open.PATH;
    return kernel.openAt(parent, name, access | Open.DIRECTORY | Open.NO_FOLLOW, 0);
  }

  private void makeDirectory(Fd parent, String name) throws IOException {
    try {
      kernel.makeDirectoryAt(parent, name, 0700);
    } catch (ErrnoException e) {
      if (e.is(Errno.EEXIST)) return;
      throw e;
    }
    syncEntries(parent);
  }

  /// So that a power cut does not take the directory with what will be in it.
  private void syncEntries(Fd parent) throws IOException {
    try (Fd readable = kernel.openAt(parent, ".", Open.READ_ONLY | Open.DIRECTORY, 0)) {
      kernel.fsync(readable);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EACCES)) throw e; // may be written but not read, and then not be synced
    }
  }

  private Fd follow(Fd parent, FileStatus parentStatus, String name, FileStatus link)
      throws IOException {
    String path = parent.path() + "/" + name;
    if (++symlinks > MOST_SYMLINKS) throw new ErrnoException("openat", path, Errno.ELOOP);
    String refusal = refusalOfLink(parentStatus, link, kernel.effectiveUserId(), path);
    if (refusal != null) throw new UnsafePathException(refusal);
    Path target = Path.of(kernel.readLinkAt(parent, name));
    int count = target.getNameCount();
    for (int i = count - 1; i >= 0; i--) {
      if (isStep(target.getName(i))) components.addFirst(target.getName(i).toString());
    }
    return target.isAbsolute() ? root() : kernel.duplicate(parent);
  }

  /// Why `user` must not follow a symlink, or null if he may.
  ///
  /// @param parent the directory it is in
  static @Nullable String refusalOfLink(FileStatus parent, FileStatus link, int user, String path) {
    boolean ours = link.uid() == 0 || link.uid() == user;
    boolean safePlace =
        (parent.permissions() & GROUP_OR_OTHERS_WRITE) == 0 || (parent.permissions() & STICKY) != 0;
    // Where the kernel lets anybody link to what is not his (fs.protected_hardlinks=0), root's own
    // link may be put into /tmp under another name.
    boolean onlyHere = link.links() == 1 || (parent.permissions() & GROUP_OR_OTHERS_WRITE) == 0;
    if (ours && safePlace && onlyHere) return null;
    return path
        + " is a symbolic link that another user could have put there (owner "
        + link.uid()
        + ", directory mode "
        + Integer.toOctalString(parent.permissions())
        + "); name the real directory instead";
  }

  /// Why nobody should go through a directory, or null if one may.
  static @Nullable String refusalOfDirectory(FileStatus status, String path) {
    boolean writableByAll = (status.permissions() & OTHERS_WRITE) != 0;
    if (!writableByAll || (status.permissions() & STICKY) != 0) return null;
    return path
        + " can be written to by everybody, who could swap what is below it; chmod o-w "
        + path
        + ", or choose another place";
  }
}
