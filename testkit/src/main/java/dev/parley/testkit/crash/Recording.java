package dev.parley.testkit.crash;

import java.util.List;
import java.util.Map;

/// What one run did to a directory.
public final class Recording {
  /// The number of the directory itself.
  static final int ROOT = 0;

  private final List<Node> nodes;
  private final Map<Integer, Map<String, Integer>> before;
  private final List<Event> events;

  Recording(List<Node> nodes, Map<Integer, Map<String, Integer>> before, List<Event> events) {
    this.nodes = List.copyOf(nodes);
    this.before = Map.copyOf(before);
    this.events = List.copyOf(events);
  }

  /// Every file there ever was, by number.
  List<Node> nodes() {
    return nodes;
  }

  /// The entries of each directory when the recording began; all of that is durable.
  Map<Integer, Map<String, Integer>> before() {
    return before;
  }

  /// What happened, in order.
  List<Event> events() {
    return events;
  }

  /// One line an event.
  @Override
  public String toString() {
    return listing(events.size());
  }

  /// The same with a mark where the power went off.
  String listing(int cut) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i <= events.size(); i++) {
      if (i == cut) lines.append("---- power cut ----\n");
      if (i < events.size()) lines.append("%3d  %s%n".formatted(i, events.get(i)));
    }
    return lines.toString();
  }
}
