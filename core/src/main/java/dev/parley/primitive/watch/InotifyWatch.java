package dev.parley.primitive.watch;

import dev.parley.primitive.file.Filesystem;
import dev.parley.primitive.file.Route;
import dev.parley.primitive.watch.Change.Kind;
import dev.parley.primitive.watch.Entry.Folder;
import dev.parley.primitive.watch.EventQueue.Heard;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// [FileWatch] with inotify, through the process's one [Watcher].
///
/// The watcher's thread only puts events into a queue; whoever awaits takes them out, looks at the
/// files and tells the difference. An event is a hint: what is told was seen.
final class InotifyWatch extends LookingWatch implements EventHandler.Wide {
  private static final int EXCL_UNLINK = 0x04000000;

  /// EXCL_UNLINK: a file that was unlinked and is still open does not speak under a name that may
  /// be another's now.
  private static final int ENTRIES =
      InotifyEvent.CREATE
          | InotifyEvent.DELETE
          | InotifyEvent.MOVED_FROM
          | InotifyEvent.MOVED_TO
          | InotifyEvent.MODIFY
          | InotifyEvent.ATTRIB
          | InotifyEvent.CLOSE_WRITE
          | InotifyEvent.IGNORED
          | EXCL_UNLINK;

  /// How often is looked at what cannot be watched.
  private static final String SLOWLY = "looked at every 2 s only: ";

  private static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Watcher watcher;
  private final Map<String, Way> ways = new LinkedHashMap<>();

  /// Taken out of the queue, and not handled yet.
  private final Deque<Heard> pending = new ArrayDeque<>();

  /// What is looked at from time to time, as there is no watch for it.
  private final Set<Folder> slow = new HashSet<>();

  private boolean looksSlowly;
  private long lastSlowLook;
  private @Nullable MountChanges mounts;
  private boolean opened;
  private boolean lookAgain;

  private InotifyWatch(Kernel kernel, WatchOptions options, Watcher watcher) {
    super(kernel, options, options.kinds());
    this.watcher = watcher;
  }

  static InotifyWatch open(Kernel kernel, List<String> paths, WatchOptions options)
      throws IOException {
    Watcher watcher;
    try {
      watcher = Watcher.acquire(kernel);
    } catch (ErrnoException e) {
      throw Way.limit(e);
    }
    InotifyWatch watch = new InotifyWatch(kernel, options, watcher);
    boolean good = false;
    try {
      watch.begin(paths);
      good = true;
      return watch;
    } finally {
      if (!good) watch.close();
    }
  }

  private void begin(List<String> paths) throws IOException {
    mounts = new MountChanges(kernel, watcher, queue);
    for (String path : paths) {
      ways.put(path, new Way(kernel, path, watcher, queue));
      walk(path, Kind.PRESENT);
    }
    try (Look look = new Look(kernel)) {
      tree.look(look, Kind.PRESENT);
    }
    opened = true;
    ways.values().forEach(Way::becomeLenient);
  }

  // ---- looking

  @Override
  long look() throws IOException {
    queue.drainTo(pending);
    boolean good = false;
    try (Look look = new Look(kernel)) {
      if (lookAgain) lookAtAll(look);
      lookAgain = false;
      lookAtSlow(look);
      long next = new EventHandler(tree, look, pending, this).handle();
      tree.look(look, Kind.APPEARED);
      tree.lookAtStrayed(look);
      good = true;
      return Math.min(next, untilSlowLook());
    } finally {
      // What was about to be told must not be lost: the difference tells it.
      if (!good) lookAgain = true;
    }
  }

  private void lookAtAll(Look look) throws IOException {
    if (mounts != null) mounts.take();
    for (String path : ways.keySet()) walk(path, Kind.APPEARED);
    tree.lookAtAll();
    tree.look(look, Kind.APPEARED);
  }

  private void lookAtSlow(Look look) throws IOException {
    if (untilSlowLook() > 0) return;
    looksSlowly = false;
    slow.removeIf(folder -> folder.detached || folder.registration != null);
    for (Map.Entry<String, Way> way : ways.entrySet()) {
      if (!way.getValue().isWatched()) walk(way.getKey(), Kind.APPEARED);
    }
    slow.forEach(tree::lookAt);
    tree.look(look, Kind.APPEARED);
    if (!slow.isEmpty()) lookSlowlyFromNowOn();
  }

  private void lookSlowlyFromNowOn() {
    if (looksSlowly) return;
    looksSlowly = true;
    lastSlowLook = System.nanoTime();
  }

  private long untilSlowLook() {
    return looksSlowly ? lastSlowLook + SLOW_NANOS - System.nanoTime() : NO_NEED;
  }

  @Override
  public void missed(Look look) throws IOException {
    for (String path : ways.keySet()) {
      tree.tell(new Change(Kind.MISSED, path, null, null, "there were too many events to keep"));
    }
    lookAtAll(look);
  }

  @Override
  public void mounted(Look look) throws IOException {
    if (mounts == null) return;
    Set<String> changed = mounts.take();
    for (String path : ways.keySet()) {
      String leadsTo = walk(path, Kind.APPEARED);
      if (leadsTo == null) continue;
      String below = leadsTo.endsWith("/") ? leadsTo : leadsTo + "/";
      boolean concerns =
          changed.stream().anyMatch(mount -> mount.equals(leadsTo) || mount.startsWith(below));
      if (concerns) tree.lookAtAll();
    }
    tree.look(look, Kind.APPEARED);
  }

  @Override
  public void walk(String path, InotifyEvent event) throws IOException {
    Entry known = tree.root(path);
    boolean content = event.is(InotifyEvent.MODIFY | InotifyEvent.CLOSE_WRITE);
    if (content && known != null) {
      try (Route route = Route.of(kernel, Path.of(path))) {
        FileStatus now = route.status();
        if (now != null && known.isSameFile(now)) {
          tree.refresh(known, now, event.is(InotifyEvent.MODIFY));
          if (event.is(InotifyEvent.CLOSE_WRITE)) tree.tellWritten(known);
          return;
        }
      }
    }
    walk(path, Kind.APPEARED);
  }

  /// Walks to a watched path, and notes what is there.
  ///
  /// @return where it leads; null if nowhere
  private @Nullable String walk(String path, Kind kind) throws IOException {
    Way way = Objects.requireNonNull(ways.get(path));
    boolean watchedBefore = way.isWatched();
    try (Route route = way.walk()) {
      if (!opened) requireWatchable(route, path);
      if (!way.isWatched()) {
        lookSlowlyFromNowOn();
        if (watchedBefore) tellUnseen(path, SLOWLY + way.trouble());
      }
      String refusal = route.refusal().orElse(null);
      if (refusal != null && tree.root(path) != null) tellUnseen(path, refusal);
      Fd end = route.end();
      tree.setRoot(path, refusal == null ? route.status() : null, end, kind);
      return end == null || refusal != null ? null : end.path();
    }
  }

  private void tellUnseen(String path, String reason) {
    tree.tell(new Change(Kind.UNSEEN, path, null, null, reason));
  }

  private void requireWatchable(Route route, String path) throws IOException {
    route.requireTrusted();
    ErrnoException failure = route.failure().orElse(null);
    if (failure != null && failure.is(Errno.EACCES)) throw failure;
    requireTelling(route, path);
  }

  private void requireTelling(Route route, String path) throws IOException {
    Fd end = route.end();
    String where = path;
    if (end == null) {
      where = route.steps().getLast().directory();
      try (Fd directory = kernel.openAt(Fd.CWD, where, Open.PATH, 0)) {
        requireTelling(directory, where);
      }
    } else {
      requireTelling(end, where);
    }
  }

  private void requireTelling(Fd fd, String path) throws IOException {
    Filesystem filesystem = Filesystem.of(kernel, fd);
    if (filesystem.sharedBetweenHosts() || filesystem.computed()) {
      throw new UnwatchableException(path, filesystem.name());
    }
  }

  // ---- watches

  @Override
  public void arm(Folder folder, Fd directory) throws IOException {
    if (folder.registration != null) return;
    try {
      folder.registration =
          watcher.watch(directory, ENTRIES, event -> queue.add(folder, null, event));
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return;
      IOException limit = Way.limit(e);
      if (!opened || !(limit instanceof WatchLimitException)) throw limit;
      tree.tellUnseen(folder, SLOWLY + limit.getMessage());
      slow.add(folder);
      lookSlowlyFromNowOn();
    }
  }

  @Override
  public @Nullable String refusal(Fd directory) throws IOException {
    Filesystem filesystem = Filesystem.of(kernel, directory);
    if (!filesystem.sharedBetweenHosts() && !filesystem.computed()) return null;
    return "on " + filesystem.name() + ", where inotify does not tell of all changes";
  }

  @Override
  public boolean isPolling() {
    return false;
  }

  @Override
  void dispose() {
    ways.values().forEach(Way::close);
    if (mounts != null) mounts.close();
    watcher.release();
  }
}
