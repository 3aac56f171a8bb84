package dev.parley.primitive.memory;

import dev.parley.BadFormatException;
import dev.parley.NoSuchNameException;
import dev.parley.PayloadTooLargeException;
import dev.parley.SettingsConflictException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A bounded queue of messages in shared memory, for many producers and many consumers in many
/// processes.
///
/// ```java
/// try (SharedQueue queue = SharedQueue.openOrCreate(kernel, path, QueueShape.of(1024, 200))) {
///   if (!queue.offer(message, Duration.ofSeconds(1))) reportFull();
///   Optional<SharedClaim> next = queue.claim(Duration.ofSeconds(1));
///   if (next.isPresent()) {
///     try (SharedClaim claim = next.get()) {
///       work(claim.bytes());
///       claim.ack();
///     }
///   }
/// }
/// ```
///
/// Guarantees: a message that was accepted is delivered at least once, whole; after its `ack` never
/// again; at most one claim on it is valid at a time. What a dead process held comes back before
/// newer messages; a place where a producer died is skipped. First deliveries are in the order in
/// which places were taken. Full and empty are values. Without waiters no call enters the kernel.
///
/// Not promised: exactly once; that a message outlives the region; progress behind a process that
/// is stopped: its unacknowledged claim is an occupied place, at which producers wait one round
/// later, and a message it is in the middle of offering is one that consumers wait for.
///
/// Safe for use by several threads. Source: D. Vyukov's bounded MPMC queue; see RingCells.
public final class SharedQueue implements AutoCloseable {
  private static final int GLANCES = 200;

  private final Region region;
  private final QueueLayout layout;
  private final RingCells cells;
  private final SharedEvent arrivals;
  private final SharedEvent room;
  private final Pace looks = new Pace();

  private SharedQueue(Region region, QueueLayout layout) {
    this.region = region;
    this.layout = layout;
    cells = new RingCells(region.memory(), layout, region.slots().mine(), region.path());
    arrivals = new SharedEvent(region, layout.arrivals(), 0);
    room = new SharedEvent(region, layout.room(), 0);
  }

  // ---- opening

  /// Opens the queue at `path`, which is made if there is nothing.
  ///
  /// @throws UnsafePathException if it is not a file of this user alone, or the way there is unsafe
  /// @throws UnmappableException if the filesystem is no place for it
  /// @throws SettingsConflictException if it has another shape
  /// @throws BadFormatException if it is something else or damaged
  /// @throws NoSlotException if it is open too often
  /// @throws ErrnoException ENOSPC, EDQUOT: no room; nothing is left behind. ENOENT: the directory
  ///   is missing
  public static SharedQueue openOrCreate(Kernel kernel, Path path, QueueShape shape)
      throws IOException {
    try (Place place = Place.of(kernel, path)) {
      return openOrCreate(place.dir(), place.name(), shape);
    }
  }

  /// The same for a name in a directory.
  public static SharedQueue openOrCreate(Dir dir, String name, QueueShape shape)
      throws IOException {
    RegionFile file =
        RegionFile.openOrCreate(dir, name, QueueLayout.region(shape), QueueLayout.settings(shape));
    return attached(dir.kernel(), file, shape);
  }

  /// Opens the queue at `path`, whatever its shape.
  ///
  /// @throws ErrnoException ENOENT if there is none
  public static SharedQueue open(Kernel kernel, Path path) throws IOException {
    try (Place place = Place.of(kernel, path)) {
      return open(place.dir(), place.name());
    }
  }

  /// The same for a name in a directory.
  public static SharedQueue open(Dir dir, String name) throws IOException {
    return attached(dir.kernel(), RegionFile.open(dir, name), null);
  }

  /// Makes a queue without a path: a sealed memfd. `name` is for people who look into /proc.
  public static SharedQueue anonymous(Kernel kernel, String name, QueueShape shape)
      throws IOException {
    RegionFile file =
        RegionFile.anonymous(kernel, name, QueueLayout.region(shape), QueueLayout.settings(shape));
    return attached(kernel, file, shape);
  }

  /// Opens a queue that somebody handed over. `fd` stays the caller's, to close.
  ///
  /// @throws UnmappableException unless it is a memfd with all seals, which nobody can cut short
  public static SharedQueue received(Kernel kernel, Fd fd) throws IOException {
    return attached(kernel, RegionFile.received(kernel, fd), null);
  }

  private static SharedQueue attached(Kernel kernel, RegionFile file, @Nullable QueueShape wanted)
      throws IOException {
    boolean good = false;
    try {
      String path = file.path();
      RegionLayout found = file.layout();
      found.requireKind(RegionLayout.QUEUE, 0, path);
      byte[] settings = file.read(kernel, found.body(), QueueLayout.SETTINGS_BYTES);
      QueueLayout layout = QueueLayout.parse(settings, found, path);
      if (wanted != null) {
        RegionLayout.requireSame(path, "messages", layout.messages(), wanted.messages());
        RegionLayout.requireSame(
            path, "message bytes", layout.messageBytes(), wanted.messageBytes());
        RegionLayout.requireSame(path, "slots", found.slots(), wanted.slots());
      }
      Slots.Heir heir =
          (memory, slot) -> {
            RingCells.inherit(memory, layout, slot);
            for (long event : List.of(layout.arrivals(), layout.room())) {
              SharedEvent.Wake<ErrnoException> wake =
                  (at, most) -> kernel.futexWake(memory, at, most);
              SharedEvent.signal(memory, event, Integer.MAX_VALUE, wake);
            }
          };
      SharedQueue queue = new SharedQueue(Region.attach(kernel, file, heir), layout);
      good = true;
      return queue;
    } finally {
      if (!good) file.close();
    }
  }

  // ---- producers

  /// Appends a message if there is room.
  ///
  /// @return false if the place it needs is not acknowledged yet
  /// @throws PayloadTooLargeException if it is longer than the queue's messages may be
  public boolean tryOffer(byte[] message) throws IOException {
    requireFits(message);
    region.requireThere();
    try {
      if (offerOnce(message)) return true;
      // The place may be a dead one's.
      return looks.isTime() && reapAll() && offerOnce(message);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  /// Appends a message, waiting for room.
  ///
  /// @return false when time is up
  /// @throws PayloadTooLargeException if it is longer than the queue's messages may be
  /// @throws NoSuchNameException if it is full, and its file was removed
  public boolean offer(byte[] message, Duration timeout) throws IOException, InterruptedException {
    requireFits(message);
    if (Thread.interrupted()) throw new InterruptedException();
    region.requireThere();
    try {
      return offerOnce(message) || offerAsleep(message, Deadline.nanos(timeout));
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private boolean offerOnce(byte[] message) throws IOException {
    if (cells.offer(message) == RingCells.NO_ROOM) return false;
    arrivals.signal();
    return true;
  }

  private boolean offerAsleep(byte[] message, long nanos) throws IOException, InterruptedException {
    Deadline deadline = Deadline.afterNanos(nanos);
    try {
      while (true) {
        int key = room.prepare();
        if (offerOnce(message)) return true;
        if (looks.isTime() && reapAll()) continue;
        if (deadline.isPast()) return false;
        room.await(key, looks.nanosLeft(deadline));
      }
    } finally {
      // A wake-up may have been meant for another, or there is room for more than one.
      if (region.memory().isOpen() && cells.mayHaveRoom()) room.signal();
    }
  }

  /// What is looked at from time to time, while there is nothing to do.
  ///
  /// @return whether somebody was dead
  private boolean reapAll() throws IOException {
    region.requireKept();
    return region.slots().reapAll();
  }

  private void requireFits(byte[] message) throws PayloadTooLargeException {
    if (message.length <= layout.messageBytes()) return;
    throw new PayloadTooLargeException(
        "a message of "
            + message.length
            + " bytes does not fit into "
            + this
            + ", which was made for "
            + layout.messageBytes()
            + "; make it anew with more, or send less");
  }

  // ---- consumers

  /// Takes a message if there is one: given back by somebody, or the oldest.
  ///
  /// @return empty if there is none, or a living process is in the middle of offering the next one
  /// @throws BadFormatException if the message cannot be one; it is dropped
  public Optional<SharedClaim> tryClaim() throws IOException {
    region.requireThere();
    try {
      SharedClaim claim = claimOnce();
      // A dead one may hold messages.
      if (claim == null && looks.isTime() && reapAll()) claim = claimOnce();
      return Optional.ofNullable(claim);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  /// Takes a message, waiting for one.
  ///
  /// @return empty when time is up
  /// @throws BadFormatException if the message cannot be one; it is dropped
  /// @throws NoSuchNameException if it is empty, and its file was removed
  public Optional<SharedClaim> claim(Duration timeout) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    region.requireThere();
    try {
      SharedClaim claim = claimOnce();
      if (claim == null) claim = claimAsleep(Deadline.nanos(timeout));
      return Optional.ofNullable(claim);
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  private @Nullable SharedClaim claimOnce() throws IOException {
    int glances = GLANCES;
    while (true) {
      long position = cells.take();
      if (position >= 0) {
        SharedClaim claim = claimed(position);
        if (claim != null) return claim;
      } else if (position == RingCells.EMPTY) {
        return null;
      } else if (glances-- > 0) {
        Thread.onSpinWait();
      } else if (!region.slots().reap(RingCells.writer(position))) {
        return null;
      }
    }
  }

  /// What was taken, or null if there is nothing in it.
  private @Nullable SharedClaim claimed(long position) throws IOException {
    boolean good = false;
    try {
      if (cells.isVoid(position)) {
        acknowledge(position);
        return null;
      }
      int attempt = cells.countAttempt(position);
      SharedClaim claim = new SharedClaim(this, position, attempt, cells.read(position));
      good = true;
      return claim;
    } catch (BadFormatException e) {
      acknowledge(position);
      throw e;
    } finally {
      if (!good) giveBack(position); // where it has not ended yet: out of heap memory
    }
  }

  private @Nullable SharedClaim claimAsleep(long nanos) throws IOException, InterruptedException {
    Deadline deadline = Deadline.afterNanos(nanos);
    try {
      while (true) {
        int key = arrivals.prepare();
        SharedClaim claim = claimOnce();
        if (claim != null) return claim;
        if (looks.isTime() && reapAll()) continue;
        if (deadline.isPast()) return null;
        arrivals.await(key, looks.nanosLeft(deadline));
      }
    } finally {
      // A wake-up may have been meant for another, or there are more messages than one.
      if (region.memory().isOpen() && cells.mayHaveMessage()) arrivals.signal();
    }
  }

  // ---- for claims

  boolean acknowledge(long position) throws IOException {
    region.requireThere();
    try {
      boolean done = cells.acknowledge(position);
      if (done) room.signal();
      return done;
    } catch (IllegalStateException e) {
      if (region.memory().isOpen()) throw e;
      return false;
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  void giveBack(long position) throws IOException {
    region.requireThere();
    try {
      if (cells.giveBack(position)) arrivals.signal();
    } catch (IllegalStateException e) {
      if (region.memory().isOpen()) throw e;
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  // ---- what it is

  /// How many messages are waiting or claimed, about.
  public int size() throws IOException {
    region.requireThere();
    try {
      return cells.size();
    } catch (InternalError e) {
      throw region.lost(e);
    }
  }

  public QueueShape shape() {
    return new QueueShape(layout.messages(), layout.messageBytes(), region.layout().slots());
  }

  /// The descriptor to hand to others, of a queue without a path; it stays this queue's.
  ///
  /// @throws IllegalStateException if it has a path: then others open that
  public Fd fd() {
    return region.passable();
  }

  /// Gives back what this handle has claimed. Waits of other threads end with
  /// IllegalStateException. The queue stays for others.
  @Override
  public void close() {
    region.close();
  }

  @Override
  public String toString() {
    return "queue " + region.path();
  }
}
