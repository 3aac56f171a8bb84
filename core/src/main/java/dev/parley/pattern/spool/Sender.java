package dev.parley.pattern.spool;

import dev.parley.Durability;
import dev.parley.Outgoing;
import dev.parley.ParleyException;
import dev.parley.QueueFullException;
import dev.parley.QueueSettings;
import dev.parley.QueueSettings.WhenFull;
import dev.parley.Sent;
import dev.parley.pattern.member.LocalMember;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.Batch;
import dev.parley.pattern.queue.Bell;
import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.Outbox;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.QueueRules;
import dev.parley.pattern.queue.QueueState;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The producer's half of a queue.
///
/// On disk, in order: the file in `sending/ME/`; its data, if durable; the rename that makes it
/// visible; the bucket, and once the folders above it, if durable. Killed before the rename, the
/// file is deleted by whoever reaps the member; killed after it, the message was sent although
/// nobody was told. The name is made right before the rename, under the handle's lock, so names and
/// renames have one order.
final class Sender implements Outbox<Sender.Visible>, AutoCloseable {
  private static final String PLAIN = "w";
  static final String WITH_ID = "i";

  private final Membership membership;
  private final QueueFolder folder;
  private final ReadyWriter ready;
  private final Syncer syncer;
  private final Bounds bounds;
  private final Deduplication deduplication;
  private final QueueState state;
  private final Bell room;
  private final String handle = RandomName.hex(MessageName.HANDLE_DIGITS);
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Dir mine;
  private long lastKey;
  private long temporaries;

  Sender(Membership membership, QueueFolder folder, List<Dir> ancestors) {
    this.membership = membership;
    this.folder = folder;
    this.ready = new ReadyWriter(folder);
    this.syncer = new Syncer(withFolder(folder, ancestors));
    this.bounds = membership.shared(folder.root().path(), Bounds.class, Bounds::new);
    this.deduplication = new Deduplication(membership, folder);
    this.state = new QueueState(folder);
    this.room = Bell.forRoom(membership, folder);
  }

  private static List<Dir> withFolder(QueueFolder folder, List<Dir> ancestors) {
    List<Dir> all = new ArrayList<>(List.of(folder.root()));
    all.addAll(ancestors);
    return all;
  }

  /// What is visible and still has to become durable.
  ///
  /// @param bucket retained; null for what needs no sync (any more)
  record Visible(Sent sent, @Nullable Bucket bucket, Durability durability) {}

  /// Sends, waiting for room if the queue's settings say so.
  @Override
  public Visible send(Outgoing message) throws IOException, InterruptedException {
    Draft draft = draft(message);
    if (!tryTakeRoom(draft)) {
      if (draft.settings.whenFull() == WhenFull.REFUSE) throw full();
      Doorbell.await(
          List.of(room),
          Doorbell.FOR_EVER,
          () -> tryTakeRoom(draft) ? Optional.of(draft) : Optional.empty());
      room.ring(); // for the next, if there is more
    }
    return publish(draft);
  }

  /// Sends if there is room now.
  @Override
  public Visible trySend(Outgoing message) throws IOException {
    Draft draft = draft(message);
    if (!tryTakeRoom(draft)) throw full();
    return publish(draft);
  }

  /// Makes what was sent as durable as it was asked to be.
  void sync(Visible visible) throws IOException {
    Bucket bucket = visible.bucket;
    if (bucket == null) return;
    try {
      syncer.sync(bucket, visible.durability);
    } finally {
      bucket.release();
    }
  }

  private record Draft(
      Outgoing message,
      QueueSettings settings,
      Durability durability,
      long sentNanos,
      byte[] file) {}

  private Draft draft(Outgoing message) throws IOException {
    Durability durability =
        membership.folder().storage().resolve(message.durability(), folder.root().path());
    QueueSettings settings;
    lock.lock();
    try {
      settings = state.recentSettings();
    } finally {
      lock.unlock();
    }
    QueueRules.requireAllowed(message.payload(), settings, folder.root().path());
    long now = membership.kernel().realtimeNanos();
    MessageFile file = MessageFile.of(message, membership.self().id(), now);
    return new Draft(message, settings, durability, now, file.encode());
  }

  private boolean tryTakeRoom(Draft draft) throws IOException {
    sendingFolder(membership.self());
    return bounds.tryTake(folder, draft.settings, draft.file.length);
  }

  private QueueFullException full() {
    return QueueRules.full(folder.root().path());
  }

  private Visible publish(Draft draft) throws IOException {
    LocalMember self = membership.self();
    boolean withId = draft.message.deduplicationId().isPresent();
    Dir from = sendingFolder(self);
    String temporary = (withId ? WITH_ID : PLAIN) + nextTemporary();
    boolean moved = false;
    try {
      write(from, temporary, draft);
      Visible visible = withId ? moveOnce(from, temporary, draft) : moveNow(from, temporary, draft);
      moved = !visible.sent.duplicate();
      return visible;
    } finally {
      if (!moved) from.tryUnlink(temporary);
    }
  }

  private void write(Dir from, String temporary, Draft draft) throws IOException {
    try (Fd file = from.create(temporary)) {
      from.writeFully(file, draft.file);
      if (draft.durability != Durability.NONE) from.kernel().fdatasync(file);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) throw gone(from, temporary);
      throw e;
    }
  }

  private Visible moveNow(Dir from, String temporary, Draft draft) throws IOException {
    lock.lock();
    try {
      return move(from, temporary, nextId(), draft);
    } finally {
      lock.unlock();
    }
  }

  private Visible moveOnce(Dir from, String temporary, Draft draft) throws IOException {
    lock.lock();
    try {
      String id = nextId();
      Sent sent =
          deduplication.sendOnce(
              draft.message.deduplicationId().orElseThrow(),
              temporary,
              draft.settings.dedupWindow(),
              draft.durability,
              new Deduplication.Send() {
                @Override
                public String id() {
                  return id;
                }

                @Override
                public void run() throws IOException {
                  sync(move(from, temporary, id, draft));
                }
              });
      return new Visible(sent, null, draft.durability);
    } finally {
      lock.unlock();
    }
  }

  /// The step that makes it visible.
  private Visible move(Dir from, String temporary, String id, Draft draft) throws IOException {
    MessageName name = MessageName.fresh(id, draft.message.priority());
    Sent sent = new Sent(id, false);
    if (!draft.message.delay().isZero()) {
      long due = MessageFile.saturatedSum(draft.sentNanos, draft.message.delay());
      MessageName delayed = name.delayedUntil(due);
      if (!Delayed.put(folder, from, temporary, delayed)) throw gone(from, temporary);
      if (draft.durability != Durability.NONE) syncDelayed(due);
      return new Visible(sent, null, draft.durability);
    }
    Bucket bucket = ready.put(from, temporary, name);
    if (bucket == null) throw gone(from, temporary);
    return new Visible(sent, bucket, draft.durability);
  }

  private void syncDelayed(long due) throws IOException {
    Dir delayed = folder.part(QueueFolder.DELAYED);
    try (Dir bucket = delayed.tryOpen(Buckets.ofTime(due))) {
      if (bucket != null) Syncer.syncOne(bucket);
    }
    Syncer.syncOne(delayed);
    syncer.syncAncestors();
  }

  private ParleyException gone(Dir from, String temporary) throws IOException {
    LocalMember self = membership.self();
    if (self.isEvicted()) return self.evicted();
    folder.requireThere();
    return new ParleyException(
        from.pathOf(temporary)
            + " was removed while it was being sent; it was not sent, so send it again");
  }

  private Dir sendingFolder(LocalMember self) throws IOException {
    lock.lock();
    try {
      Dir known = mine;
      if (known == null) mine = known = folder.part(QueueFolder.SENDING).openOrMake(self.id());
      return known;
    } finally {
      lock.unlock();
    }
  }

  private String nextTemporary() {
    lock.lock();
    try {
      return handle + "-" + temporaries++;
    } finally {
      lock.unlock();
    }
  }

  private String nextId() {
    lastKey = Math.max(lastKey + 1, membership.kernel().realtimeNanos());
    return MessageName.id(lastKey, handle);
  }

  @Override
  public Sent sent(Visible visible) {
    return visible.sent;
  }

  /// Sends several in their order; the syncs come after all of them are visible.
  List<Sent> sendAll(List<Outgoing> messages) throws IOException, InterruptedException {
    List<Visible> visible = Batch.send(messages, this::send, each -> each.sent.id(), this::syncAll);
    return visible.stream().map(Visible::sent).toList();
  }

  /// Syncs each bucket once for all that went there.
  @Override
  public void syncAll(List<Visible> visible) throws IOException {
    IOException failure = null;
    Bucket last = null;
    for (int i = visible.size() - 1; i >= 0; i--) {
      Visible each = visible.get(i);
      Bucket bucket = each.bucket;
      if (bucket == null) continue;
      boolean done = bucket == last && each.durability != Durability.MESSAGE;
      if (each.durability != Durability.NONE && !done) {
        try {
          syncer.sync(bucket, each.durability);
        } catch (IOException e) {
          failure = e;
        }
        last = bucket;
      }
      bucket.release();
    }
    if (failure != null) throw failure;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      ready.close();
      room.close();
      if (mine != null) mine.close();
    } finally {
      lock.unlock();
    }
  }
}
