package dev.parley.pattern.topic;

import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Where a subscription is: the name `next-SEQUENCE` of an empty file in its folder `feed/`, the
/// number of the next entry to take over. A name, because a rename lands whole or not at all
/// without a sync, and what is in a file may not.
final class Position {
  static final String FOLDER = "feed";
  static final String LOCK = "pump";
  private static final String NEXT = "next-";

  private Position() {}

  /// Of several, which a power cut may leave, the lowest: what is taken over twice comes twice, and
  /// nothing is left out.
  static long read(Dir feed) throws IOException {
    long lowest = Long.MAX_VALUE;
    for (String name : names(feed)) lowest = Math.min(lowest, number(name));
    return lowest == Long.MAX_VALUE ? TopicFolder.FIRST : lowest;
  }

  /// Call it holding [#LOCK], or before anybody else sees the folder.
  static void write(Dir feed, long next) throws IOException {
    String wanted = NEXT + EntryLog.name(next);
    List<String> before = names(feed);
    if (before.isEmpty()) feed.touch(wanted);
    boolean moved = before.contains(wanted);
    for (String name : before) {
      if (name.equals(wanted)) continue;
      if (moved) {
        feed.tryUnlink(name);
      } else {
        feed.replace(name, wanted);
        moved = true;
      }
    }
  }

  private static List<String> names(Dir feed) throws IOException {
    List<String> names = new ArrayList<>();
    for (String name : feed.list().names()) {
      if (number(name) >= 0) names.add(name);
    }
    return names;
  }

  private static long number(String name) {
    return name.startsWith(NEXT) ? EntryLog.number(name.substring(NEXT.length())) : -1;
  }
}
