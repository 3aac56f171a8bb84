package dev.parley.pattern.logqueue;

import dev.parley.Durability;
import dev.parley.DurabilityException;
import dev.parley.Outgoing;
import dev.parley.QueueFullException;
import dev.parley.QueueSettings;
import dev.parley.QueueSettings.WhenFull;
import dev.parley.Sent;
import dev.parley.Store;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.Bell;
import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.Outbox;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.QueueRules;
import dev.parley.pattern.queue.QueueState;
import dev.parley.primitive.file.RandomName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// The producer's half of a log queue. A message is sent once its record is whole in the log.
final class LogSender implements Outbox<LogSender.Visible>, AutoCloseable {
  private final Membership membership;
  private final QueueFolder folder;
  private final LogStore store;
  private final QueueState state;
  private final Bell messages;
  private final Bell room;
  private final String handle = RandomName.hex(MessageName.HANDLE_DIGITS);
  private long lastKey;

  LogSender(Membership membership, QueueFolder folder, LogStore store, Bell messages) {
    this.membership = membership;
    this.folder = folder;
    this.store = store;
    this.state = new QueueState(folder);
    this.messages = messages;
    this.room = Bell.forRoom(membership, folder);
  }

  /// What is in the log and still has to become durable.
  record Visible(Sent sent, Durability durability) {}

  private record Draft(
      Outgoing message,
      QueueSettings settings,
      Durability durability,
      long sentNanos,
      byte[] file) {}

  @Override
  public Visible send(Outgoing message) throws IOException, InterruptedException {
    Draft draft = draft(message);
    Optional<Visible> sent = put(draft);
    if (sent.isEmpty()) {
      if (draft.settings.whenFull() == WhenFull.REFUSE) throw full();
      sent = Doorbell.await(List.of(room), Doorbell.FOR_EVER, () -> put(draft));
      room.ring(); // for the next, if there is more
    }
    return sent.orElseThrow();
  }

  @Override
  public Visible trySend(Outgoing message) throws IOException {
    return put(draft(message)).orElseThrow(this::full);
  }

  private QueueFullException full() {
    return QueueRules.full(folder.root().path());
  }

  private Draft draft(Outgoing message) throws IOException {
    String path = folder.root().path();
    QueueSettings settings = recentSettings();
    Durability durability = durability(message, settings.store(), path);
    QueueRules.requireAllowed(message.payload(), settings, path);
    long now = membership.kernel().realtimeNanos();
    byte[] file = MessageFile.of(message, membership.self().id(), now).encode();
    QueueRules.requireFits(file.length, settings, path);
    return new Draft(message, settings, durability, now, file);
  }

  private Durability durability(Outgoing message, Store store, String path)
      throws DurabilityException {
    if (store != Store.MEMORY) {
      return membership.folder().storage().resolve(message.durability(), path);
    }
    if (message.durability().orElse(Durability.NONE) == Durability.NONE) return Durability.NONE;
    throw new DurabilityException(
        path
            + " keeps its messages in memory, which a power cut takes; send with durability none, or"
            + " use a queue with another store");
  }

  private synchronized QueueSettings recentSettings() throws IOException {
    return state.recentSettings();
  }

  /// Puts the message into the log, unless there is no room.
  private Optional<Visible> put(Draft draft) throws IOException {
    String dedup = draft.message.deduplicationId().map(LogSender::hash).orElse(Step.NOBODY);
    boolean[] wakes = {false};
    Optional<Sent> sent =
        store.change(
            log -> {
              folder.requireThere();
              Step.Sent before = log.sentBefore(dedup);
              long window = draft.settings.dedupWindow().toNanos();
              if (before != null && draft.sentNanos - before.since() <= window) {
                return Optional.of(new Sent(before.id(), true));
              }
              if (!hasRoom(log, draft)) return Optional.empty();
              String id = nextId();
              long due =
                  draft.message.delay().isZero()
                      ? 0
                      : MessageFile.saturatedSum(draft.sentNanos, draft.message.delay());
              MessageName name = MessageName.fresh(id, draft.message.priority()).delayedUntil(due);
              Place place = due == 0 ? Place.READY : Place.DELAYED;
              wakes[0] = log.at(place).isEmpty() || log.at(place).first().name.due() > due;
              store.put(
                  new Step.Put(place, name, Step.NOBODY, draft.sentNanos, dedup, List.of()),
                  draft.file,
                  draft.durability != Durability.NONE);
              return Optional.of(new Sent(id, false));
            });
    if (wakes[0]) messages.ring();
    return sent.map(each -> new Visible(each, draft.durability));
  }

  private static boolean hasRoom(LogState log, Draft draft) {
    QueueSettings settings = draft.settings;
    boolean messages = settings.maxMessages() == 0 || log.roomTaken() < settings.maxMessages();
    boolean bytes =
        settings.maxBytes() == 0 || log.bytesTaken() + draft.file.length <= settings.maxBytes();
    return messages && bytes;
  }

  /// In a change only, so ids and the log have one order.
  private String nextId() {
    lastKey = Math.max(lastKey + 1, membership.kernel().realtimeNanos());
    return MessageName.id(lastKey, handle);
  }

  private static String hash(String deduplicationId) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(deduplicationId.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  @Override
  public void syncAll(List<Visible> visible) throws IOException {
    Durability most = Durability.NONE;
    for (Visible each : visible) {
      if (each.durability.compareTo(most) > 0) most = each.durability;
    }
    store.sync(most);
  }

  @Override
  public Sent sent(Visible visible) {
    return visible.sent;
  }

  /// Tells one that waits for room that there may be some.
  void roomMade() throws IOException {
    room.ring();
  }

  @Override
  public void close() {
    room.close();
  }
}
