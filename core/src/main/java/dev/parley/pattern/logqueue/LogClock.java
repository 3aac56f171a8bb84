package dev.parley.pattern.logqueue;

import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.queue.Waiter;
import java.io.IOException;
import java.time.Duration;

/// Tells waiting consumers when to look by themselves: when a delayed message is due, or a lease is
/// over.
final class LogClock implements Doorbell {
  private final Membership membership;
  private final LogStore store;

  LogClock(Membership membership, LogStore store) {
    this.membership = membership;
    this.store = store;
  }

  @Override
  public void enter(Waiter waiter) {}

  @Override
  public void leave(Waiter waiter) {}

  @Override
  public long nanosToNextLook(Waiter waiter, int looks) throws IOException {
    long realtime = membership.kernel().realtimeNanos();
    long clock = membership.epoch().clockMicros();
    return store.look(
        log -> {
          long next = FOR_EVER.toNanos();
          if (!log.at(Place.DELAYED).isEmpty()) {
            next = log.at(Place.DELAYED).first().name.due() - realtime;
          }
          for (Entry entry : log.at(Place.CLAIMED)) {
            if (entry.name.until() == 0) continue;
            next = Math.min(next, (entry.name.until() - clock) * 1000);
          }
          return Math.max(next, Duration.ofMillis(1).toNanos());
        });
  }
}
