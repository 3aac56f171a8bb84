package dev.parley.primitive.fifo;

import static dev.parley.sys.Open.READ_WRITE;
import static dev.parley.sys.Open.WRITE_ONLY;

import dev.parley.primitive.time.Deadline;
import dev.parley.primitive.watch.Readiness;
import dev.parley.primitive.watch.Readiness.Wanted;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Passes on what writers write to one FIFO to as many readers as join, each with a FIFO of its
/// own, by tee(2) and splice(2): pages change hands, payloads are not copied.
///
/// Writers use a [FifoWriter] to `DIR/source`. A reader joins with [#join]. One process broadcasts:
///
/// ```java
/// Path news = Path.of("/run/shop/news");
/// try (Broadcaster broadcaster =
///     Broadcaster.tryOpen(kernel, news, BroadcastOptions.defaults()).orElseThrow()) {
///   while (!Thread.interrupted()) broadcaster.relay(Duration.ofMinutes(1));
/// }
/// ```
///
/// Guarantees: a reader gets messages whole and in the source's order, from the first that begins
/// after it was noticed; what it does not get, it misses as whole messages, and is told how many. A
/// reader that dies is removed. Killed, the broadcaster loses what it holds for each reader, two
/// pipes' content at most; nothing comes twice.
///
/// @implNote tee(2) has no offset: a pipe can only be duplicated from its start. So each reader has
///   a pipe beside its FIFO into which a whole batch always fits; then the batch is taken from the
///   source, and only then anything goes to a reader. Three descriptors a reader.
public final class Broadcaster implements AutoCloseable {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

  /// Of how many writers it is remembered that they are in the middle of a message.
  private static final int MOST_IN_PROGRESS = 10_000;

  private final Kernel kernel;
  private final BroadcastFolder folder;
  private final SlowReader slowReader;
  private final Fd source;
  private final Fd nothing;
  private final Readiness readiness;
  private final Outlets outlets;
  private final Peek peek;
  private final long id = new SecureRandom().nextLong() >>> 2;
  private final ReentrantLock turn = new ReentrantLock();
  private final Map<Long, Integer> inProgress = new LinkedHashMap<>();
  private volatile BroadcastStats stats = new BroadcastStats(0, 0, 0, 0, 0);
  private volatile boolean closed;

  // What is being passed on: to whom still, and how much of it is still in the source. A failure
  // leaves it to the next call.
  private @Nullable Batch batch;
  private final Set<Outlet> stillToGet = new LinkedHashSet<>();
  private int unconsumedBytes;

  private Broadcaster(
      Kernel kernel, BroadcastFolder folder, Fd source, Fd nothing, BroadcastOptions options)
      throws IOException {
    this.kernel = kernel;
    this.folder = folder;
    this.source = source;
    this.nothing = nothing;
    slowReader = options.slowReader();
    Fifo.grow(kernel, source, options.capacityBytes());
    int capacity = kernel.pipeCapacity(source);
    readiness = Readiness.open(kernel);
    outlets = new Outlets(kernel, folder, nothing, capacity, readiness::wake);
    peek = new Peek(kernel, source, nothing, capacity);
  }

  /// Opens the broadcast at `path`, made if it is not there.
  ///
  /// @return empty if another broadcaster, or a reader, has its source
  /// @throws ErrnoException EACCES, EMFILE
  /// @throws dev.parley.UnsafePathException if somebody else could tamper with it
  public static Optional<Broadcaster> tryOpen(Kernel kernel, Path path, BroadcastOptions options)
      throws IOException {
    Optional<Broadcaster> broadcaster = Optional.empty();
    BroadcastFolder folder = BroadcastFolder.openOrMake(kernel, path);
    @Nullable Fd source = null;
    @Nullable Fd nothing = null;
    try {
      // For both ends, so that there is always a writer, and never an end.
      source = Fifo.open(folder.source().dir(), folder.source().name(), READ_WRITE);
      if (kernel.tryFlock(source, LockKind.EXCLUSIVE)) {
        nothing = kernel.openAt(Fd.CWD, "/dev/null", WRITE_ONLY, 0);
        broadcaster = Optional.of(new Broadcaster(kernel, folder, source, nothing, options));
      }
      return broadcaster;
    } finally {
      if (broadcaster.isEmpty()) {
        if (nothing != null) nothing.close();
        if (source != null) source.close();
        folder.close();
      }
    }
  }

  /// Joins the broadcast at `path` as a reader, whether it has a broadcaster or not. What the
  /// reader gets begins with the first message that begins after the broadcaster has noticed it.
  ///
  /// @param label for people: the FIFO's name begins with it
  /// @param options for frames
  /// @throws dev.parley.InvalidNameException if `label` is none
  public static FifoReader join(Kernel kernel, Path path, String label, FifoOptions options)
      throws IOException {
    if (options.format() != FifoFormat.FRAMES) {
      throw new IllegalArgumentException("a broadcast carries frames, and not " + options.format());
    }
    BroadcastFolder folder = BroadcastFolder.openOrMake(kernel, path);
    boolean joined = false;
    try {
      FifoReader reader = folder.join(label, options);
      joined = true;
      return reader;
    } finally {
      if (!joined) folder.close();
    }
  }

  // ---- relaying

  /// Passes on what there is, or waits until there is something, so long at most. Call it again and
  /// again.
  ///
  /// @return whether anything was passed on
  /// @throws IllegalStateException if it is closed, perhaps meanwhile
  public boolean relay(Duration wait) throws IOException, InterruptedException {
    Deadline deadline = Deadline.after(wait);
    requireOpen();
    if (!turn.tryLock(deadline.left(), TimeUnit.NANOSECONDS)) return false;
    try {
      while (true) {
        requireOpen();
        if (step()) return true;
        long left = deadline.left();
        if (left <= 0) return false;
        if (outlets.wantsToBeAsked()) left = Math.min(left, LOOK_NANOS);
        readiness.await(wanted(), left);
      }
    } finally {
      turn.unlock();
    }
  }

  /// @return whether it is worth another step before waiting
  private boolean step() throws IOException {
    for (Outlet left : outlets.look(inProgress)) stillToGet.remove(left);
    for (Outlet dead : outlets.dead()) remove(dead);
    if (stats.readers() != outlets.all().size()) count(0, 0, 0, 0);
    boolean moved = false;
    for (Outlet outlet : outlets.all()) moved |= flush(outlet);
    if (batch == null && unconsumedBytes == 0 && mayTakeMore()) moved |= take();
    if (batch != null) {
      give(batch);
      moved = true;
    }
    if (unconsumedBytes > 0) {
      consume();
      moved = true;
      for (Outlet outlet : outlets.all()) flush(outlet);
    }
    return moved;
  }

  private boolean mayTakeMore() {
    if (slowReader != SlowReader.WAIT) return true;
    return !outlets.all().isEmpty() && outlets.all().stream().allMatch(Outlet::isClear);
  }

  /// @return whether there is something to pass on
  private boolean take() throws IOException {
    peek.limit(outlets.capacityBytes());
    Batch next = peek.tryNext();
    if (next == null) {
      Map<Long, Integer> dead = deadWriters();
      if (dead.isEmpty()) return false;
      // What they had written is in the source by now, or never was.
      next = peek.tryNext();
      if (next == null) {
        dead.forEach(this::neverFinished);
        return true;
      }
    }
    note(next);
    stillToGet.addAll(outlets.all());
    batch = next;
    return true;
  }

  private Map<Long, Integer> deadWriters() throws IOException {
    Map<Long, Integer> dead = new LinkedHashMap<>();
    for (Map.Entry<Long, Integer> each : inProgress.entrySet()) {
      // Its lock is on the inode. `source` holds none, so any lock there is another's.
      if (!kernel.isLockedByOther(source, LockKind.SHARED, each.getKey(), 1)) {
        dead.put(each.getKey(), each.getValue());
      }
    }
    return dead;
  }

  private void neverFinished(long writer, int message) {
    inProgress.remove(writer);
    for (Outlet outlet : outlets.all()) outlet.neverFinished(writer, message);
  }

  /// Keeps account of what is in a batch.
  private void note(Batch next) {
    long whole = 0;
    long garbage = 0;
    for (Batch.Item item : next.items()) {
      Frame frame = item.frame();
      if (frame == null) {
        garbage += item.bytes();
      } else if (frame.isLast()) {
        inProgress.remove(frame.writer());
        whole++;
      } else {
        inProgress.put(frame.writer(), frame.message());
      }
    }
    while (inProgress.size() > MOST_IN_PROGRESS) {
      Map.Entry<Long, Integer> eldest = inProgress.entrySet().iterator().next();
      neverFinished(eldest.getKey(), eldest.getValue());
    }
    count(whole, 0, 0, garbage);
  }

  private void give(Batch next) throws IOException {
    for (Outlet outlet : List.copyOf(stillToGet)) {
      if (outlet.isClear()) {
        outlet.give(source, next);
      } else if (slowReader == SlowReader.DROP) {
        count(0, outlet.miss(next), 0, 0);
      } else if (slowReader == SlowReader.DISCONNECT) {
        remove(outlet);
        count(0, 0, 1, 0);
      } else {
        throw new IllegalStateException(
            "a batch was taken while " + outlet.name() + " had no room");
      }
      stillToGet.remove(outlet);
    }
    unconsumedBytes = next.bytes();
    batch = null;
  }

  private void consume() throws IOException {
    while (unconsumedBytes > 0) unconsumedBytes -= kernel.splice(source, nothing, unconsumedBytes);
  }

  private boolean flush(Outlet outlet) throws IOException {
    try {
      return outlet.flush(id);
    } catch (ErrnoException e) {
      if (!e.is(Errno.EPIPE)) throw e;
      remove(outlet);
      return true;
    }
  }

  private void remove(Outlet outlet) {
    stillToGet.remove(outlet);
    outlets.remove(outlet);
    count(0, 0, 0, 0);
  }

  /// What would let a step move something.
  private List<Wanted> wanted() {
    List<Wanted> wanted = new ArrayList<>();
    for (Outlet outlet : outlets.all()) {
      wanted.add(new Wanted(outlet.fifo(), outlet.isClear() ? 0 : Poll.OUT));
    }
    if (mayTakeMore()) wanted.add(new Wanted(source, Poll.IN));
    return wanted;
  }

  // ---- what it has done

  private void count(long moreMessages, long moreMissed, int moreCutOff, long moreGarbage) {
    BroadcastStats before = stats;
    stats =
        new BroadcastStats(
            outlets.all().size(),
            before.messages() + moreMessages,
            before.missed() + moreMissed,
            before.cutOff() + moreCutOff,
            before.garbageBytes() + moreGarbage);
  }

  public BroadcastStats stats() {
    return stats;
  }

  private void requireOpen() {
    if (closed)
      throw new IllegalStateException("the broadcaster of " + source.path() + " is closed");
  }

  /// Ends waits, and closes. What it holds for slow readers is lost; readers and source stay, for
  /// the next broadcaster.
  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
      readiness.wake();
    }
    turn.lock();
    try {
      outlets.close();
      peek.close();
      readiness.close();
      nothing.close();
      source.close();
      folder.close();
    } finally {
      turn.unlock();
    }
  }
}
