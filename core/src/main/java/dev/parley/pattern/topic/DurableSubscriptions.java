package dev.parley.pattern.topic;

import dev.parley.BadFormatException;
import dev.parley.InvalidNameException;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Names;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.lock.KernelLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The durable subscriptions of a space and their patterns: one file each in `subscriptions/`, for
/// topics that do not exist yet.
///
/// Registering and making a topic exclude each other, so that a topic has from the start whatever
/// was registered before it; so do they and the end of a subscription, or it could come back.
final class DurableSubscriptions implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(DurableSubscriptions.class.getName());
  private static final String PATTERNS = "patterns";
  private static final String LOCK = ".lock";

  private final Dir dir;

  DurableSubscriptions(Dir dir) {
    this.dir = dir;
  }

  /// The lock that excludes; hold it where it says so.
  KernelLock lock() throws IOException {
    return KernelLock.acquire(dir, LOCK);
  }

  /// Adds patterns to a subscription, which is made if it is not there. Call it holding [#lock].
  void register(String name, List<String> patterns) throws IOException {
    Set<String> all = patterns(name);
    if (!all.addAll(patterns)) return;
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("format", "1");
    lines.put(PATTERNS, String.join(" ", all));
    PropertiesFile.replace(dir, name, lines, true);
  }

  /// Call it holding [#lock].
  ///
  /// @return whether it was there
  boolean unregister(String name) throws IOException {
    boolean there = dir.tryUnlink(name);
    if (there) dir.sync();
    return there;
  }

  /// The subscriptions with a pattern that matches.
  List<String> matching(String topic) throws IOException {
    List<String> found = new ArrayList<>();
    for (String name : dir.names()) {
      if (Names.isQueue(name) && matches(name, topic)) found.add(name);
    }
    return found;
  }

  private boolean matches(String name, String topic) throws IOException {
    try {
      return patterns(name).stream().anyMatch(text -> TopicPattern.of(text).matches(topic));
    } catch (UnsafePathException | BadFormatException | InvalidNameException e) {
      LOG.log(System.Logger.Level.WARNING, "left out: " + dir.pathOf(name), e);
      return false;
    }
  }

  private Set<String> patterns(String name) throws IOException {
    Map<String, String> lines = PropertiesFile.tryRead(dir, name);
    Set<String> patterns = new LinkedHashSet<>();
    if (lines == null) return patterns;
    for (String text : lines.getOrDefault(PATTERNS, "").split(" ")) {
      if (!text.isEmpty()) patterns.add(text);
    }
    return patterns;
  }

  @Override
  public void close() {
    dir.close();
  }
}
