package dev.parley.primitive.watch;

import dev.parley.primitive.file.Route;
import dev.parley.primitive.watch.Change.Kind;
import dev.parley.primitive.watch.Entry.Folder;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// [FileWatch] that looks at everything, again and again. For places where the kernel does not
/// tell.
///
/// Non-promises, besides those of every watch: what came and went between two looks; a rename as
/// such; who has closed a file; a change that leaves kind, size, modification time, mode, owner and
/// inode as they were, as two writes of one size within one tick of the filesystem's clock may.
final class PollingWatch extends LookingWatch {
  private final long intervalNanos;
  private final List<String> paths;
  private long lastLook;

  private PollingWatch(Kernel kernel, List<String> paths, WatchOptions options, Duration interval) {
    super(kernel, options, withoutWritten(options.kinds()));
    this.paths = List.copyOf(paths);
    this.intervalNanos = interval.toNanos();
  }

  /// Who has closed a file cannot be seen, and what seems whole may not be.
  private static Set<Kind> withoutWritten(Set<Kind> wanted) {
    Set<Kind> kinds = EnumSet.complementOf(EnumSet.of(Kind.WRITTEN));
    kinds.retainAll(wanted);
    return kinds;
  }

  static PollingWatch open(
      Kernel kernel, List<String> paths, WatchOptions options, Duration interval)
      throws IOException {
    PollingWatch watch = new PollingWatch(kernel, paths, options, interval);
    for (String path : paths) {
      try (Route route = Route.of(kernel, Path.of(path))) {
        route.requireTrusted();
        ErrnoException failure = route.failure().orElse(null);
        if (failure != null && failure.is(Errno.EACCES)) throw failure;
      }
    }
    watch.lookAtAll(Kind.PRESENT);
    return watch;
  }

  @Override
  long look() throws IOException {
    if (System.nanoTime() - lastLook >= intervalNanos) lookAtAll(Kind.APPEARED);
    return Math.max(1, lastLook + intervalNanos - System.nanoTime());
  }

  private void lookAtAll(Kind kind) throws IOException {
    lastLook = System.nanoTime();
    try (Look look = new Look(kernel)) {
      for (String path : paths) {
        try (Route route = Route.of(kernel, Path.of(path))) {
          boolean trusted = route.refusal().isEmpty();
          tree.setRoot(path, trusted ? route.status() : null, route.end(), kind);
        }
      }
      tree.lookAtAll();
      tree.look(look, kind);
    }
  }

  @Override
  public void arm(Folder folder, Fd directory) {
    // Nothing: it is looked at each time.
  }

  @Override
  public @Nullable String refusal(Fd directory) {
    return null;
  }

  @Override
  public boolean isPolling() {
    return true;
  }

  @Override
  void dispose() {
    // Nothing is kept between looks.
  }
}
