package dev.parley.primitive.fifo;

import static dev.parley.sys.Open.NON_BLOCKING;
import static dev.parley.sys.Open.PATH;
import static dev.parley.sys.Open.WRITE_ONLY;

import dev.parley.ParleyException;
import dev.parley.PayloadTooLargeException;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.time.Deadline;
import dev.parley.primitive.watch.Readiness;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.PipeCalls;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A writing end of a FIFO, of which there may be any number.
///
/// Guarantees: a message is in the pipe whole ([SendOutcome#WRITTEN]), or no reader ever gets it.
/// Messages of one writer are received in the order they were sent. A wait is ended by an
/// interrupt, which closes nothing, and by [#close]. Threads that share a writer take turns.
///
/// The FIFO is opened for writing by the first send that finds a reader, and stays open: as long as
/// it is, the content of the pipe outlives its reader.
public final class FifoWriter implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Kernel kernel;
  private final Fd inode;
  private final FifoOptions options;
  private final Readiness readiness;
  private final ReaderWatch readers;
  private final ReentrantLock turn = new ReentrantLock();
  private final long id = RANDOM.nextLong() >>> 2;
  private int message;
  private boolean locked;
  private boolean toldOfGone;
  private volatile @Nullable Fd writing;
  private volatile boolean closed;

  private FifoWriter(Kernel kernel, Fd inode, FifoOptions options) throws IOException {
    this.kernel = kernel;
    this.inode = inode;
    this.options = options;
    readiness = Readiness.open(kernel);
    readers = new ReaderWatch(kernel, inode, readiness);
  }

  /// Opens the FIFO for writing, whether it has a reader or not.
  ///
  /// @throws dev.parley.NoSuchNameException if it is not there
  /// @throws dev.parley.UnsafePathException if it is no FIFO, or another user could have put it
  ///   there
  /// @throws ErrnoException EMFILE
  public static FifoWriter open(Place place, FifoOptions options) throws IOException {
    Fd inode = Fifo.open(place.dir(), place.name(), PATH);
    boolean good = false;
    try {
      FifoWriter writer = new FifoWriter(place.dir().kernel(), inode, options);
      good = true;
      return writer;
    } finally {
      if (!good) inode.close();
    }
  }

  // ---- sending

  /// Sends if there is room for all of it now; never waits.
  ///
  /// A message of several frames may meet a pipe that others fill meanwhile: then it is
  /// [SendOutcome#FULL], and the reader reports it as [Received.Reason#UNFINISHED].
  ///
  /// @throws PayloadTooLargeException over [FifoOptions#maxMessageBytes], or 4,096 bytes for lines,
  ///   newline included, and bytes
  /// @throws IllegalArgumentException a line with a newline in it
  /// @throws IllegalStateException if it is closed
  public SendOutcome trySend(byte[] payload) throws IOException {
    byte[] sent = checked(payload);
    if (!turn.tryLock()) return SendOutcome.FULL; // another thread waits for room
    try {
      return needsMoreThanThereIs(sent) ? SendOutcome.FULL : send(sent, Deadline.PAST);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nothing was waited for", e);
    } finally {
      turn.unlock();
    }
  }

  /// Sends, waiting so long at most for room, and for a reader to come.
  ///
  /// That the reader has gone is told at once, and once; the next send waits for the next one.
  ///
  /// @throws PayloadTooLargeException as [#trySend]
  /// @throws InterruptedException the message will not be received
  public SendOutcome send(byte[] payload, Duration wait) throws IOException, InterruptedException {
    byte[] sent = checked(payload);
    Deadline deadline = Deadline.after(wait);
    if (!turn.tryLock(deadline.left(), TimeUnit.NANOSECONDS)) return SendOutcome.FULL;
    try {
      return send(sent, deadline);
    } finally {
      turn.unlock();
    }
  }

  /// What to put into the pipe, frames apart.
  private byte[] checked(byte[] payload) throws IOException {
    requireOpen();
    FifoFormat format = options.format();
    if (format == FifoFormat.FRAMES) {
      require(payload.length <= options.maxMessageBytes(), payload, options.maxMessageBytes(), "");
      return payload;
    }
    String why = "; what is larger could be torn apart by other writers: send frames";
    if (format == FifoFormat.BYTES) {
      require(payload.length <= PipeCalls.ATOMIC_BYTES, payload, PipeCalls.ATOMIC_BYTES, why);
      return payload;
    }
    require(payload.length < PipeCalls.ATOMIC_BYTES, payload, PipeCalls.ATOMIC_BYTES - 1, why);
    byte[] line = new byte[payload.length + 1];
    for (int i = 0; i < payload.length; i++) {
      if (payload[i] == '\n') throw new IllegalArgumentException("a line has no newline in it");
      line[i] = payload[i];
    }
    line[payload.length] = '\n';
    return line;
  }

  private void require(boolean good, byte[] payload, int most, String why)
      throws PayloadTooLargeException {
    if (good) return;
    throw new PayloadTooLargeException(
        inode.path()
            + " takes messages of up to "
            + most
            + " bytes, and this one has "
            + payload.length
            + (why.isEmpty()
                ? "; raise maxMessageBytes at both ends, or send a file's name"
                : why));
  }

  /// Whether it is certain that frames of this message would have to wait.
  private boolean needsMoreThanThereIs(byte[] payload) throws IOException {
    Fd open = writing;
    if (options.format() != FifoFormat.FRAMES || payload.length <= Frame.MOST_PAYLOAD_BYTES) {
      return false;
    }
    if (open == null && (open = tryOpen()) == null) return false;
    int frames = Math.ceilDiv(payload.length, Frame.MOST_PAYLOAD_BYTES);
    long needed = payload.length + (long) frames * Frame.HEAD_BYTES;
    return needed > kernel.pipeCapacity(open) - kernel.unreadBytes(open);
  }

  private SendOutcome send(byte[] payload, Deadline deadline)
      throws IOException, InterruptedException {
    if (options.format() != FifoFormat.FRAMES) return write(payload, false, false, deadline);
    int number = ++message;
    int offset = 0;
    while (true) {
      int length = Math.min(payload.length - offset, Frame.MOST_PAYLOAD_BYTES);
      byte[] frame = Frame.encode(false, payload, offset, length, id, number);
      boolean several = length < payload.length;
      SendOutcome outcome = write(frame, several, offset > 0, deadline);
      offset += length;
      if (outcome != SendOutcome.WRITTEN || offset == payload.length) return outcome;
    }
  }

  /// Puts bytes, as many as the kernel keeps together, into the pipe.
  ///
  /// @param several whether the message has more
  /// @param begun whether some of it is in the pipe already
  private SendOutcome write(byte[] bytes, boolean several, boolean begun, Deadline deadline)
      throws IOException, InterruptedException {
    int written = 0;
    try (readers) {
      while (true) {
        requireOpen();
        Fd open = tryOpen();
        SendOutcome trouble = SendOutcome.NO_READER_YET;
        if (open != null) {
          if (several) lock(open);
          try {
            written += kernel.write(open, bytes, written, bytes.length - written);
            toldOfGone = false;
            if (written == bytes.length) return SendOutcome.WRITTEN;
            continue;
          } catch (ErrnoException e) {
            if (!e.is(Errno.EAGAIN) && !e.is(Errno.EPIPE)) throw e;
            trouble = e.is(Errno.EPIPE) ? SendOutcome.READER_GONE : SendOutcome.FULL;
          }
        }
        if (trouble == SendOutcome.READER_GONE && (begun || !toldOfGone)) {
          toldOfGone = true;
          return trouble;
        }
        long left = deadline.left();
        if (left <= 0) return trouble;
        if (open != null && trouble == SendOutcome.FULL) {
          readiness.await(open, Poll.OUT, left);
        } else {
          readers.await(left);
        }
      }
    }
  }

  /// @return null if nobody reads
  private @Nullable Fd tryOpen() throws IOException {
    Fd open = writing;
    if (open != null) return open;
    try {
      open = kernel.reopen(inode, WRITE_ONLY | NON_BLOCKING);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENXIO)) return null;
      throw e;
    }
    boolean good = false;
    try {
      Fifo.grow(kernel, open, options.capacityBytes());
      good = true;
    } finally {
      if (!good) open.close();
    }
    writing = open;
    return open;
  }

  /// Takes the lock that tells the reader that more frames may come, as long as this writer lives.
  private void lock(Fd open) throws IOException {
    if (locked) return;
    locked = kernel.trySetLock(open, LockKind.EXCLUSIVE, id, 1);
    if (!locked) {
      throw new ParleyException(
          "somebody holds a lock on all of "
              + inode.path()
              + ", so messages of several frames cannot be sent; see who: lslocks");
    }
  }

  // ---- the pipe

  /// How many bytes the pipe has now; 0 before it was opened for writing, which takes a reader.
  public synchronized int unreadBytes() throws IOException {
    requireOpen();
    Fd open = writing;
    return open == null ? 0 : kernel.unreadBytes(open);
  }

  private void requireOpen() {
    if (closed) throw new IllegalStateException("the writer to " + inode.path() + " is closed");
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
      synchronized (this) {
        readers.release();
        Fd open = writing;
        if (open != null) open.close();
        inode.close();
        readiness.close();
      }
    } finally {
      turn.unlock();
    }
  }
}
