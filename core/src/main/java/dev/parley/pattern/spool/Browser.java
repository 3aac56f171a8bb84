package dev.parley.pattern.spool;

import dev.parley.BadFormatException;
import dev.parley.Message;
import dev.parley.QueueStats;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Looks at a queue's messages without claiming them, counts them, and sets them aside. Needs no
/// membership to look.
final class Browser {
  private final Membership membership;
  private final QueueFolder folder;

  Browser(Membership membership, QueueFolder folder) {
    this.membership = membership;
    this.folder = folder;
  }

  /// Looks at one file; answers false to stop.
  private interface Visitor {
    boolean visit(Dir dir, String file, MessageName name) throws IOException;
  }

  /// Visits the ready messages in the order in which they would be claimed.
  private void visitReady(Visitor visitor) throws IOException {
    for (int priority : folder.priorities()) {
      try (Dir lane = folder.tryOpenReady(priority)) {
        if (lane == null) continue;
        for (String bucket : Buckets.byKey(lane)) {
          if (!visitFiles(lane, bucket, priority, visitor)) return;
        }
      }
    }
  }

  private void visitDelayed(Visitor visitor) throws IOException {
    Dir delayed = folder.part(QueueFolder.DELAYED);
    for (String bucket : Buckets.byTime(delayed)) {
      if (!visitFiles(delayed, bucket, -1, visitor)) return;
    }
  }

  private static boolean visitFiles(Dir parent, String bucket, int priority, Visitor visitor)
      throws IOException {
    try (Dir dir = parent.tryOpen(bucket)) {
      if (dir == null) return true;
      for (String file : ReadyReader.inOrder(dir)) {
        MessageName name = MessageName.parse(file);
        if (name == null) continue;
        if (!visitor.visit(dir, file, priority < 0 ? name : name.withPriority(priority)))
          return false;
      }
      return true;
    }
  }

  List<Message> peek(int most) throws IOException {
    List<Message> found = new ArrayList<>();
    if (most <= 0) return found;
    visitReady(
        (dir, file, name) -> {
          Message message = tryRead(dir, file, name);
          if (message != null) found.add(message);
          return found.size() < most;
        });
    return found;
  }

  /// Reads a message where it is; null if it is gone by now, or damaged.
  static @Nullable Message tryRead(Dir dir, String file, MessageName name) throws IOException {
    try (Fd fd = dir.tryOpenFile(file)) {
      return fd == null ? null : MessageFile.read(dir, fd).toMessage(name);
    } catch (BadFormatException | UnsafePathException e) {
      return null;
    }
  }

  int hold(Collection<String> ids) throws IOException {
    Set<String> wanted = Set.copyOf(ids);
    int[] held = {0};
    Visitor visitor =
        (dir, file, name) -> {
          if (wanted.contains(name.id()) && Moves.toHeld(folder, dir, file, name)) held[0]++;
          return held[0] < wanted.size();
        };
    visitReady(visitor);
    if (held[0] < wanted.size()) visitDelayed(visitor);
    return held[0];
  }

  int release(Collection<String> ids) throws IOException {
    Set<String> wanted = Set.copyOf(ids);
    Dir from = folder.part(QueueFolder.HELD);
    int released = 0;
    for (String file : from.names()) {
      MessageName name = MessageName.parse(file);
      if (name != null && wanted.contains(name.id()) && Moves.toFront(folder, from, file, name))
        released++;
    }
    return released;
  }

  long purge() throws IOException {
    long[] removed = {0};
    Visitor visitor =
        (dir, file, name) -> {
          if (dir.tryUnlink(file)) {
            removed[0]++;
            if (name.token() != 0) folder.forget(name.id());
          }
          return true;
        };
    visitReady(visitor);
    visitDelayed(visitor);
    Dir held = folder.part(QueueFolder.HELD);
    for (String file : held.names()) {
      MessageName name = MessageName.parse(file);
      if (name != null) visitor.visit(held, file, name);
    }
    return removed[0];
  }

  QueueStats stats() throws IOException {
    long[] byPriority = new long[10];
    long[] oldest = {Long.MAX_VALUE};
    long ready = 0;
    for (int priority : folder.priorities()) {
      byPriority[priority] = countReady(priority, oldest);
      ready += byPriority[priority];
    }
    Map<String, Long> holders = new TreeMap<>();
    long claimed = 0;
    for (Map.Entry<String, Long> entry :
        countFolders(folder.part(QueueFolder.CLAIMED)).entrySet()) {
      claimed += entry.getValue();
      if (entry.getValue() > 0) holders.put(entry.getKey(), entry.getValue());
    }
    long now = membership.kernel().realtimeNanos();
    return new QueueStats(
        ready,
        Arrays.stream(byPriority).boxed().toList(),
        sum(countFolders(folder.part(QueueFolder.DELAYED))),
        claimed,
        countFiles(folder.part(QueueFolder.HELD)),
        countFiles(folder.part(QueueFolder.DEAD)),
        sum(countFolders(folder.part(QueueFolder.DONE))),
        oldest[0] == Long.MAX_VALUE
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(Math.max(0, now - oldest[0]))),
        folder.isOnHold(),
        holders);
  }

  private long countReady(int priority, long[] oldest) throws IOException {
    long count = 0;
    try (Dir lane = folder.tryOpenReady(priority)) {
      if (lane == null) return 0;
      boolean first = true;
      for (String bucket : Buckets.byKey(lane)) {
        try (Dir dir = lane.tryOpen(bucket)) {
          if (dir == null) continue;
          List<String> files = dir.list().names();
          count += files.size();
          if (first) {
            for (String file : files) oldest[0] = Math.min(oldest[0], sentNanos(dir, file));
            first = files.isEmpty();
          }
        }
      }
    }
    return count;
  }

  /// When a message was sent; the names of a topic's entries do not say it.
  private static long sentNanos(Dir dir, String file) throws IOException {
    MessageName name = MessageName.parse(file);
    if (name == null) return Long.MAX_VALUE;
    if (SpoolQueue.sequenceOf(name.id()) < 0) return name.key();
    FileStatus status = dir.statusOf(file);
    return status == null ? Long.MAX_VALUE : status.modifiedNanos();
  }

  private static Map<String, Long> countFolders(Dir parent) throws IOException {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (String name : parent.names()) {
      try (Dir dir = parent.tryOpen(name)) {
        if (dir != null) counts.put(name, countFiles(dir));
      }
    }
    return counts;
  }

  private static long countFiles(Dir dir) throws IOException {
    return dir.list().names().size();
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
