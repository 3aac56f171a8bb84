package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import dev.parley.primitive.watch.Readiness;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A socket's descriptor, and waiting on it: one thread reads and one writes at a time, others wait
/// for their turn.
///
/// Guarantees: time limits and interrupts end a wait and close nothing; [#close] ends the waits of
/// others, and closes the descriptor when nobody is inside a call with it any more.
final class Endpoint implements AutoCloseable {
  private final Kernel kernel;
  private final Fd fd;
  private final Object what;
  private final long spinNanos;
  private final Side reading = new Side(Poll.IN);
  private final Side writing = new Side(Poll.OUT);
  private volatile boolean closed;

  /// What is tried until it succeeds.
  interface Attempt<T> {
    /// @return null if it is not possible now
    @Nullable T now(Fd fd) throws IOException;
  }

  /// What is done once.
  interface Call<T> {
    T make(Fd fd) throws IOException;
  }

  /// Takes `fd` over.
  ///
  /// @param what it is, for messages
  Endpoint(Kernel kernel, Fd fd, Object what, Duration spin) {
    this.kernel = kernel;
    this.fd = fd;
    this.what = what;
    this.spinNanos = spin.toNanos();
  }

  Kernel kernel() {
    return kernel;
  }

  Object what() {
    return what;
  }

  // ---- reading and writing

  /// Tries `attempt` whenever there may be something to read.
  ///
  /// @return null if time is up
  <T> @Nullable T read(long limit, Attempt<T> attempt) throws IOException, InterruptedException {
    return reading.attempt(limit, attempt);
  }

  /// The same for writing.
  <T> @Nullable T write(long limit, Attempt<T> attempt) throws IOException, InterruptedException {
    return writing.attempt(limit, attempt);
  }

  /// Waits until something can be written.
  ///
  /// @return false if time is up
  boolean awaitWritable(long limit) throws IOException, InterruptedException {
    int[] out = {Poll.OUT};
    Boolean writable =
        write(limit, open -> kernel.poll(List.of(open), out, 0)[0] != 0 ? true : null);
    return writable != null;
  }

  /// Makes a call that does not wait.
  synchronized <T> T call(Call<T> call) throws IOException {
    checkOpen();
    try {
      return call.make(fd);
    } catch (ErrnoException e) {
      throw SocketException.of(e, what);
    }
  }

  private void checkOpen() throws SocketException {
    if (closed) throw SocketException.closed(what);
  }

  boolean isOpen() {
    return !closed;
  }

  /// One direction.
  private final class Side {
    private final int events;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Readiness readiness;
    private @Nullable Fd duplicate;
    private final SpinChoice choice = new SpinChoice();

    Side(int events) {
      this.events = events;
    }

    <T> @Nullable T attempt(long limit, Attempt<T> attempt)
        throws IOException, InterruptedException {
      Deadline deadline = null;
      if (!lock.tryLock()) {
        if (limit == 0) return null;
        deadline = Deadline.afterNanos(limit);
        if (!lock.tryLock(limit, TimeUnit.NANOSECONDS)) return null;
      }
      try {
        checkOpen();
        T done = attempt.now(fd);
        if (done != null || limit == 0) return done;
        return await(deadline == null ? Deadline.afterNanos(limit) : deadline, attempt);
      } catch (ErrnoException e) {
        throw SocketException.of(e, what);
      } finally {
        lock.unlock();
      }
    }

    private <T> @Nullable T await(Deadline deadline, Attempt<T> attempt)
        throws IOException, InterruptedException {
      if (choice.isWorthwhile()) {
        T done = spin(Math.min(spinNanos, deadline.left()), attempt);
        choice.spun(done != null);
        if (done != null) return done;
      }
      long asleep = System.nanoTime();
      while (true) {
        long left = deadline.left();
        if (left == 0) return null;
        sleep(left);
        checkOpen();
        T done = attempt.now(fd);
        if (done != null) {
          choice.slept(System.nanoTime() - asleep <= spinNanos);
          return done;
        }
      }
    }

    /// Looks again and again for a short time: whoever is about to answer need not wake us. It
    /// gives way each time, for whoever is to answer may share the processor, or the carrier, with
    /// it.
    @SuppressWarnings("ThreadPriorityCheck")
    private <T> @Nullable T spin(long nanos, Attempt<T> attempt)
        throws IOException, InterruptedException {
      long start = System.nanoTime();
      do {
        Thread.yield();
        T done = attempt.now(fd);
        if (done != null) return done;
        checkOpen();
        if (Thread.interrupted()) throw new InterruptedException();
      } while (System.nanoTime() - start < nanos);
      return null;
    }

    private void sleep(long nanos) throws IOException, InterruptedException {
      Readiness sleeper = readiness;
      if (sleeper == null) {
        sleeper = Readiness.open(kernel);
        readiness = sleeper; // before the look at `closed`: see close
      }
      checkOpen();
      sleeper.await(watched(), events, nanos);
    }

    /// The watcher knows a descriptor once, so a virtual thread that waits to write has another.
    private Fd watched() throws IOException {
      if (events == Poll.IN || !Thread.currentThread().isVirtual()) return fd;
      Fd another = duplicate;
      if (another == null) {
        another = kernel.duplicate(fd);
        duplicate = another;
      }
      return another;
    }

    void wake() {
      Readiness sleeper = readiness;
      if (sleeper != null) sleeper.wake();
    }

    void close() {
      if (readiness != null) readiness.close();
      if (duplicate != null) duplicate.close();
    }
  }

  /// Whoever waits has shown its readiness before it looks at `closed`, so it is woken or sees it.
  @Override
  public void close() {
    tryClose();
  }

  /// @return whether this call has closed it; nobody is inside a call any more then
  boolean tryClose() {
    synchronized (this) {
      if (closed) return false;
      closed = true;
    }
    reading.wake();
    writing.wake();
    reading.lock.lock();
    writing.lock.lock();
    try {
      synchronized (this) {
        fd.close();
      }
      reading.close();
      writing.close();
      return true;
    } finally {
      writing.lock.unlock();
      reading.lock.unlock();
    }
  }

  @Override
  public String toString() {
    return what.toString();
  }
}
