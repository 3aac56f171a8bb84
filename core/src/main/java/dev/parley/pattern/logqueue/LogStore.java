package dev.parley.pattern.logqueue;

import dev.parley.Durability;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.GroupSync;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A queue's log with what follows from it, for all handles of one member.
///
/// What changes the queue runs under the log's lock, after reading what others did meanwhile: so it
/// decides on what is true. What only looks runs without, on what was true a moment ago.
final class LogStore {
  private final Log log;
  private final String path;
  private final GroupSync groupSync;
  private final ReentrantLock mutex = new ReentrantLock();
  private LogState state = new LogState();
  private int users;

  private LogStore(Log log, String path) {
    this.log = log;
    this.path = path;
    this.groupSync = new GroupSync(path, this::sync);
  }

  /// Opens a log.
  interface Opener {
    Log open() throws IOException;
  }

  /// Does something with the state.
  interface Action<T> {
    T run(LogState state) throws IOException;
  }

  /// The stores that the handles of one member have open.
  static final class Shared {
    private final java.util.Map<String, LogStore> stores = new java.util.HashMap<>();

    static Shared of(Membership membership) {
      return membership.shared("", Shared.class, Shared::new);
    }

    /// @param path of the queue's folder
    synchronized LogStore acquire(String path, Opener opener) throws IOException {
      LogStore store = stores.get(path);
      if (store == null) {
        store = new LogStore(opener.open(), path);
        stores.put(path, store);
      }
      store.users++;
      return store;
    }

    synchronized void release(LogStore store) {
      if (--store.users > 0) return;
      stores.remove(store.path, store);
      store.close();
    }
  }

  /// Changes the queue.
  <T> T change(Action<T> action) throws IOException {
    mutex.lock();
    try {
      log.lock();
      try {
        readOn(true);
        if (log.isWorthReplacing(state.liveBytes())) replace();
        return action.run(state);
      } finally {
        log.unlock();
      }
    } finally {
      mutex.unlock();
    }
  }

  /// Looks at the queue.
  <T> T look(Action<T> action) throws IOException {
    mutex.lock();
    try {
      readOn(false);
      return action.run(state);
    } finally {
      mutex.unlock();
    }
  }

  private void readOn(boolean locked) throws IOException {
    if (log.wasReplaced()) state = new LogState();
    log.readOn((text, at, length) -> state.apply(Step.decode(text, path), at, length), locked);
  }

  /// Makes a message known. In a change only.
  void put(Step.Put put, byte[] message, boolean durable) throws IOException {
    long at = log.append(put.encode(), message, durable);
    state.apply(put, at, message.length);
  }

  /// In a change only.
  void step(Step step) throws IOException {
    log.append(step.encode(), new byte[0], false);
    state.apply(step, 0, 0);
  }

  /// A message's bytes. In a change or a look.
  byte[] bytes(Entry entry) throws IOException {
    return log.bytes(entry.at, entry.length);
  }

  private void replace() throws IOException {
    List<Log.Kept> kept = new ArrayList<>();
    for (Entry entry : state.all()) {
      kept.add(new Log.Kept(entry.asPut().encode(), entry.at, entry.length));
    }
    for (Step.Sent once : state.allSent()) kept.add(new Log.Kept(once.encode(), 0, 0));
    log.replace(kept);
    readOn(true);
  }

  /// Makes everything that was appended by now as durable as asked.
  void sync(Durability durability) throws IOException {
    switch (durability) {
      case NONE -> {}
      case GROUP -> groupSync.sync();
      case MESSAGE -> new GroupSync(path, this::sync).sync();
    }
  }

  private void sync() throws IOException {
    GroupSync.Sync sync;
    mutex.lock();
    try {
      sync = log.syncLater();
    } finally {
      mutex.unlock();
    }
    sync.run();
  }

  /// Says that a consumer is there, until that is closed; null if it makes no difference. Call
  /// [#change] after closing it.
  Log.@Nullable Visit consumerCame() throws IOException {
    return log.consumerCame();
  }

  private void close() {
    log.close();
  }
}
