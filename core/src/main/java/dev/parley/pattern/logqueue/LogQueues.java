package dev.parley.pattern.logqueue;

import dev.parley.QueueSettings;
import dev.parley.Store;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The log queues of a space: making, opening, and what a dead member held in one.
public final class LogQueues {
  private static final System.Logger LOG = System.getLogger(LogQueues.class.getName());

  private LogQueues() {}

  /// Makes the queue `name` in `parent` unless it is there.
  public static void makeIfMissing(
      Membership membership, Dir parent, String name, QueueSettings settings) throws IOException {
    boolean durable = membership.folder().storage().keepsDurableSends();
    QueueFolder.makeIfMissing(
        parent,
        name,
        settings,
        durable,
        List.of(QueueFolder.WAKE),
        root -> makeLog(root, settings.store(), durable));
  }

  private static void makeLog(Dir root, Store store, boolean durable) throws IOException {
    switch (store) {
      case FILE -> FileLog.make(root, durable);
      case MEMORY -> MemoryLog.make(root, 0);
      case HYBRID -> HybridLog.make(root, durable);
      case SPOOL -> throw new IllegalArgumentException("a spool has no log");
    }
  }

  /// Opens the log in a queue's folder.
  static Log openLog(QueueFolder folder, boolean durable) throws IOException {
    Store store = folder.settings().store();
    Dir root = folder.root().reopen();
    return switch (store) {
      case FILE -> FileLog.open(root, durable);
      case MEMORY -> MemoryLog.open(root);
      case HYBRID -> HybridLog.open(root, durable);
      case SPOOL -> {
        root.close();
        throw new IllegalArgumentException("a spool has no log");
      }
    };
  }

  /// Opens the queue `name` in `parent`, or returns null if there is none.
  public static @Nullable LogQueue tryOpen(Membership membership, Dir parent, String name)
      throws IOException {
    QueueFolder folder = QueueFolder.tryOpen(parent, name);
    if (folder == null) return null;
    boolean good = false;
    try {
      LogStore store = acquire(membership, folder);
      try {
        LogQueue queue = new LogQueue(name, membership, folder, store);
        good = true;
        return queue;
      } finally {
        if (!good) LogStore.Shared.of(membership).release(store);
      }
    } finally {
      if (!good) folder.close();
    }
  }

  private static LogStore acquire(Membership membership, QueueFolder folder) throws IOException {
    boolean durable = membership.folder().storage().keepsDurableSends();
    return LogStore.Shared.of(membership)
        .acquire(folder.root().path(), () -> openLog(folder, durable));
  }

  private interface Use<T> {
    T run(QueueFolder folder, LogStore store) throws IOException;
  }

  private static <T> T with(Membership membership, Dir parent, String name, T otherwise, Use<T> use)
      throws IOException {
    try (QueueFolder folder = QueueFolder.tryOpen(parent, name)) {
      if (folder == null) return otherwise;
      LogStore store = acquire(membership, folder);
      try {
        return use.run(folder, store);
      } finally {
        LogStore.Shared.of(membership).release(store);
      }
    }
  }

  /// Adds to `counts` how many messages each member holds in the queue `name` of `parent`.
  public static void countClaims(
      Membership membership, Dir parent, String name, Map<String, Integer> counts)
      throws IOException {
    with(
        membership,
        parent,
        name,
        0,
        (folder, store) ->
            store.look(
                log -> {
                  for (Entry entry : log.at(Place.CLAIMED)) {
                    counts.merge(entry.member, 1, Integer::sum);
                  }
                  return 0;
                }));
  }

  /// Adds the ids of the members that hold something in the queue `name` of `parent`.
  public static void addHolders(Membership membership, Dir parent, String name, Set<String> ids)
      throws IOException {
    Map<String, Integer> counts = new java.util.HashMap<>();
    countClaims(membership, parent, name, counts);
    ids.addAll(counts.keySet());
  }

  /// Gives back what `member` held in the queue `name` of `parent`.
  ///
  /// @return false if that failed; come again
  public static boolean giveBack(Membership membership, Dir parent, String name, String member) {
    try {
      with(
          membership,
          parent,
          name,
          0,
          (folder, store) -> {
            int retries = folder.settings().retries();
            return store.change(log -> giveBack(membership, store, log, member, retries));
          });
      return true;
    } catch (IOException e) {
      // What is wrong with one queue must not keep what is held in the others.
      LOG.log(System.Logger.Level.WARNING, "giving back what " + member + " held failed", e);
      return false;
    }
  }

  private static int giveBack(
      Membership membership, LogStore store, LogState log, String member, int retries)
      throws IOException {
    long now = membership.kernel().realtimeNanos();
    List<Entry> held = new ArrayList<>();
    for (Entry entry : log.at(Place.CLAIMED)) {
      if (entry.member.equals(member)) held.add(entry);
    }
    for (Entry entry : held) {
      store.step(LogUpkeep.returned(entry, retries, "its holder died", now));
    }
    return held.size();
  }
}
