package dev.parley.pattern.spool;

import dev.parley.BadFormatException;
import dev.parley.Durability;
import dev.parley.OutcomeUnknownException;
import dev.parley.Sent;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Sends each deduplication id once within a window.
///
/// One file an id, `dedup/XX/HASH`, written and read under the lock of its folder `XX`, in two
/// steps: `pending` before the message becomes visible, `sent` after it is as durable as was asked.
/// So when the lock is free and the file says `pending`, its sender died between the two, and
/// whether his message became visible shows in `sending/`: what is still there was never sent.
/// After a power cut that proves nothing, and the message is sent (again).
final class Deduplication {
  private static final String LOCK = ".lock";
  private static final int PRUNE_ONE_IN = 64;

  /// Waiting for a kernel lock holds the carrier of a virtual thread, and the lock's holder may be
  /// one that needs a carrier: so the threads of this process wait for each other here, and only
  /// one of them for other processes.
  private static final ReentrantLock[] HERE =
      Stream.generate(ReentrantLock::new).limit(256).toArray(ReentrantLock[]::new);

  private final Membership membership;
  private final QueueFolder folder;

  Deduplication(Membership membership, QueueFolder folder) {
    this.membership = membership;
    this.folder = folder;
  }

  /// The send that is to happen once.
  interface Send {
    /// The id it will have.
    String id();

    /// Makes it visible, and as durable as asked.
    void run() throws IOException;
  }

  /// Runs `send` unless a message with this id was sent within `window`.
  ///
  /// @param temporary the name of the written file in the sender's folder
  Sent sendOnce(
      String deduplicationId, String temporary, Duration window, Durability durability, Send send)
      throws IOException {
    String hash = hash(deduplicationId);
    ReentrantLock here = HERE[Integer.parseInt(hash, 0, 2, 16)];
    here.lock();
    try (Dir shard = folder.part(QueueFolder.DEDUP).openOrMake(hash.substring(0, 2));
        KernelLock _ = KernelLock.acquire(shard, LOCK)) {
      String file = hash.substring(2);
      long now = membership.kernel().realtimeNanos();
      SendRecord before = SendRecord.tryRead(shard, file);
      if (before != null && before.isWithin(window, now) && wasSent(before)) {
        if (durability != Durability.NONE && !before.durable) {
          membership.kernel().syncfs(shard.fd());
          before.asSent(true).write(shard, file);
        }
        return new Sent(before.id, true);
      }
      SendRecord record =
          new SendRecord(
              false,
              send.id(),
              membership.self().id(),
              temporary,
              membership.epoch().number(),
              now,
              false);
      record.write(shard, file);
      boolean mayBeVisible = false;
      try {
        send.run();
        mayBeVisible = true;
      } catch (OutcomeUnknownException e) {
        mayBeVisible = true; // the record stays pending, and says to the next that this was sent
        throw e;
      } finally {
        if (!mayBeVisible) shard.tryUnlink(file);
      }
      record.asSent(durability != Durability.NONE).write(shard, file);
      if (ThreadLocalRandom.current().nextInt(PRUNE_ONE_IN) == 0) prune(shard, window, now);
      return new Sent(send.id(), false);
    } finally {
      here.unlock();
    }
  }

  private boolean wasSent(SendRecord record) throws IOException {
    boolean thisEpoch = record.epoch == membership.epoch().number();
    if (record.sent) return record.durable || thisEpoch;
    return thisEpoch && !isStillBeingSent(record);
  }

  private boolean isStillBeingSent(SendRecord record) throws IOException {
    try (Dir sender = folder.part(QueueFolder.SENDING).tryOpen(record.member)) {
      return sender != null && sender.has(record.temporary);
    }
  }

  /// Before an unfinished send of a dead member is deleted: forgets it, so that nobody takes it for
  /// sent.
  ///
  /// @return false if a sender is at work there; look again later
  static boolean forgetUnsent(
      QueueFolder folder, String deduplicationId, String member, String temporary)
      throws IOException {
    String hash = hash(deduplicationId);
    try (Dir shard = folder.part(QueueFolder.DEDUP).openOrMake(hash.substring(0, 2));
        KernelLock lock = KernelLock.tryAcquire(shard, LOCK)) {
      if (lock == null) return false;
      SendRecord record = SendRecord.tryRead(shard, hash.substring(2));
      if (record != null
          && !record.sent
          && record.member.equals(member)
          && record.temporary.equals(temporary)) {
        shard.tryUnlink(hash.substring(2));
      }
      return true;
    }
  }

  /// Removes what is older than the window, under the shard's lock.
  private static void prune(Dir shard, Duration window, long now) throws IOException {
    for (String file : shard.names()) {
      FileStatus status = shard.statusOf(file);
      if (status != null && status.modifiedNanos() < now - window.toNanos()) shard.tryUnlink(file);
    }
  }

  private static String hash(String deduplicationId) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(deduplicationId.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 17);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  private record SendRecord(
      boolean sent,
      String id,
      String member,
      String temporary,
      long epoch,
      long time,
      boolean durable) {

    /// Null if there is none, or it cannot be read, as after a power cut: then the message is sent.
    static @Nullable SendRecord tryRead(Dir shard, String file) throws IOException {
      try {
        Map<String, String> lines = PropertiesFile.tryRead(shard, file);
        if (lines == null) return null;
        return new SendRecord(
            lines.getOrDefault("state", "").equals("sent"),
            lines.getOrDefault("id", ""),
            lines.getOrDefault("member", ""),
            lines.getOrDefault("temporary", ""),
            Long.parseLong(lines.getOrDefault("epoch", "0")),
            Long.parseLong(lines.getOrDefault("time", "0")),
            lines.getOrDefault("durable", "").equals("true"));
      } catch (BadFormatException | NumberFormatException e) {
        return null;
      }
    }

    /// Durably only when it says so itself: an unsynced record that is lost costs a duplicate,
    /// never a message.
    void write(Dir shard, String file) throws IOException {
      Map<String, String> lines = new LinkedHashMap<>();
      lines.put("state", sent ? "sent" : "pending");
      lines.put("id", id);
      lines.put("member", member);
      lines.put("temporary", temporary);
      lines.put("epoch", Long.toString(epoch));
      lines.put("time", Long.toString(time));
      lines.put("durable", Boolean.toString(durable));
      PropertiesFile.replace(shard, file, lines, durable);
    }

    SendRecord asSent(boolean durably) {
      return new SendRecord(true, id, member, temporary, epoch, time, durably);
    }

    boolean isWithin(Duration window, long now) {
      return now - time <= window.toNanos();
    }
  }
}
