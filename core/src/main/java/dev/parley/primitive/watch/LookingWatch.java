package dev.parley.primitive.watch;

import dev.parley.sys.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// What both kinds of watch have in common: whoever awaits looks himself, and waits for a reason to
/// look again.
abstract class LookingWatch implements FileWatch, Tree.Arming {
  /// There is no reason to look again unless something is heard.
  static final long NO_NEED = Long.MAX_VALUE;

  final Kernel kernel;
  final WatchOptions options;
  final Tree tree;
  final EventQueue queue = new EventQueue();

  private final Set<Change.Kind> kinds;

  /// Held by whoever looks, for the whole of his wait.
  private final ReentrantLock looking = new ReentrantLock();

  /// Told by the tree, and not returned yet: an interrupt or a failure loses nothing.
  private List<Change> told = new ArrayList<>();

  private boolean disposed;

  LookingWatch(Kernel kernel, WatchOptions options, Set<Change.Kind> kinds) {
    this.kernel = kernel;
    this.options = options;
    this.kinds = Set.copyOf(kinds);
    this.tree = new Tree(kernel, options, this);
  }

  /// Looks where there is reason to, and has the tree tell.
  ///
  /// @return after how many nanoseconds there will be reason to look again at the latest
  abstract long look() throws IOException;

  /// Lets go of what it has besides the tree.
  abstract void dispose();

  @Override
  public final List<Change> await(Duration time) throws IOException, InterruptedException {
    long start = System.nanoTime();
    looking.lockInterruptibly();
    try {
      boolean gathering = false;
      long firstTold = start;
      while (true) {
        if (queue.isClosed()) throw new IllegalStateException("the watch is closed");
        long next = look();
        told.addAll(tree.take());
        List<Change> changes = Batches.collapse(told, kinds);
        long now = System.nanoTime();
        long left = left(time, now - start);
        if (changes.isEmpty()) {
          told.clear();
        } else {
          if (!gathering) firstTold = now;
          gathering = true;
          left = Math.min(left, left(options.settle(), now - firstTold));
        }
        if (left <= 0) {
          told = new ArrayList<>();
          return changes;
        }
        queue.await(Math.min(left, next));
      }
    } finally {
      looking.unlock();
    }
  }

  private static long left(Duration time, long elapsed) {
    // Longer than anybody waits, and so short that it can be counted in nanoseconds.
    Duration most = Duration.ofDays(10_000);
    return (time.compareTo(most) > 0 ? most : time).toNanos() - elapsed;
  }

  @Override
  public final void close() {
    queue.close();
    looking.lock();
    try {
      if (disposed) return;
      disposed = true;
      tree.close();
      dispose();
    } finally {
      looking.unlock();
    }
  }
}
