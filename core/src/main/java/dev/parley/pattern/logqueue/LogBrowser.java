package dev.parley.pattern.logqueue;

import dev.parley.BadFormatException;
import dev.parley.Message;
import dev.parley.QueueStats;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.QueueFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Looks at a log queue's messages without claiming them, counts them, and sets them aside.
final class LogBrowser {
  private final Membership membership;
  private final QueueFolder folder;
  private final LogStore store;

  LogBrowser(Membership membership, QueueFolder folder, LogStore store) {
    this.membership = membership;
    this.folder = folder;
    this.store = store;
  }

  List<Message> peek(int most) throws IOException {
    return store.look(
        log -> {
          List<Message> found = new ArrayList<>();
          for (Entry entry : log.at(Place.READY)) {
            if (found.size() >= most) break;
            read(store, folder, entry).ifPresent(found::add);
          }
          return found;
        });
  }

  /// Empty if it is damaged. In a change or a look.
  static Optional<Message> read(LogStore store, QueueFolder folder, Entry entry)
      throws IOException {
    byte[] bytes = store.bytes(entry);
    try {
      MessageFile file = MessageFile.parse(bytes, bytes.length, folder.root()::path);
      return Optional.of(file.toMessage(entry.name));
    } catch (BadFormatException e) {
      return Optional.empty();
    }
  }

  /// Moves messages from certain places to another.
  ///
  /// @return how many
  int move(Collection<String> ids, Set<Place> from, Place to) throws IOException {
    long now = membership.kernel().realtimeNanos();
    return store.change(
        log -> {
          int moved = 0;
          for (String id : Set.copyOf(ids)) {
            Entry entry = log.find(id);
            if (entry == null || !from.contains(entry.place)) continue;
            store.step(Step.move(to, entry.name.waiting(), now));
            moved++;
          }
          return moved;
        });
  }

  QueueStats stats() throws IOException {
    boolean onHold = folder.isOnHold();
    long now = membership.kernel().realtimeNanos();
    return store.look(
        log -> {
          long[] byPriority = new long[10];
          long oldest = Long.MAX_VALUE;
          for (Entry entry : log.at(Place.READY)) {
            byPriority[entry.name.priority()]++;
            oldest = Math.min(oldest, entry.name.key());
          }
          Map<String, Long> holders = new TreeMap<>();
          for (Entry entry : log.at(Place.CLAIMED)) holders.merge(entry.member, 1L, Long::sum);
          return new QueueStats(
              log.at(Place.READY).size(),
              Arrays.stream(byPriority).boxed().toList(),
              log.at(Place.DELAYED).size(),
              log.at(Place.CLAIMED).size(),
              log.at(Place.HELD).size(),
              log.at(Place.DEAD).size(),
              log.at(Place.DONE).size(),
              oldest == Long.MAX_VALUE
                  ? Optional.empty()
                  : Optional.of(Duration.ofNanos(Math.max(0, now - oldest))),
              onHold,
              holders);
        });
  }
}
