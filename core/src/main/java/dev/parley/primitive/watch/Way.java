package dev.parley.primitive.watch;

import dev.parley.primitive.file.Route;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The way to a watched path, each part of it watched: directories and links for their own end or
/// removal, and the directory where a missing part would appear.
///
/// @implNote A directory that may be searched but not read cannot be watched. Then the way has to
///   be walked again from time to time: [#isWatched] is false.
final class Way implements AutoCloseable {
  /// What can make a part of the way lead elsewhere. The mode counts, as it may let through or not.
  private static final int SELF =
      InotifyEvent.MOVE_SELF
          | InotifyEvent.DELETE_SELF
          | InotifyEvent.ATTRIB
          | InotifyEvent.IGNORED;

  /// How often the way may change while it is being watched.
  private static final int MOST_WALKS = 20;

  private static final int ARRIVAL = InotifyEvent.CREATE | InotifyEvent.MOVED_TO;

  /// A file that is watched itself.
  private static final int FILE = SELF | InotifyEvent.MODIFY | InotifyEvent.CLOSE_WRITE;

  private final Kernel kernel;
  private final String path;
  private final Watcher watcher;
  private final EventQueue queue;
  private final List<Watcher.Registration> registrations = new ArrayList<>();
  private boolean watched = true;
  private boolean lenient;
  private String trouble = "";

  Way(Kernel kernel, String path, Watcher watcher, EventQueue queue) {
    this.kernel = kernel;
    this.path = path;
    this.watcher = watcher;
    this.queue = queue;
  }

  /// Whether every part of it is watched.
  boolean isWatched() {
    return watched;
  }

  /// Why not.
  String trouble() {
    return trouble;
  }

  /// From now on, what has no watch left is looked at from time to time instead.
  void becomeLenient() {
    lenient = true;
  }

  /// Walks it, and watches what it consists of now instead of what it did before.
  ///
  /// @return where it leads; the caller closes it
  /// @throws WatchLimitException if there is no watch left, unless it is lenient
  Route walk() throws IOException {
    List<Watcher.Registration> before = List.copyOf(registrations);
    registrations.clear();
    watched = true;
    Route route = null;
    try {
      for (int walks = 1; ; walks++) {
        Route armed = Route.of(kernel, Path.of(path), this::arm);
        route = armed;
        // What changed before it was watched is seen now.
        Route again = Route.of(kernel, Path.of(path));
        boolean same = isSame(armed, again);
        again.close();
        if (same) return armed;
        if (walks == MOST_WALKS) {
          notWatched("it changes all the time");
          return armed;
        }
        armed.close();
        route = null;
        closeAll();
      }
    } catch (IOException | RuntimeException e) {
      if (route != null) route.close();
      throw e;
    } finally {
      before.forEach(Watcher.Registration::close);
    }
  }

  private void arm(Route.Step step, Fd directory, @Nullable Fd entry) throws IOException {
    FileStatus found = step.found();
    if (found == null || entry == null) {
      register(directory, ARRIVAL, event -> event.name().equals(step.name()));
    } else if (found.isDirectory() || found.isSymlink()) {
      register(entry, SELF, event -> event.name().isEmpty());
    } else {
      register(entry, FILE, event -> event.name().isEmpty());
    }
  }

  private interface Filter {
    boolean concerns(InotifyEvent event);
  }

  private void register(Fd fd, int mask, Filter filter) throws IOException {
    try {
      registrations.add(
          watcher.watch(
              fd,
              mask,
              event -> {
                boolean overflow = event.is(InotifyEvent.OVERFLOW);
                if (overflow || filter.concerns(event)) queue.add(null, path, event);
              }));
    } catch (ErrnoException e) {
      switch (e.errno()) {
        case EACCES -> notWatched(String.valueOf(e.getMessage()));
        case ENOENT -> {} // gone meanwhile; the second walk sees it
        default -> {
          IOException limit = limit(e);
          if (!lenient || !(limit instanceof WatchLimitException)) throw limit;
          notWatched(String.valueOf(limit.getMessage()));
        }
      }
    }
  }

  private void notWatched(String reason) {
    watched = false;
    trouble = reason;
  }

  static IOException limit(ErrnoException e) {
    return e.is(Errno.ENOSPC) || e.is(Errno.EMFILE) || e.is(Errno.ENOMEM)
        ? new WatchLimitException(e)
        : e;
  }

  private static boolean isSame(Route one, Route other) {
    List<Route.Step> steps = one.steps();
    List<Route.Step> others = other.steps();
    if (steps.size() != others.size()) return false;
    for (int i = 0; i < steps.size(); i++) {
      FileStatus here = steps.get(i).found();
      FileStatus there = others.get(i).found();
      if ((here == null) != (there == null)) return false;
      if (here == null || there == null) continue;
      if (here.inode() != there.inode() || here.device() != there.device()) return false;
    }
    return true;
  }

  private void closeAll() {
    registrations.forEach(Watcher.Registration::close);
    registrations.clear();
  }

  @Override
  public void close() {
    closeAll();
  }
}
