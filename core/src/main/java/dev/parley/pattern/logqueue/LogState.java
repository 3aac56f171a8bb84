package dev.parley.pattern.logqueue;

import dev.parley.pattern.queue.MessageName;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a queue is by now: the sum of the steps in its log. The caller excludes other threads.
///
/// Its memory grows with the backlog: about 300 bytes a message, whose own bytes stay in the log.
final class LogState {
  /// The order of claims: priority, then the age of the message; a delayed one's age starts when it
  /// was due.
  private static final Comparator<Entry> READY_ORDER =
      Comparator.<Entry>comparingInt(entry -> -entry.name.priority())
          .thenComparingLong(LogState::age)
          .thenComparing(entry -> entry.name.id());

  private static final Comparator<Entry> DUE_ORDER =
      Comparator.<Entry>comparingLong(entry -> entry.name.due())
          .thenComparing(entry -> entry.name.id());

  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<Place, TreeSet<Entry>> places = new EnumMap<>(Place.class);
  private final Map<String, Step.Sent> sent = new HashMap<>();
  private long roomTaken;
  private long bytesTaken;
  private long liveBytes;

  LogState() {
    for (Place place : Place.values()) places.put(place, new TreeSet<>(order(place)));
  }

  private static Comparator<Entry> order(Place place) {
    return switch (place) {
      case READY -> READY_ORDER;
      case DELAYED -> DUE_ORDER;
      case CLAIMED -> Comparator.comparing(entry -> entry.name.id());
      case HELD, DEAD -> Comparator.comparing(entry -> entry.name.id());
      case DONE ->
          Comparator.<Entry>comparingLong(entry -> entry.since)
              .thenComparing(entry -> entry.name.id());
    };
  }

  private static long age(Entry entry) {
    return entry.name.due() != 0 ? entry.name.due() : entry.name.key();
  }

  /// @param at where the message's bytes are, if the step has some
  void apply(Step step, long at, int length) {
    switch (step) {
      case Step.Put put -> put(new Entry(put, at, length));
      case Step.Move move -> move(move);
      case Step.Drop drop -> {
        Entry entry = entries.remove(drop.name().id());
        if (entry != null) takeOut(entry);
      }
      case Step.Sent once -> remember(once);
    }
  }

  private void put(Entry entry) {
    Entry before = entries.put(entry.name.id(), entry);
    if (before != null) takeOut(before);
    takeIn(entry);
    if (!entry.dedup.equals(Step.NOBODY)) {
      remember(new Step.Sent(entry.dedup, entry.name.id(), entry.name.key()));
    }
  }

  private void remember(Step.Sent once) {
    sent.merge(once.dedup(), once, (a, b) -> a.since() > b.since() ? a : b);
  }

  private void move(Step.Move move) {
    Entry entry = entries.get(move.name().id());
    if (entry == null) return; // dropped: a step that came too late changes nothing
    takeOut(entry);
    entry.name = move.name();
    entry.place = move.place();
    entry.member = move.member();
    entry.since = move.since();
    entry.history.addAll(move.history());
    takeIn(entry);
  }

  private void takeIn(Entry entry) {
    in(entry.place).add(entry);
    count(entry, 1);
  }

  private void takeOut(Entry entry) {
    in(entry.place).remove(entry);
    count(entry, -1);
  }

  private void count(Entry entry, int sign) {
    liveBytes += (long) sign * entry.length;
    if (!entry.place.takesRoom()) return;
    roomTaken += sign;
    bytesTaken += (long) sign * entry.length;
  }

  private SortedSet<Entry> in(Place place) {
    return java.util.Objects.requireNonNull(places.get(place));
  }

  // ---- what follows from it

  /// The messages of a place in its order. Do not keep it: it changes.
  SortedSet<Entry> at(Place place) {
    return in(place);
  }

  @Nullable Entry find(String id) {
    return entries.get(id);
  }

  /// The message if that claim on it is valid.
  @Nullable Entry findClaim(MessageName name, String member) {
    Entry entry = entries.get(name.id());
    boolean valid =
        entry != null
            && entry.place == Place.CLAIMED
            && entry.member.equals(member)
            && entry.name.token() == name.token();
    return valid ? entry : null;
  }

  Step.@Nullable Sent sentBefore(String dedup) {
    return sent.get(dedup);
  }

  void forgetSentBefore(long nanos) {
    sent.values().removeIf(once -> once.since() < nanos);
  }

  /// How many messages count against the bound.
  long roomTaken() {
    return roomTaken;
  }

  long bytesTaken() {
    return bytesTaken;
  }

  /// How much of the log is messages that are still there.
  long liveBytes() {
    return liveBytes;
  }

  Collection<Entry> all() {
    return entries.values();
  }

  /// The deduplication ids that are remembered.
  List<Step.Sent> allSent() {
    return List.copyOf(sent.values());
  }
}
