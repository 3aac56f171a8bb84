package dev.parley.pattern.spool;

import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Syncs of one directory, each shared by everybody who arrived before it began.
///
/// Guarantees: when [#sync] returns, a sync of the directory that began after the call has
/// succeeded. A failed sync is final for all who shared it.
final class GroupSync {
  private final Dir dir;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicLong arrivals = new AtomicLong();
  private long synced;
  private long failedFrom;
  private long failedTo;
  private @Nullable IOException failure;

  GroupSync(Dir dir) {
    this.dir = dir;
  }

  /// @throws OutcomeUnknownException if the sync failed
  void sync() throws IOException {
    long mine = arrivals.incrementAndGet();
    lock.lock();
    try {
      if (mine > failedFrom && mine <= failedTo && failure != null) throw unknown(failure);
      if (mine <= synced) return;
      long upTo = arrivals.get();
      try {
        dir.sync();
      } catch (IOException e) {
        failedFrom = synced;
        failedTo = upTo;
        synced = upTo;
        failure = e;
        throw unknown(e);
      }
      synced = upTo;
    } finally {
      lock.unlock();
    }
  }

  private OutcomeUnknownException unknown(IOException cause) {
    return new OutcomeUnknownException(
        "the sync of "
            + dir.path()
            + " failed ("
            + cause.getMessage()
            + "): what was just put there is visible, and may not survive a power cut",
        cause);
  }
}
