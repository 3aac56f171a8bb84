package dev.parley.pattern.topic;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import java.io.IOException;
import java.util.Map;

/// Where a subscription is: `feed/position` in its folder, the number of the next entry to take over.
final class Position {
  static final String FOLDER = "feed";
  static final String LOCK = "pump";
  private static final String FILE = "position";
  private static final String NEXT = "next";

  private Position() {}

  static long read(Dir feed) throws IOException {
    Map<String, String> lines = PropertiesFile.tryRead(feed, FILE);
    return lines == null ? TopicFolder.FIRST : TopicFolder.number(lines, NEXT, feed.pathOf(FILE));
  }

  static void write(Dir feed, long next, boolean durable) throws IOException {
    PropertiesFile.replace(feed, FILE, Map.of(NEXT, Long.toString(next)), durable);
  }
}
