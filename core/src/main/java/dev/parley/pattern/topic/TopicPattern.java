package dev.parley.pattern.topic;

import dev.parley.pattern.member.Names;
import java.util.List;

/// A pattern of topic names: words joined by dots, `*` for one word, `**` for any number, none
/// included.
record TopicPattern(String text, List<String> words) {
  static TopicPattern of(String text) {
    return new TopicPattern(text, List.of(Names.topicPattern(text).split("\\.")));
  }

  boolean matches(String topic) {
    return matches(words, List.of(topic.split("\\.")));
  }

  private static boolean matches(List<String> pattern, List<String> topic) {
    if (pattern.isEmpty()) return topic.isEmpty();
    String first = pattern.getFirst();
    List<String> rest = pattern.subList(1, pattern.size());
    if (first.equals("**")) {
      for (int taken = 0; taken <= topic.size(); taken++) {
        if (matches(rest, topic.subList(taken, topic.size()))) return true;
      }
      return false;
    }
    if (topic.isEmpty()) return false;
    boolean matches = first.equals("*") || first.equals(topic.getFirst());
    return matches && matches(rest, topic.subList(1, topic.size()));
  }
}
