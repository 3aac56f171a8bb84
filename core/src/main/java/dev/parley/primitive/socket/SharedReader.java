package dev.parley.primitive.socket;

import dev.parley.primitive.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One socket for several threads that wait for different messages: one of them reads, hands each
/// message to the handler, and tells the others; when it has what it waited for, another reads on.
///
/// Everything that the handler changes and the conditions look at is guarded by [#lock].
final class SharedReader {
  private static final System.Logger LOG = System.getLogger(SharedReader.class.getName());

  private final UnixDatagram socket;
  private final Consumer<Received> handler;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean reading;

  SharedReader(UnixDatagram socket, Consumer<Received> handler) {
    this.socket = socket;
    this.handler = handler;
  }

  void lock() {
    lock.lock();
  }

  void unlock() {
    lock.unlock();
  }

  /// Waits until `done`, for `limit` at most. With the lock held, and released meanwhile.
  ///
  /// @return false if time is up
  boolean await(BooleanSupplier done, long limit) throws IOException, InterruptedException {
    Deadline deadline = Deadline.afterNanos(limit);
    while (!done.getAsBoolean()) {
      long left = deadline.left();
      if (!reading) {
        if (!readOne(left)) return done.getAsBoolean();
      } else {
        if (left == 0) return false;
        changed.awaitNanos(left);
      }
    }
    return true;
  }

  /// @return false if time is up
  private boolean readOne(long limit) throws IOException, InterruptedException {
    reading = true;
    lock.unlock();
    Optional<Received> received = Optional.empty();
    boolean dropped = false;
    try {
      received = socket.receive(Duration.ofNanos(limit));
    } catch (SocketException e) {
      if (e.reason() == SocketException.Reason.CLOSED) throw e;
      LOG.log(System.Logger.Level.DEBUG, "a datagram was dropped", e);
      dropped = true;
    } finally {
      lock.lock();
      reading = false;
      received.ifPresent(handler);
      changed.signalAll();
    }
    return dropped || received.isPresent();
  }

  /// Sends without waiting. An answer that is lost is asked for again.
  void answer(UnixAddress to, Packet packet) {
    if (to instanceof UnixAddress.Unnamed) return;
    try {
      socket.send(to, packet.encode(), List.of(), Duration.ZERO);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "an answer could not be sent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
