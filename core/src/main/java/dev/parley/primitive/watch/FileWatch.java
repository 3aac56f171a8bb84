package dev.parley.primitive.watch;

import dev.parley.UnsafePathException;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Tells what changes at paths, whether they are there yet or not.
///
/// Guarantees: nothing that lasts is missed. When changes stop, what was told equals what is there:
/// kind, size, modification time, mode, owner and inode of each entry (of a directory: kind, mode,
/// owner and inode), whatever events the kernel lost. What happened to one name is told in order.
/// Waiting takes no CPU, but where [Change.Kind#UNSEEN] says that it has to look from time to time,
/// and with polling. Memory is bounded by [WatchOptions#maxEntries] and 65,536 events that were not
/// fetched.
///
/// Non-promises: what came and went before a look; content that changes through mapped memory,
/// through another name of the file, or on another host. Polling, besides: renames as such, who
/// closed what, a change that leaves all of the above as it was.
///
/// Looking is done by the thread that calls [#await], so a file server that does not answer holds
/// up that thread alone. Safe for several threads; one gets each batch. An interrupt or the end of
/// the time closes nothing and loses nothing. Source: inotify(7); book 10.5.
public interface FileWatch extends AutoCloseable {
  /// Watches with the real kernel.
  static FileWatch open(List<Path> paths, WatchOptions options) throws IOException {
    return open(Kernel.linux(), paths, options);
  }

  /// Starts to watch. What changes after this has returned is told.
  ///
  /// @throws WatchLimitException if the kernel has no watch or instance left, and `options` know no
  ///   fallback; nothing stays armed
  /// @throws UnwatchableException if inotify is silent there, and `options` know no fallback
  /// @throws UnsafePathException if somebody else could tamper with the way
  /// @throws ErrnoException EACCES on the way
  static FileWatch open(Kernel kernel, List<Path> paths, WatchOptions options) throws IOException {
    // Without `..`, which a link on the way gives another meaning than its text has.
    List<String> absolute = paths.stream().map(path -> absolute(path).toString()).toList();
    if (absolute.isEmpty()) throw new IllegalArgumentException("no path to watch");
    if (options.poll().isPresent()) {
      return PollingWatch.open(kernel, absolute, options, options.poll().get());
    }
    try {
      return InotifyWatch.open(kernel, absolute, options);
    } catch (WatchLimitException | UnwatchableException e) {
      if (options.fallback().isEmpty()) throw e;
      return PollingWatch.open(kernel, absolute, options, options.fallback().get());
    }
  }

  private static Path absolute(Path path) {
    Path whole = path.toAbsolutePath();
    for (Path name : whole) if (name.toString().equals("..")) return whole;
    return whole.normalize();
  }

  /// What has changed, waiting until something has.
  ///
  /// @throws IllegalStateException if it is closed, meanwhile too
  default List<Change> await() throws IOException, InterruptedException {
    while (true) {
      List<Change> changes = await(Duration.ofDays(1));
      if (!changes.isEmpty()) return changes;
    }
  }

  /// The same, waiting so long at most.
  ///
  /// @return empty if the time is up
  List<Change> await(Duration time) throws IOException, InterruptedException;

  /// Whether it looks from time to time, instead of being told.
  boolean isPolling();

  /// Ends it, and whoever waits.
  @Override
  void close();
}
