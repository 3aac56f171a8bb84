package dev.parley.pattern.spool;

import dev.parley.Claim;
import dev.parley.DeadLetters;
import dev.parley.Failure;
import dev.parley.Message;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.QueueSettings.WhenFull;
import dev.parley.QueueStats;
import dev.parley.Sent;
import dev.parley.SettingsConflictException;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.AsyncSender;
import dev.parley.pattern.queue.Bell;
import dev.parley.pattern.queue.BlockingQueueView;
import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.queue.History;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.QueueRules;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A queue on the spool. One object is one producer handle and one consumer; this class joins its
/// parts, and owns the ways in which a claim ends.
public final class SpoolQueue implements Queue {
  private static final System.Logger LOG = System.getLogger(SpoolQueue.class.getName());
  private static final String SEQUENCE_HANDLE = "0".repeat(MessageName.HANDLE_DIGITS);

  private final String name;
  private final Membership membership;
  private final QueueFolder folder;
  private final Sender sender;
  private final Receiver receiver;
  private final IdleConsumers idle;
  private final Browser browser;
  private final AsyncSender<Sender.Visible> async;
  private final Bell room;
  private final Set<SpoolClaim> claims = ConcurrentHashMap.newKeySet();

  /// @param ancestors the directories above its folder, nearest first
  private SpoolQueue(
      String name, Membership membership, QueueFolder folder, List<Dir> ancestors, Feed feed) {
    this.name = name;
    this.membership = membership;
    this.folder = folder;
    this.sender = new Sender(membership, folder, ancestors);
    this.receiver = new Receiver(this, membership, folder, feed);
    this.idle = new IdleConsumers(membership, folder, receiver);
    this.browser = new Browser(membership, folder);
    this.async = new AsyncSender<>(sender);
    this.room = Bell.forRoom(membership, folder);
    membership.handles().add(this);
  }

  /// Opens the queue `name` in `parent`, or returns null if there is none.
  ///
  /// @param shown its name as users know it
  /// @param ancestors the directories above it, nearest first; `parent` is the first
  public static @Nullable SpoolQueue tryOpen(
      Membership membership, Dir parent, String name, String shown, List<Dir> ancestors, Feed feed)
      throws IOException {
    QueueFolder folder = QueueFolder.tryOpen(parent, name);
    if (folder == null) return null;
    boolean good = false;
    try {
      folder.settings(); // refuses what this version does not know
      good = true;
      return new SpoolQueue(shown, membership, folder, ancestors, feed);
    } finally {
      if (!good) folder.close();
    }
  }

  /// Makes the queue `name` in `parent` unless it is there.
  public static void makeIfMissing(
      Membership membership,
      Dir parent,
      String name,
      QueueSettings settings,
      QueueFolder.Extra extra)
      throws IOException {
    boolean durable = membership.folder().storage().keepsDurableSends();
    QueueFolder.makeIfMissing(parent, name, settings, durable, QueueFolder.PARTS, extra);
  }

  /// The id of a topic's entry.
  public static String idOfSequence(long sequence) {
    return MessageName.id(sequence, SEQUENCE_HANDLE);
  }

  /// The sequence number in an id of [#idOfSequence], or -1 if it is none.
  public static long sequenceOf(String id) {
    if (!MessageName.isId(id) || !id.endsWith(SEQUENCE_HANDLE)) return -1;
    return MessageName.fresh(id, 0).key();
  }

  /// @throws SettingsConflictException if this queue has other settings; names the difference
  public void requireSettings(QueueSettings wanted) throws IOException {
    QueueRules.requireSame(name, settings(), wanted);
  }

  @Override
  public String name() {
    return name;
  }

  // ---- sending

  @Override
  public Sent send(Outgoing message) throws IOException, InterruptedException {
    Sender.Visible visible = sender.send(message);
    sender.sync(visible);
    return visible.sent();
  }

  @Override
  public List<Sent> sendAll(List<Outgoing> messages) throws IOException, InterruptedException {
    return sender.sendAll(messages);
  }

  @Override
  public Sent trySend(Outgoing message) throws IOException {
    Sender.Visible visible = sender.trySend(message);
    sender.sync(visible);
    return visible.sent();
  }

  @Override
  public CompletableFuture<Sent> sendAsync(Outgoing message) {
    return async.send(message);
  }

  // ---- claiming

  @Override
  public Optional<Claim> tryClaim() throws IOException {
    idle.requireOpen();
    try {
      return receiver.tryClaim();
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) folder.requireThere();
      throw e;
    }
  }

  @Override
  public Optional<Claim> claim(Duration wait) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    Optional<Claim> now = tryClaim();
    if (now.isPresent() || wait.isZero() || wait.isNegative()) return now;
    now = receiver.claimFromStream(wait);
    if (now.isPresent()) return now;
    return Doorbell.await(List.of(idle), wait, this::tryClaim);
  }

  /// What tells waiting threads that there may be a message.
  public Doorbell doorbell() {
    return idle;
  }

  void remember(SpoolClaim claim) {
    claims.add(claim);
  }

  void forget(SpoolClaim claim) {
    claims.remove(claim);
  }

  void requireNotEvicted() throws IOException {
    membership.self().requireNotEvicted();
  }

  // ---- how a claim ends; each answers false if it was no longer valid

  /// @param first whether the message was never claimed before, and so has no history
  boolean acknowledge(Dir from, String file, MessageName claim, boolean first) throws IOException {
    QueueSettings settings = receiver.settings();
    boolean valid =
        settings.retain().isZero()
            ? from.tryUnlink(file)
            : Moves.toDone(folder, from, file, claim, membership.kernel().realtimeNanos());
    if (valid && !first) afterwards(() -> folder.forget(claim.id()));
    if (valid) afterwards(() -> roomMade(settings));
    return valid;
  }

  private interface Step {
    void run() throws IOException;
  }

  /// What follows once a claim has ended: if it fails, the claim has ended all the same, and its
  /// holder must not be told otherwise.
  private void afterwards(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "tidying up after a message of " + name + " failed", e);
    }
  }

  boolean retryLater(Dir from, String file, MessageName claim, Failure failure) throws IOException {
    QueueSettings settings = receiver.settings();
    if (claim.attempts() > settings.retries()) return bury(from, file, claim, failure);
    folder.record(
        claim.id(), History.line("failed", claim.attempts(), membership.self().id(), failure));
    Duration delay =
        failure.delay().orElseGet(() -> QueueRules.backoff(settings, claim.attempts()));
    if (delay.isZero()) return Moves.toFront(folder, from, file, claim);
    long due = membership.kernel().realtimeNanos() + delay.toNanos();
    return Delayed.put(folder, from, file, claim.delayedUntil(due));
  }

  boolean bury(Dir from, String file, MessageName claim, Failure failure) throws IOException {
    boolean valid = Moves.toDead(folder, from, file, claim, membership.self().id(), failure);
    if (valid) afterwards(() -> roomMade(receiver.settings()));
    return valid;
  }

  /// If that fails, the next claim of this handle gets the message again.
  void giveBack(Dir from, String file, MessageName claim) throws IOException {
    boolean done = false;
    try {
      Moves.toFront(folder, from, file, claim);
      receiver.frontChanged();
      done = true;
    } finally {
      if (!done) receiver.leaveOver(claim);
    }
  }

  long leaseEnd(Duration lease) throws IOException {
    QueueRules.requireLease(lease);
    return membership.epoch().clockMicros() + lease.toMillis() * 1000;
  }

  private void roomMade(QueueSettings settings) throws IOException {
    if (QueueRules.isBounded(settings) && settings.whenFull() == WhenFull.BLOCK) room.ring();
  }

  // ---- looking and managing

  @Override
  public List<Message> peek(int most) throws IOException {
    return browser.peek(most);
  }

  @Override
  public QueueStats stats() throws IOException {
    return browser.stats();
  }

  @Override
  public boolean isDrained() throws IOException {
    return Emptiness.isCertain(folder, receiver::hasTakenAllOver);
  }

  @Override
  public QueueSettings settings() throws IOException {
    return folder.settings();
  }

  @Override
  public void configure(QueueSettings wanted) throws IOException {
    folder.configure(wanted, membership.folder().storage().keepsDurableSends());
    roomMade(wanted.withWhenFull(WhenFull.BLOCK));
  }

  @Override
  public void hold() throws IOException {
    folder.root().touch(QueueFolder.ON_HOLD);
  }

  @Override
  public void release() throws IOException {
    folder.root().tryUnlink(QueueFolder.ON_HOLD);
  }

  @Override
  public boolean isHeld() throws IOException {
    return folder.isOnHold();
  }

  @Override
  public int hold(Collection<String> ids) throws IOException {
    return browser.hold(ids);
  }

  @Override
  public int release(Collection<String> ids) throws IOException {
    int released = browser.release(ids);
    receiver.frontChanged();
    return released;
  }

  @Override
  public long purge() throws IOException {
    long removed = browser.purge();
    roomMade(settings());
    return removed;
  }

  @Override
  public DeadLetters dead() {
    return new DeadFolder(membership, folder, receiver::frontChanged);
  }

  @Override
  public BlockingQueue<byte[]> asBlockingQueue() {
    return new BlockingQueueView(this);
  }

  @Override
  public Optional<Duration> nextDue() throws IOException {
    long nanos = receiver.nanosToNextDue();
    return nanos == Delayed.NONE ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  @Override
  public void close() {
    if (!membership.handles().remove(this)) return;
    idle.close();
    for (SpoolClaim claim : List.copyOf(claims)) claim.close();
    async.close();
    sender.close();
    receiver.close();
    room.close();
    folder.close();
  }
}
