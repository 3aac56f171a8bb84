package dev.parley.pattern.logqueue;

import dev.parley.BadFormatException;
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
import dev.parley.pattern.member.LocalMember;
import dev.parley.pattern.member.Membership;
import dev.parley.pattern.queue.AsyncSender;
import dev.parley.pattern.queue.Batch;
import dev.parley.pattern.queue.Bell;
import dev.parley.pattern.queue.BlockingQueueView;
import dev.parley.pattern.queue.Doorbell;
import dev.parley.pattern.queue.History;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.pattern.queue.MessageName;
import dev.parley.pattern.queue.QueueFolder;
import dev.parley.pattern.queue.QueueRules;
import dev.parley.pattern.queue.QueueState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A queue in a log. One object is one producer handle and one consumer; this class joins its
/// parts, and owns claiming and the ways in which a claim ends.
public final class LogQueue implements Queue {
  private static final System.Logger LOG = System.getLogger(LogQueue.class.getName());
  private static final Duration LONGEST_SLEEP = Duration.ofSeconds(5);

  private final String name;
  private final Membership membership;
  private final QueueFolder folder;
  private final LogStore store;
  private Log.@Nullable Visit visit;
  private boolean came;
  private final Bell messages;
  private final LogSender sender;
  private final AsyncSender<LogSender.Visible> async;
  private final LogBrowser browser;
  private final QueueState state;
  private final AutoCloseable deaths;
  private final Set<LogClaim> claims = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  LogQueue(String name, Membership membership, QueueFolder folder, LogStore store) {
    this.name = name;
    this.membership = membership;
    this.folder = folder;
    this.store = store;
    this.messages = new Bell(membership, folder, "ready", LONGEST_SLEEP);
    this.sender = new LogSender(membership, folder, store, messages);
    this.async = new AsyncSender<>(sender);
    this.browser = new LogBrowser(membership, folder, store);
    this.state = new QueueState(folder);
    this.deaths = membership.onDeath(messages::tellAll);
    membership.handles().add(this);
  }

  /// @throws dev.parley.SettingsConflictException if this queue has other settings
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
    return synced(sender.send(message));
  }

  @Override
  public Sent trySend(Outgoing message) throws IOException {
    return synced(sender.trySend(message));
  }

  private Sent synced(LogSender.Visible visible) throws IOException {
    store.sync(visible.durability());
    return visible.sent();
  }

  @Override
  public List<Sent> sendAll(List<Outgoing> outgoing) throws IOException, InterruptedException {
    return Batch.send(outgoing, sender::send, each -> each.sent().id(), sender::syncAll).stream()
        .map(LogSender.Visible::sent)
        .toList();
  }

  @Override
  public CompletableFuture<Sent> sendAsync(Outgoing message) {
    return async.send(message);
  }

  // ---- claiming

  @Override
  public Optional<Claim> tryClaim() throws IOException {
    if (closed) throw new IllegalStateException("the queue " + name + " is closed");
    membership.noticeDeaths();
    come();
    while (true) {
      Optional<Taken> taken = store.change(this::take);
      if (taken.isEmpty()) return Optional.empty();
      if (taken.get().more) messages.ring();
      LogClaim claim = opened(taken.get());
      if (claim != null) return Optional.of(claim);
    }
  }

  private synchronized void come() throws IOException {
    if (came) return;
    visit = store.consumerCame();
    came = true;
  }

  private void leave() {
    if (!endVisit()) return;
    try {
      store.change(_ -> 0);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "what " + name + " has in memory stays there until somebody uses it",
          e);
    }
  }

  private synchronized boolean endVisit() {
    came = true;
    if (visit == null) return false;
    visit.close();
    return true;
  }

  /// @param more whether others are ready as well
  private record Taken(MessageName name, byte[] bytes, boolean more) {}

  private Optional<Taken> take(LogState log) throws IOException {
    LocalMember self = membership.self();
    self.requireNotEvicted();
    QueueSettings settings = refreshed().settings();
    new LogUpkeep(membership, store, log, settings).run();
    if (isOnHold() || log.at(Place.READY).isEmpty()) return Optional.empty();
    Entry entry = log.at(Place.READY).first();
    long lease = settings.lease().toMillis() * 1000;
    MessageName claimed =
        entry.name.claimed(
            entry.name.priority(),
            membership.epoch().tokenAfter(entry.name.token()),
            lease == 0 ? 0 : membership.epoch().clockMicros() + lease);
    byte[] bytes = store.bytes(entry);
    store.step(
        new Step.Move(
            Place.CLAIMED, claimed, self.id(), membership.kernel().realtimeNanos(), List.of()));
    return Optional.of(new Taken(claimed, bytes, !log.at(Place.READY).isEmpty()));
  }

  private synchronized QueueState refreshed() throws IOException {
    return state.refresh();
  }

  private synchronized boolean isOnHold() {
    return state.isOnHold();
  }

  /// Null if it was no good, or expired.
  private @Nullable LogClaim opened(Taken taken) throws IOException {
    try {
      MessageFile file =
          MessageFile.parse(
              taken.bytes,
              taken.bytes.length,
              () -> "message " + taken.name.id() + " in " + folder.root().path());
      if (file.isExpired(membership.kernel().realtimeNanos())) {
        bury(taken.name, Failure.of("expired"));
        return null;
      }
      LogClaim claim = new LogClaim(this, taken.name, file.toMessage(taken.name));
      claims.add(claim);
      return claim;
    } catch (BadFormatException e) {
      bury(taken.name, Failure.of(String.valueOf(e.getMessage())));
      return null;
    }
  }

  @Override
  public Optional<Claim> claim(Duration wait) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    Optional<Claim> now = tryClaim();
    if (now.isPresent() || wait.isZero() || wait.isNegative()) return now;
    return Doorbell.await(List.of(messages, new LogClock(membership, store)), wait, this::tryClaim);
  }

  void forget(LogClaim claim) {
    claims.remove(claim);
  }

  void requireNotEvicted() throws IOException {
    membership.self().requireNotEvicted();
  }

  // ---- how a claim ends; each answers false if it was no longer valid

  boolean acknowledge(MessageName claim) throws IOException {
    boolean valid =
        end(
            claim,
            (entry, settings) ->
                settings.retain().isZero()
                    ? new Step.Drop(claim)
                    : Step.move(Place.DONE, claim.waiting(), now()));
    if (valid) roomMade();
    return valid;
  }

  boolean retryLater(MessageName claim, Failure failure) throws IOException {
    boolean valid =
        end(
            claim,
            (entry, settings) -> {
              if (claim.attempts() > settings.retries()) return dead(claim, failure);
              Duration delay =
                  failure.delay().orElseGet(() -> QueueRules.backoff(settings, claim.attempts()));
              String line = History.line("failed", claim.attempts(), entry.member, failure);
              return delay.isZero()
                  ? new Step.Move(Place.READY, claim.waiting(), Step.NOBODY, now(), List.of(line))
                  : new Step.Move(
                      Place.DELAYED,
                      claim.delayedUntil(MessageFile.saturatedSum(now(), delay)),
                      Step.NOBODY,
                      now(),
                      List.of(line));
            });
    messages.ring();
    return valid;
  }

  boolean bury(MessageName claim, Failure failure) throws IOException {
    boolean valid = end(claim, (entry, settings) -> dead(claim, failure));
    if (valid) roomMade();
    return valid;
  }

  private Step dead(MessageName claim, Failure failure) throws IOException {
    return LogUpkeep.dead(claim, membership.self().id(), failure, now());
  }

  void giveBack(MessageName claim) throws IOException {
    end(claim, (entry, settings) -> Step.move(Place.READY, claim.waiting(), now()));
    messages.ring();
  }

  @Nullable MessageName lease(MessageName claim, Duration lease) throws IOException {
    QueueRules.requireLease(lease);
    MessageName longer =
        claim.leasedUntil(membership.epoch().clockMicros() + lease.toMillis() * 1000);
    boolean valid =
        end(
            claim,
            (entry, settings) ->
                new Step.Move(Place.CLAIMED, longer, entry.member, now(), List.of()));
    return valid ? longer : null;
  }

  boolean isValid(MessageName claim) throws IOException {
    String self = membership.self().id();
    return store.look(log -> log.findClaim(claim, self) != null);
  }

  private interface End {
    Step step(Entry entry, QueueSettings settings) throws IOException;
  }

  private boolean end(MessageName claim, End end) throws IOException {
    String self = membership.self().id();
    return store.change(
        log -> {
          Entry entry = log.findClaim(claim, self);
          if (entry == null) return false;
          store.step(end.step(entry, refreshed().settings()));
          return true;
        });
  }

  private long now() {
    return membership.kernel().realtimeNanos();
  }

  private void roomMade() throws IOException {
    QueueSettings settings = settings();
    if (QueueRules.isBounded(settings) && settings.whenFull() == WhenFull.BLOCK) sender.roomMade();
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
    return store.look(
        log ->
            log.at(Place.READY).isEmpty()
                && log.at(Place.DELAYED).isEmpty()
                && log.at(Place.CLAIMED).isEmpty());
  }

  @Override
  public QueueSettings settings() throws IOException {
    return folder.settings();
  }

  @Override
  public void configure(QueueSettings wanted) throws IOException {
    folder.configure(wanted, membership.folder().storage().keepsDurableSends());
    sender.roomMade();
    messages.ring();
  }

  @Override
  public void hold() throws IOException {
    folder.root().touch(QueueFolder.ON_HOLD);
  }

  @Override
  public void release() throws IOException {
    folder.root().tryUnlink(QueueFolder.ON_HOLD);
    messages.ring();
  }

  @Override
  public boolean isHeld() throws IOException {
    return folder.isOnHold();
  }

  @Override
  public int hold(Collection<String> ids) throws IOException {
    return browser.move(ids, Set.of(Place.READY, Place.DELAYED), Place.HELD);
  }

  @Override
  public int release(Collection<String> ids) throws IOException {
    int released = browser.move(ids, Set.of(Place.HELD), Place.READY);
    if (released > 0) messages.ring();
    return released;
  }

  @Override
  public long purge() throws IOException {
    long removed =
        store.change(
            log -> {
              List<Entry> waiting = new ArrayList<>(log.at(Place.READY));
              waiting.addAll(log.at(Place.DELAYED));
              waiting.addAll(log.at(Place.HELD));
              for (Entry entry : waiting) store.step(new Step.Drop(entry.name));
              return (long) waiting.size();
            });
    roomMade();
    return removed;
  }

  @Override
  public DeadLetters dead() {
    return new LogDeadLetters(membership, folder, store, messages);
  }

  @Override
  public BlockingQueue<byte[]> asBlockingQueue() {
    return new BlockingQueueView(this);
  }

  @Override
  public Optional<Duration> nextDue() throws IOException {
    return store.look(
        log ->
            log.at(Place.DELAYED).isEmpty()
                ? Optional.empty()
                : Optional.of(
                    Duration.ofNanos(
                        Math.max(0, log.at(Place.DELAYED).first().name.due() - now()))));
  }

  @Override
  public void close() {
    if (!membership.handles().remove(this)) return;
    closed = true;
    try {
      deaths.close();
    } catch (Exception e) {
      throw new AssertionError("it only forgets a listener", e);
    }
    messages.tellAll();
    for (LogClaim claim : List.copyOf(claims)) claim.close();
    leave();
    async.close();
    sender.close();
    messages.close();
    LogStore.Shared.of(membership).release(store);
    folder.close();
  }
}
