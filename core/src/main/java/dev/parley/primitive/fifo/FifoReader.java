package dev.parley.primitive.fifo;

import static dev.parley.sys.Open.NON_BLOCKING;
import static dev.parley.sys.Open.READ_ONLY;

import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.primitive.watch.Readiness;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The reading end of a FIFO.
///
/// Guarantees: the one reader among those that use Parley. Each outcome of [Received] has one
/// cause. A wait is ended by an interrupt, which closes nothing, and by [#close]. Threads that
/// share a reader take turns.
///
/// At most once: what was received, or read ahead, is gone from the pipe.
///
/// @implNote Two descriptors: `lock` holds flock(2) as long as this reader lives, `data` is read
///   from. Once the last writer has gone a descriptor says "hung up" until it is closed, so `data`
///   is opened anew for the next writer; opened from `lock`, and before the old one is closed, so
///   that the content of the pipe stays. Source: fifo(7); fs/pipe.c, pipe_poll.
public final class FifoReader implements AutoCloseable {
  private static final int OPENING = READ_ONLY | NON_BLOCKING;

  private final Kernel kernel;
  private final Fd lock;
  private final Readiness readiness;
  private final Decoder decoder;
  private final byte[] chunk = new byte[64 * 1024];
  private final Runnable afterwards;
  private final boolean relayed;
  private final ReentrantLock turn = new ReentrantLock();
  private Fd data;

  /// Whether a byte came since the last [Received.Nothing#WRITERS_GONE]. A writer that came and
  /// went while `data` was being opened anew has left no other trace.
  private boolean heard;

  private volatile boolean closed;

  private FifoReader(
      Kernel kernel, Fd lock, FifoOptions options, Runnable afterwards, boolean relayed)
      throws IOException {
    this.kernel = kernel;
    this.lock = lock;
    this.afterwards = afterwards;
    this.relayed = relayed;
    decoder = decoder(options);
    Fd opened = kernel.reopen(lock, OPENING);
    boolean good = false;
    try {
      Fifo.grow(kernel, opened, options.capacityBytes());
      readiness = Readiness.open(kernel);
      good = true;
    } finally {
      if (!good) opened.close();
    }
    data = opened;
  }

  private Decoder decoder(FifoOptions options) {
    return switch (options.format()) {
      case FRAMES -> new FrameDecoder(options, relayed, this::mayGoOn);
      case LINES -> new LineDecoder(options);
      case BYTES -> new ByteDecoder(options);
    };
  }

  /// A writer of a message of several frames holds a lock until it closes or dies.
  private boolean mayGoOn(long writer) throws IOException {
    return relayed || kernel.isLockedByOther(lock, LockKind.SHARED, writer, 1);
  }

  /// Opens the FIFO for reading, without waiting for a writer.
  ///
  /// @return empty if another reader that uses Parley has it, or whoever holds flock(2) on it
  /// @throws dev.parley.NoSuchNameException if it is not there
  /// @throws dev.parley.UnsafePathException if it is no FIFO, or another user could have put it
  ///   there
  /// @throws ErrnoException EACCES, EMFILE
  public static Optional<FifoReader> tryOpen(Place place, FifoOptions options) throws IOException {
    Fd lock = Fifo.open(place.dir(), place.name(), READ_ONLY);
    return tryTake(place.dir().kernel(), lock, options, () -> {}, false);
  }

  /// Makes a reader of an open FIFO, which it takes over, whether it succeeds or not.
  static Optional<FifoReader> tryTake(
      Kernel kernel, Fd lock, FifoOptions options, Runnable afterwards, boolean relayed)
      throws IOException {
    @Nullable FifoReader reader = null;
    try {
      if (kernel.tryFlock(lock, LockKind.EXCLUSIVE)) {
        reader = new FifoReader(kernel, lock, options, afterwards, relayed);
      }
      return Optional.ofNullable(reader);
    } finally {
      if (reader == null) lock.close();
    }
  }

  /// What there is now; never waits.
  ///
  /// @throws IllegalStateException if it is closed
  public Received tryReceive() throws IOException {
    requireOpen();
    if (!turn.tryLock())
      return Received.Nothing.EMPTY; // another thread waits for what is not there
    try {
      return look();
    } finally {
      turn.unlock();
    }
  }

  /// The next message, or whatever else there is to say; waits so long at most for anything but
  /// [Received.Nothing#EMPTY] and [Received.Nothing#NO_WRITER_YET].
  ///
  /// @throws IllegalStateException if it is closed, perhaps meanwhile
  public Received receive(Duration wait) throws IOException, InterruptedException {
    Deadline deadline = Deadline.after(wait);
    requireOpen();
    if (!turn.tryLock(deadline.left(), TimeUnit.NANOSECONDS)) return Received.Nothing.EMPTY;
    try {
      while (true) {
        requireOpen();
        Received found = look();
        boolean nothing =
            found == Received.Nothing.EMPTY || found == Received.Nothing.NO_WRITER_YET;
        long left = deadline.left();
        if (!nothing || left <= 0) return found;
        readiness.await(data, Poll.IN, left);
      }
    } finally {
      turn.unlock();
    }
  }

  private Received look() throws IOException {
    requireOpen();
    while (true) {
      Received found = decoder.next();
      if (found != null) return found;
      int count = read();
      if (count > 0) {
        heard = true;
        decoder.add(chunk, count);
      } else if (count < 0) {
        found = decoder.atEmpty();
        if (found != null) return found;
        if (!decoder.wantsAnotherLook()) return Received.Nothing.EMPTY;
      } else {
        found = decoder.atEnd();
        if (found != null) return found;
        int events = kernel.poll(List.of(data), new int[] {Poll.IN}, 0)[0];
        if ((events & Poll.IN) == 0) return nobodyWrites((events & Poll.HUP) != 0);
      }
    }
  }

  /// @return how many bytes; 0 if there are none and no writers, -1 if there are none yet
  private int read() throws IOException {
    try {
      return kernel.read(data, chunk, 0, Math.min(chunk.length, decoder.wanted()));
    } catch (ErrnoException e) {
      if (e.is(Errno.EAGAIN)) return -1;
      throw e;
    }
  }

  private Received nobodyWrites(boolean hungUp) throws IOException {
    if (relayed && kernel.status(lock).links() == 0) return Received.Nothing.CUT_OFF;
    if (!hungUp && !heard) return Received.Nothing.NO_WRITER_YET;
    Fd anew = kernel.reopen(lock, OPENING);
    data.close();
    data = anew;
    heard = false;
    return Received.Nothing.WRITERS_GONE;
  }

  /// How many bytes the pipe has now.
  public synchronized int unreadBytes() throws IOException {
    requireOpen();
    return kernel.unreadBytes(lock);
  }

  /// How many bytes the pipe can hold.
  public synchronized int capacityBytes() throws IOException {
    requireOpen();
    return kernel.pipeCapacity(lock);
  }

  private void requireOpen() {
    if (closed) throw new IllegalStateException("the reader of " + lock.path() + " is closed");
  }

  /// Ends waits, and closes. What is in the pipe stays while somebody else has it open.
  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
      readiness.wake();
    }
    turn.lock();
    try {
      afterwards.run();
    } finally {
      synchronized (this) {
        data.close();
        lock.close();
        readiness.close();
      }
      turn.unlock();
    }
  }
}
