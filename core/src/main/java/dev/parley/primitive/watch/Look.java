package dev.parley.primitive.watch;

import dev.parley.primitive.file.Route;
import dev.parley.primitive.watch.Entry.Folder;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One look at the files: opens directories by the names that lead to them, no link followed, and
/// keeps the watched paths themselves open meanwhile. Nothing stays open between looks, as an open
/// directory would keep its own end from being told.
final class Look implements AutoCloseable {
  private final Kernel kernel;
  private final Map<String, Route> routes = new HashMap<>();
  private @Nullable Folder lastFolder;
  private @Nullable Fd lastDirectory;

  Look(Kernel kernel) {
    this.kernel = kernel;
  }

  /// Opens a directory for reading; null if it is not there any more, or another one is.
  ///
  /// @throws ErrnoException EACCES
  @Nullable Fd open(Folder folder) throws IOException {
    List<String> names = new ArrayList<>();
    Entry top = folder;
    while (top.parent != null) {
      names.add(top.name);
      top = top.parent;
    }
    Collections.reverse(names);
    Route route = route(top.name);
    Fd start = route.end();
    if (start == null || route.refusal().isPresent()) return null;
    Fd current = start;
    try {
      for (String name : names) {
        Fd next = kernel.openAt(current, name, Open.PATH | Open.DIRECTORY | Open.NO_FOLLOW, 0);
        if (current != start) current.close();
        current = next;
      }
      if (!folder.isSameFile(kernel.status(current))) return null;
      return kernel.openAt(current, ".", Open.READ_ONLY | Open.DIRECTORY, 0);
    } catch (ErrnoException e) {
      if (isGone(e)) return null;
      throw e;
    } finally {
      if (current != start) current.close();
    }
  }

  /// Whether a directory is where it is thought to be. Not, if one above it was renamed and that is
  /// still to be heard of.
  boolean reaches(Folder folder) throws IOException {
    if (lastDirectory != null && folder.equals(lastFolder)) return true;
    closeLast();
    try {
      lastDirectory = open(folder);
      lastFolder = folder;
      return lastDirectory != null;
    } catch (ErrnoException e) {
      if (e.is(Errno.EACCES)) return false;
      throw e;
    }
  }

  /// What is at a name in a directory that it reaches; null if nothing is.
  @Nullable FileStatus statusOf(Folder folder, String name) throws IOException {
    if (!reaches(folder) || lastDirectory == null) return null;
    return statusOf(kernel, lastDirectory, name);
  }

  private void closeLast() {
    if (lastDirectory != null) lastDirectory.close();
    lastDirectory = null;
    lastFolder = null;
  }

  static @Nullable FileStatus statusOf(Kernel kernel, Fd directory, String name)
      throws ErrnoException {
    try {
      return kernel.statusAt(directory, name);
    } catch (ErrnoException e) {
      if (isGone(e) || e.is(Errno.EACCES)) return null;
      throw e;
    }
  }

  /// The names in a directory, sorted.
  static List<String> names(Kernel kernel, Fd directory) throws ErrnoException {
    List<String> names = new ArrayList<>();
    try {
      for (List<String> some = kernel.readDirectory(directory);
          !some.isEmpty();
          some = kernel.readDirectory(directory)) {
        names.addAll(some);
      }
    } catch (ErrnoException e) {
      if (!isGone(e)) throw e;
    }
    Collections.sort(names);
    return names;
  }

  private static boolean isGone(ErrnoException e) {
    return switch (e.errno()) {
      case ENOENT, ENOTDIR, ELOOP, ESTALE -> true;
      default -> false;
    };
  }

  private Route route(String path) throws IOException {
    Route route = routes.get(path);
    if (route == null) {
      route = Route.of(kernel, Path.of(path));
      routes.put(path, route);
    }
    return route;
  }

  @Override
  public void close() {
    closeLast();
    routes.values().forEach(Route::close);
    routes.clear();
  }
}
