package dev.parley.pattern.logqueue;

import dev.parley.Failure;
import dev.parley.QueueSettings;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.History;
import dev.parley.pattern.queue.MessageName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// What consumers do for a log queue in passing: delayed messages that are due, leases that are
/// over, acknowledged messages and deduplication ids that were kept long enough. Within a change.
final class LogUpkeep {
  private final LogStore store;
  private final LogState log;
  private final QueueSettings settings;
  private final long realtime;
  private final long clockMicros;

  LogUpkeep(Membership membership, LogStore store, LogState log, QueueSettings settings)
      throws IOException {
    this.store = store;
    this.log = log;
    this.settings = settings;
    this.realtime = membership.kernel().realtimeNanos();
    this.clockMicros = membership.epoch().clockMicros();
  }

  void run() throws IOException {
    while (!log.at(Place.DELAYED).isEmpty()) {
      Entry entry = log.at(Place.DELAYED).first();
      if (entry.name.due() > realtime) break;
      store.step(Step.move(Place.READY, entry.name, realtime));
    }
    if (!settings.lease().isZero()) endLeases();
    long horizon = realtime - settings.retain().toNanos();
    while (!log.at(Place.DONE).isEmpty()) {
      Entry entry = log.at(Place.DONE).first();
      if (entry.since > horizon) break;
      store.step(new Step.Drop(entry.name));
    }
    log.forgetSentBefore(realtime - settings.dedupWindow().toNanos());
  }

  private void endLeases() throws IOException {
    List<Entry> over = new ArrayList<>();
    for (Entry entry : log.at(Place.CLAIMED)) {
      if (entry.name.until() != 0 && entry.name.until() <= clockMicros) over.add(entry);
    }
    for (Entry entry : over) {
      store.step(returned(entry, settings.retries(), "the lease was over", realtime));
    }
  }

  /// What becomes of a claim that its holder did not end: to the front, or past the retries to the
  /// dead letters.
  static Step returned(Entry entry, int retries, String why, long now) {
    return entry.name.attempts() > retries
        ? dead(entry.name, entry.member, Failure.of(why), now)
        : Step.move(Place.READY, entry.name.waiting(), now);
  }

  static Step dead(MessageName name, String member, Failure failure, long now) {
    String line = History.line("dead", name.attempts(), member, failure);
    return new Step.Move(Place.DEAD, name.waiting(), Step.NOBODY, now, List.of(line));
  }
}
