package dev.parley.testkit.soak;

import dev.parley.testkit.Child;
import java.util.List;

/// One process of the soak, from its start to its end.
final class Life {
  static final long STILL_ALIVE = Long.MAX_VALUE;

  private final Role role;
  private final String name;
  private final Child child;
  private final LedgerReader ledger;
  private long killed = STILL_ALIVE;

  /// Which of the processes it is; those that replace it have the same.
  ///
  /// @param index among its kind
  record Role(boolean isProducer, int index) {
    String name() {
      return (isProducer ? "producer-" : "consumer-") + (index + 1);
    }
  }

  Life(Role role, String name, Child child, LedgerReader ledger) {
    this.role = role;
    this.name = name;
    this.child = child;
    this.ledger = ledger;
  }

  Role role() {
    return role;
  }

  String name() {
    return name;
  }

  Child child() {
    return child;
  }

  LedgerReader ledger() {
    return ledger;
  }

  List<Entry> entries() {
    return ledger.entries();
  }

  /// @param nanos the boot-time clock right before the kill
  void setKilled(long nanos) {
    killed = nanos;
  }

  boolean wasKilled() {
    return killed != STILL_ALIVE;
  }

  /// A time before which it certainly lived; [#STILL_ALIVE] if nothing ended it.
  long end() {
    if (!entries().isEmpty() && entries().getLast().act().equals("exit")) {
      return Math.min(killed, entries().getLast().nanos());
    }
    return killed;
  }

  boolean endedInOrder() {
    return wasKilled() || end() != STILL_ALIVE;
  }
}
