package dev.parley.pattern.spool;

import dev.parley.QueueSettings;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.QueueRules;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Stamp;
import dev.parley.sys.FileStatus;
import java.io.IOException;

/// Keeps a queue within `maxMessages` and `maxBytes`, by counting files.
///
/// Guarantee: the bound holds up to one message a live producer, since each looks before it sends.
/// Between two counts a member that is alone spends the room it saw; one of several spends a small
/// share, for a moment only. The handles of one member share one object.
final class Bounds {
  private static final int SMALL_SHARE = 64;
  private static final long ALONE_NANOS = 100_000_000;
  private static final long SHARED_NANOS = 2_000_000;

  private long messagesLeft;
  private long bytesLeft;
  private long validUntil = System.nanoTime();
  private Stamp producers = Stamp.NEVER;

  /// Takes room for one message, or says that there is none. Call it once this member has its
  /// folder in `sending/`.
  synchronized boolean tryTake(QueueFolder folder, QueueSettings settings, long fileBytes)
      throws IOException {
    if (!QueueRules.isBounded(settings)) return true;
    QueueRules.requireFits(fileBytes, settings, folder.root().path());
    // A producer that came meanwhile made a folder there before it counted, and wants its share.
    Dir sending = folder.part(QueueFolder.SENDING);
    if (producers.stillHolds(sending.status()) && spend(fileBytes)) return true;
    producers = Stamp.of(sending.status(), sending.kernel().realtimeNanos());
    count(folder, settings);
    return spend(fileBytes);
  }

  private boolean spend(long fileBytes) {
    if (System.nanoTime() - validUntil > 0 || messagesLeft < 1 || bytesLeft < fileBytes)
      return false;
    messagesLeft--;
    bytesLeft -= fileBytes;
    return true;
  }

  private void count(QueueFolder folder, QueueSettings settings) throws IOException {
    Usage usage = Usage.of(folder, settings.maxBytes() > 0);
    long messages =
        settings.maxMessages() > 0 ? settings.maxMessages() - usage.messages : Long.MAX_VALUE;
    long bytes = settings.maxBytes() > 0 ? settings.maxBytes() - usage.bytes : Long.MAX_VALUE;
    long members = Math.max(1, folder.part(QueueFolder.SENDING).names().size());
    if (members > 1) {
      long share =
          settings.maxBytes() > 0 ? 1 : Math.clamp(messages / (4 * members), 1, SMALL_SHARE);
      messages = messages > 0 ? share : 0;
    }
    messagesLeft = messages;
    bytesLeft = bytes;
    validUntil = System.nanoTime() + (members > 1 ? SHARED_NANOS : ALONE_NANOS);
  }

  /// What waits, ready or delayed, is claimed or held.
  private static final class Usage {
    private long messages;
    private long bytes;

    static Usage of(QueueFolder folder, boolean withBytes) throws IOException {
      Usage usage = new Usage();
      for (int priority : folder.priorities()) {
        try (Dir lane = folder.tryOpenReady(priority)) {
          if (lane != null) usage.addFolders(lane, withBytes);
        }
      }
      usage.addFolders(folder.part(QueueFolder.DELAYED), withBytes);
      usage.addFolders(folder.part(QueueFolder.CLAIMED), withBytes);
      usage.addFiles(folder.part(QueueFolder.HELD), withBytes);
      return usage;
    }

    private void addFolders(Dir parent, boolean withBytes) throws IOException {
      for (String name : parent.names()) {
        try (Dir dir = parent.tryOpen(name)) {
          if (dir != null) addFiles(dir, withBytes);
        }
      }
    }

    private void addFiles(Dir dir, boolean withBytes) throws IOException {
      for (String name : dir.list().names()) {
        messages++;
        if (!withBytes) continue;
        FileStatus status = dir.statusOf(name);
        if (status != null) bytes += status.sizeBytes();
      }
    }
  }
}
