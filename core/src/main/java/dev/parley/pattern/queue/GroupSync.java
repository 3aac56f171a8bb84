package dev.parley.pattern.queue;

import dev.parley.OutcomeUnknownException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// Syncs of one directory or file, each shared by everybody who arrived before it began.
///
/// Guarantees: when [#sync] returns, a sync of it that began after the call has succeeded. A failed
/// sync is final for all who shared it.
public final class GroupSync {
  private final String path;
  private final Sync sync;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicLong arrivals = new AtomicLong();
  private long synced;
  private final List<Failed> failures = new ArrayList<>();

  /// Those who shared a sync that failed.
  private record Failed(long after, long upTo, IOException cause) {}

  /// What is shared.
  public interface Sync {
    void run() throws IOException;
  }

  /// @param path of what is synced, for messages
  public GroupSync(String path, Sync sync) {
    this.path = path;
    this.sync = sync;
  }

  /// @throws OutcomeUnknownException if the sync failed
  public void sync() throws IOException {
    long mine = arrivals.incrementAndGet();
    lock.lock();
    try {
      for (Failed failed : failures) {
        if (mine > failed.after && mine <= failed.upTo) throw unknown(failed.cause);
      }
      if (mine <= synced) return;
      long upTo = arrivals.get();
      try {
        sync.run();
      } catch (IOException e) {
        failures.add(new Failed(synced, upTo, e));
        synced = upTo;
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
            + path
            + " failed ("
            + cause.getMessage()
            + "): what was just put there is visible, and may not survive a power cut",
        cause);
  }
}
