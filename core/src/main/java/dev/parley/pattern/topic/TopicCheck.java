package dev.parley.pattern.topic;

import dev.parley.BadFormatException;
import dev.parley.TopicSettings;
import dev.parley.UnsafePathException;
import dev.parley.pattern.member.Findings;
import dev.parley.pattern.spool.EntryHeader;
import dev.parley.pattern.spool.QueueCheck;
import dev.parley.primitive.file.Dir;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks through one topic's folder and its subscriptions.
public final class TopicCheck {
  private final Findings findings;
  private final Dir parent;
  private final String name;

  public TopicCheck(Findings findings, Dir parent, String name) {
    this.findings = findings;
    this.parent = parent;
    this.name = name;
  }

  public void run() throws IOException {
    try (Dir root = findings.open(parent, name)) {
      if (root == null) return;
      findings.reportLeftovers(root);
      boolean complete = true;
      for (String part :
          List.of(TopicFolder.ENTRIES, TopicFolder.SENDING, TopicFolder.SUBSCRIPTIONS)) {
        try (Dir dir = findings.open(root, part)) {
          complete &= dir != null;
        }
      }
      if (!complete) return;
      try (Dir entries = root.open(TopicFolder.ENTRIES);
          Dir subscriptions = root.open(TopicFolder.SUBSCRIPTIONS)) {
        checkSettings(root);
        long first = checkEntries(entries);
        checkFloor(root, first);
        findings.reportLeftovers(subscriptions);
        for (String subscription : subscriptions.names())
          checkSubscription(subscriptions, subscription);
      }
    }
  }

  private void checkSettings(Dir root) throws IOException {
    findings.checkSettings(
        root,
        TopicFolder.SETTINGS,
        () -> {
          try (TopicFolder folder = TopicFolder.tryOpen(parent, name)) {
            if (folder != null) folder.settings();
          }
        },
        () -> TopicFolder.writeSettings(root, TopicSettings.defaults(), true));
  }

  /// @return the number of the first entry
  private long checkEntries(Dir entries) throws IOException {
    try (EntryLog log = new EntryLog(entries)) {
      for (long bucket : log.buckets()) {
        try (Dir dir = findings.open(entries, EntryLog.name(bucket))) {
          if (dir == null) continue;
          for (String file : dir.list().names()) checkEntry(dir, file);
        }
      }
      return Math.max(log.first(), TopicFolder.FIRST);
    }
  }

  private void checkEntry(Dir dir, String file) throws IOException {
    if (EntryLog.number(file) < 0) {
      findings.report(dir.pathOf(file), "it is no entry", "nothing; look at it, and remove it");
      return;
    }
    String problem = problem(() -> EntryHeader.tryRead(dir, file));
    if (problem != null) {
      findings.report(
          dir.pathOf(file),
          problem,
          "nothing: every subscription moves it to its dead letters by itself");
    }
  }

  private void checkFloor(Dir root, long first) throws IOException {
    String problem =
        problem(
            () -> {
              try (TopicFolder folder = TopicFolder.tryOpen(parent, name)) {
                if (folder != null) folder.floor();
              }
            });
    if (problem == null) return;
    findings.report(
        root.pathOf(TopicFolder.FLOOR),
        problem,
        "write the number of the first entry, " + first,
        () -> TopicFolder.writeFloor(root, first, true));
  }

  private void checkSubscription(Dir subscriptions, String subscription) throws IOException {
    new QueueCheck(findings, subscriptions, subscription).run();
    try (Dir root = subscriptions.tryOpen(subscription)) {
      if (root == null) return;
      try (Dir feed = findings.open(root, Position.FOLDER)) {
        if (feed != null) findings.reportLeftovers(feed);
      }
    }
  }

  /// What is wrong with what is looked at, or null.
  private static @Nullable String problem(Findings.Look look) throws IOException {
    try {
      look.run();
      return null;
    } catch (BadFormatException | UnsafePathException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
