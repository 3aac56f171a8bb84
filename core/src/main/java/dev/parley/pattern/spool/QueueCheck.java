package dev.parley.pattern.spool;

import dev.parley.BadFormatException;
import dev.parley.Failure;
import dev.parley.QueueSettings;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Findings;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.SettingsFile;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Looks through one queue's folder: every part, every message, every checksum.
public final class QueueCheck {
  /// Who moved what a repair moves, in the history of the message.
  private static final String REPAIR = "fsck";

  private final Findings findings;
  private final Dir parent;
  private final String name;
  private final Set<String> ids = new HashSet<>();

  public QueueCheck(Findings findings, Dir parent, String name) {
    this.findings = findings;
    this.parent = parent;
    this.name = name;
  }

  public void run() throws IOException {
    try (Dir root = findings.open(parent, name)) {
      if (root == null) return;
      boolean complete = true;
      for (String part : QueueFolder.PARTS) {
        try (Dir dir = findings.open(root, part)) {
          complete &= dir != null;
        }
      }
      findings.reportLeftovers(root);
      complete &= checkSettings(root);
      if (!complete) return; // the rest needs what is missing
    }
    try (QueueFolder folder = QueueFolder.tryOpen(parent, name)) {
      if (folder != null) checkMessages(folder);
    }
  }

  /// @return whether there are settings that can be read, by now
  private boolean checkSettings(Dir root) throws IOException {
    return findings.checkSettings(
        root,
        QueueFolder.SETTINGS,
        () -> {
          try (QueueFolder folder = QueueFolder.tryOpen(parent, name)) {
            if (folder != null) folder.settings();
          }
        },
        () -> {
          Map<String, String> defaults = SettingsFile.format(QueueSettings.defaults(), Map.of());
          PropertiesFile.replace(root, QueueFolder.SETTINGS, defaults, true);
        });
  }

  private void checkMessages(QueueFolder folder) throws IOException {
    for (int priority : folder.priorities()) {
      try (Dir lane = findings.open(folder.root(), QueueFolder.READY + priority)) {
        if (lane != null) checkBuckets(folder, lane, Buckets.byKey(lane));
      }
    }
    Dir delayed = folder.part(QueueFolder.DELAYED);
    checkBuckets(folder, delayed, Buckets.byTime(delayed));
    Dir claimed = folder.part(QueueFolder.CLAIMED);
    for (String member : claimed.names()) {
      try (Dir claims = findings.open(claimed, member)) {
        if (claims != null) noteIds(claims);
      }
    }
    checkFiles(folder, folder.part(QueueFolder.HELD));
    checkHistory(folder);
  }

  private void checkBuckets(QueueFolder folder, Dir parentOfBuckets, List<String> buckets)
      throws IOException {
    findings.reportLeftovers(parentOfBuckets);
    for (String file : parentOfBuckets.names()) {
      if (!buckets.contains(file)) {
        findings.report(
            parentOfBuckets.pathOf(file),
            "it is no bucket, and what is in it is never delivered",
            "nothing; move what is in it to a bucket, or remove it");
      }
    }
    for (String bucket : buckets) {
      try (Dir dir = findings.open(parentOfBuckets, bucket)) {
        if (dir != null) checkFiles(folder, dir);
      }
    }
  }

  private void checkFiles(QueueFolder folder, Dir dir) throws IOException {
    for (String file : dir.list().names()) {
      MessageName message = MessageName.parse(file);
      if (message == null) {
        findings.report(
            dir.pathOf(file),
            "it is no message",
            "move it to the dead letters",
            () -> Moves.quarantine(folder, dir, file, REPAIR));
        continue;
      }
      ids.add(message.id());
      String damage;
      try {
        damage = damage(dir, file);
      } catch (ErrnoException e) {
        if (!e.is(Errno.EACCES)) throw e;
        findings.report(
            dir.pathOf(file), String.valueOf(e.getMessage()), "nothing; ask its owner for access");
        continue;
      }
      if (!damage.isEmpty()) {
        findings.report(
            dir.pathOf(file),
            damage,
            "move it to the dead letters",
            () -> Moves.toDead(folder, dir, file, message, REPAIR, Failure.of(damage)));
      }
    }
  }

  private static String damage(Dir dir, String file) throws IOException {
    try (Fd fd = dir.tryOpenFile(file)) {
      if (fd != null) MessageFile.read(dir, fd);
      return "";
    } catch (BadFormatException | UnsafePathException e) {
      return String.valueOf(e.getMessage());
    }
  }

  /// Notes what is there once more, in the other direction: in a queue in use a message may have
  /// moved past the first look.
  private void noteMoved(QueueFolder folder) throws IOException {
    noteIds(folder.part(QueueFolder.HELD));
    noteIdsBelow(folder.part(QueueFolder.CLAIMED));
    noteIdsBelow(folder.part(QueueFolder.DELAYED));
    for (int priority : folder.priorities()) {
      try (Dir lane = folder.tryOpenReady(priority)) {
        if (lane != null) noteIdsBelow(lane);
      }
    }
  }

  private void noteIdsBelow(Dir parent) throws IOException {
    for (String name : parent.names()) {
      try (Dir dir = tryOpenSafe(parent, name)) {
        if (dir != null) noteIds(dir);
      }
    }
  }

  private static @Nullable Dir tryOpenSafe(Dir parent, String name) throws IOException {
    try {
      return parent.tryOpen(name);
    } catch (UnsafePathException e) {
      return null; // reported by the first look
    }
  }

  private void noteIds(Dir dir) throws IOException {
    for (String file : dir.list().names()) {
      MessageName message = MessageName.parse(file);
      if (message != null) ids.add(message.id());
    }
  }

  private void checkHistory(QueueFolder folder) throws IOException {
    Dir history = folder.part(QueueFolder.HISTORY);
    List<String> orphans = new ArrayList<>(history.names());
    orphans.removeAll(ids);
    if (orphans.isEmpty()) return;
    noteIds(folder.part(QueueFolder.DEAD));
    noteMoved(folder);
    orphans.removeAll(ids);
    for (String id : orphans) {
      findings.report(
          history.pathOf(id), "its message is gone", "remove it", () -> folder.forget(id));
    }
  }
}
