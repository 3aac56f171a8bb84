package dev.parley.pattern.topic;

import dev.parley.BadFormatException;
import dev.parley.NoSuchNameException;
import dev.parley.TopicSettings;
import dev.parley.pattern.member.SpaceFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A topic's folder: its parts by name.
final class TopicFolder implements AutoCloseable {
  static final String SETTINGS = "settings";
  static final String FLOOR = "floor";
  static final String ENTRIES = "entries";
  static final String SENDING = "sending";
  static final String SUBSCRIPTIONS = "subs";
  static final String RETENTION_LOCK = "retention";
  static final long FIRST = 1;

  private final Dir root;
  private final Dir entries;
  private final Dir sending;
  private final Dir subscriptions;

  private TopicFolder(Dir root, Dir entries, Dir sending, Dir subscriptions) {
    this.root = root;
    this.entries = entries;
    this.sending = sending;
    this.subscriptions = subscriptions;
  }

  /// A part that somebody removed is made again, empty.
  static @Nullable TopicFolder tryOpen(Dir topics, String name) throws IOException {
    Dir root = topics.tryOpen(name);
    if (root == null) return null;
    List<Dir> opened = new ArrayList<>(List.of(root));
    boolean good = false;
    try {
      for (String part : List.of(ENTRIES, SENDING, SUBSCRIPTIONS))
        opened.add(root.openOrMake(part));
      TopicFolder folder = new TopicFolder(root, opened.get(1), opened.get(2), opened.get(3));
      folder.settings(); // refuses what this version does not know
      good = true;
      return folder;
    } finally {
      if (!good) opened.forEach(Dir::close);
    }
  }

  /// Makes the parts of a topic in a folder that nobody else sees yet.
  static void fill(Dir root, TopicSettings settings, boolean durable) throws IOException {
    root.tryMake(ENTRIES);
    root.tryMake(SENDING);
    root.tryMake(SUBSCRIPTIONS);
    writeSettings(root, settings, durable);
  }

  static void writeSettings(Dir root, TopicSettings settings, boolean durable) throws IOException {
    PropertiesFile.replace(root, SETTINGS, format(settings, Map.of()), durable);
  }

  Dir root() {
    return root;
  }

  Dir entries() {
    return entries;
  }

  Dir sending() {
    return sending;
  }

  Dir subscriptions() {
    return subscriptions;
  }

  List<String> subscriptionNames() throws IOException {
    return subscriptions.names();
  }

  TopicSettings settings() throws IOException {
    Map<String, String> lines = properties();
    TopicSettings defaults = TopicSettings.defaults();
    try {
      return new TopicSettings(
          Duration.ofMillis(
              Long.parseLong(
                  lines.getOrDefault("retention", "" + defaults.retention().toMillis()))),
          Long.parseLong(lines.getOrDefault("maxPayload", "" + defaults.maxPayloadBytes())));
    } catch (IllegalArgumentException e) {
      throw new BadFormatException(
          root.pathOf(SETTINGS)
              + " is damaged ("
              + e.getMessage()
              + "); correct it, or set it anew with parley configure");
    }
  }

  void configure(TopicSettings settings, boolean durable) throws IOException {
    PropertiesFile.replace(root, SETTINGS, format(settings, properties()), durable);
  }

  private Map<String, String> properties() throws IOException {
    Map<String, String> lines = PropertiesFile.tryRead(root, SETTINGS);
    if (lines == null) {
      requireThere();
      throw new BadFormatException(
          root.pathOf(SETTINGS)
              + " is missing; parley fsck --repair makes it again, with defaults");
    }
    SpaceFolder.requireFormat(lines, root.pathOf(SETTINGS));
    return lines;
  }

  private static Map<String, String> format(TopicSettings settings, Map<String, String> before) {
    Map<String, String> lines = new LinkedHashMap<>(before);
    lines.put("format", "1");
    lines.put("retention", Long.toString(settings.retention().toMillis()));
    lines.put("maxPayload", Long.toString(settings.maxPayloadBytes()));
    return lines;
  }

  void requireThere() throws IOException {
    if (root.isGone())
      throw new NoSuchNameException("the topic at " + root.path() + " was removed");
  }

  /// Below this number nothing is kept, and no entry may be put.
  long floor() throws IOException {
    Map<String, String> lines = PropertiesFile.tryRead(root, FLOOR);
    return lines == null ? FIRST : number(lines, "first", root.pathOf(FLOOR));
  }

  void setFloor(long first, boolean durable) throws IOException {
    writeFloor(root, first, durable);
  }

  static void writeFloor(Dir root, long first, boolean durable) throws IOException {
    PropertiesFile.replace(root, FLOOR, Map.of("first", Long.toString(first)), durable);
  }

  static long number(Map<String, String> lines, String key, String path) throws BadFormatException {
    String text = lines.getOrDefault(key, "");
    if (text.matches("[0-9]{1,18}")) return Long.parseLong(text);
    throw new BadFormatException(
        path + " is damaged: expected " + key + "=NUMBER, found '" + text + "'");
  }

  @Override
  public void close() {
    for (Dir dir : List.of(entries, sending, subscriptions, root)) dir.close();
  }
}
