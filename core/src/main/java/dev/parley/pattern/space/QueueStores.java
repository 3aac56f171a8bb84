package dev.parley.pattern.space;

import dev.parley.BadFormatException;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Store;
import dev.parley.UnsafePathException;
import dev.parley.pattern.logqueue.LogCheck;
import dev.parley.pattern.logqueue.LogQueue;
import dev.parley.pattern.logqueue.LogQueues;
import dev.parley.pattern.member.Findings;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.spool.Feed;
import dev.parley.pattern.spool.QueueCheck;
import dev.parley.pattern.spool.SpoolQueue;
import dev.parley.pattern.spool.SpoolReaping;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The queues of a space, each in the store that its settings name: the one place that knows them
/// all.
final class QueueStores {
  private final Membership membership;
  private final Dir queues;
  private final Dir root;

  /// @param queues the space's folder of queues
  /// @param root the space
  QueueStores(Membership membership, Dir queues, Dir root) {
    this.membership = membership;
    this.queues = queues;
    this.root = root;
  }

  void makeIfMissing(String name, QueueSettings settings) throws IOException {
    switch (settings.store()) {
      case SPOOL -> SpoolQueue.makeIfMissing(membership, queues, name, settings, _ -> {});
      case FILE, MEMORY, HYBRID -> LogQueues.makeIfMissing(membership, queues, name, settings);
    }
  }

  /// Null if there is none.
  @Nullable Queue tryOpen(String name) throws IOException {
    return switch (storeOf(name)) {
      case null -> null; // not even if somebody makes it now, in whatever store
      case SPOOL ->
          SpoolQueue.tryOpen(membership, queues, name, name, List.of(queues, root), Feed.NONE);
      case FILE, MEMORY, HYBRID -> LogQueues.tryOpen(membership, queues, name);
    };
  }

  static void requireSettings(Queue queue, QueueSettings wanted) throws IOException {
    switch (queue) {
      case SpoolQueue spool -> spool.requireSettings(wanted);
      case LogQueue log -> log.requireSettings(wanted);
      default -> throw new IllegalStateException(queue + " is in no store");
    }
  }

  void addHolders(String name, Set<String> ids) throws IOException {
    switch (storeOf(name)) {
      case null -> {}
      case SPOOL -> SpoolReaping.addHolders(queues, name, ids);
      case FILE, MEMORY, HYBRID -> LogQueues.addHolders(membership, queues, name, ids);
    }
  }

  boolean giveBack(String name, String member) throws IOException {
    return switch (storeOf(name)) {
      case null -> true;
      case SPOOL -> SpoolReaping.giveBack(queues, name, member);
      case FILE, MEMORY, HYBRID -> LogQueues.giveBack(membership, queues, name, member);
    };
  }

  void countClaims(String name, Map<String, Integer> counts) throws IOException {
    switch (storeOf(name)) {
      case null -> {}
      case SPOOL -> SpoolReaping.countClaims(queues, name, counts);
      case FILE, MEMORY, HYBRID -> LogQueues.countClaims(membership, queues, name, counts);
    }
  }

  void check(Findings findings, Dir parent, String name) throws IOException {
    switch (storeOf(name)) {
      case null -> {}
      case SPOOL -> new QueueCheck(findings, parent, name).run();
      case FILE, MEMORY, HYBRID -> new LogCheck(findings, parent, name).run();
    }
  }

  /// Null if there is no such queue. The spool, where nothing can be read of another: what looks at
  /// it tells what is wrong.
  private @Nullable Store storeOf(String name) throws IOException {
    try (QueueFolder folder = QueueFolder.tryOpen(queues, name)) {
      return folder == null ? null : folder.settings().store();
    } catch (BadFormatException | UnsafePathException e) {
      return Store.SPOOL;
    }
  }
}
