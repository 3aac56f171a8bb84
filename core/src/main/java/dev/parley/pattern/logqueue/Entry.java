package dev.parley.pattern.logqueue;

import dev.parley.pattern.queue.MessageName;
import java.util.ArrayList;
import java.util.List;

/// A message of a log queue: where it is, in whose hands, and where the log has its bytes. Changed
/// by [LogState] alone.
final class Entry {
  MessageName name;
  Place place;
  String member;
  long since;
  final String dedup;
  final List<String> history = new ArrayList<>();
  final long at;
  final int length;

  /// @param at where its bytes are in the log
  Entry(Step.Put put, long at, int length) {
    name = put.name();
    place = put.place();
    member = put.member();
    since = put.since();
    dedup = put.dedup();
    history.addAll(put.history());
    this.at = at;
    this.length = length;
  }

  /// The record that makes a new log know all of this.
  Step.Put asPut() {
    return new Step.Put(place, name, member, since, dedup, List.copyOf(history));
  }
}
