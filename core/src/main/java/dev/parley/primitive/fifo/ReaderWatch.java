package dev.parley.primitive.fifo;

import dev.parley.primitive.watch.Readiness;
import dev.parley.primitive.watch.Watcher;
import dev.parley.sys.Fd;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// How a writer waits for a reader to come.
///
/// inotify tells of every open(2) that is done. A reader that blocks in open(2), as `cat` does, is
/// not done until a writer comes, so it is only found by trying: after 1 ms at first, every 250 ms
/// at last.
final class ReaderWatch implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ReaderWatch.class.getName());
  private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  private final Kernel kernel;
  private final Fd fifo;
  private final Readiness readiness;
  private boolean armed;
  private long nextLookNanos = FIRST_LOOK_NANOS;
  private @Nullable Watcher watcher;
  private Watcher.@Nullable Registration registration;

  ReaderWatch(Kernel kernel, Fd fifo, Readiness readiness) {
    this.kernel = kernel;
    this.fifo = fifo;
    this.readiness = readiness;
  }

  /// Returns when it is worth trying to open the FIFO: at once for the first time, for then the
  /// watch has just begun.
  void await(long nanos) throws IOException, InterruptedException {
    if (!armed) {
      arm();
      return;
    }
    readiness.await(List.of(), Math.min(nanos, nextLookNanos));
    nextLookNanos = Math.min(2 * nextLookNanos, LAST_LOOK_NANOS);
  }

  private void arm() {
    armed = true;
    try {
      if (watcher == null) watcher = Watcher.acquire(kernel);
      registration = watcher.watch(fifo, InotifyEvent.OPEN, _ -> readiness.wake());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "not watched; a reader is found by looking", e);
    }
  }

  /// Ends the watch. A later [#await] begins another.
  @Override
  public void close() {
    if (registration != null) registration.close();
    registration = null;
    armed = false;
    nextLookNanos = FIRST_LOOK_NANOS;
  }

  /// Gives up the watcher.
  void release() {
    close();
    if (watcher != null) watcher.release();
  }
}
