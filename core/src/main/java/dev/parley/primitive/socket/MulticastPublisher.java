package dev.parley.primitive.socket;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.Stamp;
import dev.parley.primitive.time.Deadline;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Sends each message to everybody who has a datagram socket in a directory.
///
/// ```java
/// try (MulticastPublisher news = MulticastPublisher.open(group, SocketOptions.defaults())) {
///   news.publish("it rains".getBytes(UTF_8));
/// }
/// ```
///
/// Guarantees: who subscribed before is sent to; what the dead left is removed, and never anything
/// that lives. A slow subscriber misses the message, or, with patience, is waited for. Safe for use
/// by several threads, one after the other. Unit: one descriptor for each subscriber. Source: book
/// 4.4.2.
public final class MulticastPublisher implements AutoCloseable {
  private final Dir directory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Subscriber> subscribers = new ConcurrentHashMap<>();
  private Stamp listed = Stamp.NEVER;
  private volatile boolean closed;

  private record Subscriber(Endpoint endpoint, long inode, long device) {
    boolean is(FileStatus status) {
      return status.inode() == inode && status.device() == device;
    }
  }

  /// What became of a message.
  ///
  /// @param reached how many subscribers have it in their buffers
  /// @param missed how many had no room for it
  /// @param removed how many dead ones were found and removed
  public record Published(int reached, int missed, int removed) {}

  private MulticastPublisher(Dir directory) {
    this.directory = directory;
  }

  /// @param directory as of [MulticastSubscriber#open]
  /// @throws dev.parley.UnsafePathException if others may write to it
  public static MulticastPublisher open(Path directory, SocketOptions options) throws IOException {
    return open(MulticastGroup.open(directory, options));
  }

  /// The same in a folder that was reached already; takes it over.
  public static MulticastPublisher open(Dir directory) {
    return new MulticastPublisher(directory);
  }

  /// Sends to everybody, and waits for nobody.
  ///
  /// @throws SocketException TOO_LONG, NO_DESCRIPTORS_LEFT: some may have it; CLOSED
  public Published publish(byte[] message) throws IOException, InterruptedException {
    return publish(message, Duration.ZERO);
  }

  /// Sends to everybody, and waits for those whose buffers are full, for `patience` at most in all.
  public Published publish(byte[] message, Duration patience)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (closed) throw SocketException.closed(this);
      int removed = look();
      int reached = 0;
      List<String> slow = new ArrayList<>();
      for (String name : List.copyOf(subscribers.keySet())) {
        switch (trySend(name, message, 0)) {
          case REACHED -> reached++;
          case FULL -> slow.add(name);
          case DEAD -> removed++;
          case GONE -> {}
        }
      }
      int missed = 0;
      Deadline deadline = Deadline.after(patience);
      for (String name : slow) {
        switch (trySend(name, message, deadline.left())) {
          case REACHED -> reached++;
          case FULL -> missed++;
          case DEAD -> removed++;
          case GONE -> {}
        }
      }
      return new Published(reached, missed, removed);
    } finally {
      lock.unlock();
    }
  }

  private enum Outcome {
    REACHED,
    FULL,
    DEAD,
    GONE
  }

  private Outcome trySend(String name, byte[] message, long limit)
      throws IOException, InterruptedException {
    Subscriber subscriber = subscribers.get(name);
    if (subscriber == null) throw SocketException.closed(this);
    Kernel kernel = directory.kernel();
    try {
      Boolean sent =
          subscriber.endpoint.write(
              limit, fd -> kernel.trySend(fd, message, 0, message.length, null) < 0 ? null : true);
      return sent == null ? Outcome.FULL : Outcome.REACHED;
    } catch (SocketException e) {
      if (e.reason() != SocketException.Reason.NOBODY_LISTENS
          && e.reason() != SocketException.Reason.PEER_GONE) throw e;
      forget(name);
      if (!tryMeet(name)) return Outcome.DEAD;
      // It has closed, and another may have its name by now.
      return subscribers.containsKey(name) ? trySend(name, message, limit) : Outcome.GONE;
    }
  }

  private void forget(String name) {
    Subscriber gone = subscribers.remove(name);
    if (gone != null) gone.endpoint.close();
  }

  // ---- who is there

  /// Lists the directory if it may have changed, and connects to whoever is new.
  ///
  /// @return how many dead ones were removed
  private int look() throws IOException {
    FileStatus status = directory.status();
    if (listed.stillHolds(status)) return 0;
    Stamp stamp = Stamp.of(status, directory.kernel().realtimeNanos());
    Set<String> names = new HashSet<>(directory.list().names());
    for (String known : List.copyOf(subscribers.keySet())) {
      if (!names.contains(known)) forget(known);
    }
    int removed = 0;
    for (String name : names) if (!tryMeet(name)) removed++;
    listed = stamp;
    return removed;
  }

  /// @return false if it was dead, and was removed
  private boolean tryMeet(String name) throws IOException {
    FileStatus status = directory.statusOf(name);
    Subscriber known = subscribers.get(name);
    if (known != null && status != null && known.is(status)) return true;
    forget(name);
    if (status == null || !status.isSocket()) return true;
    // What a process left that was killed while it moved a socket file.
    if (name.startsWith(".")) return !SocketProbe.removeIfDead(directory, name);
    try (Target target = Target.toSend(new Place(directory, name))) {
      Endpoint endpoint =
          UnixDatagram.connected(directory.kernel(), target, directory.pathOf(name));
      subscribers.put(name, new Subscriber(endpoint, status.inode(), status.device()));
      return true;
    } catch (SocketException e) {
      return switch (e.reason()) {
        case NOBODY_LISTENS -> !SocketProbe.removeIfDead(directory, name);
        case WRONG_KIND -> true; // a listener that has nothing to do with us
        default -> throw e;
      };
    }
  }

  /// Ends waits in other threads. Subscribers live on.
  @Override
  public void close() {
    closed = true;
    subscribers.values().forEach(subscriber -> subscriber.endpoint.close());
    lock.lock();
    try {
      List.copyOf(subscribers.keySet()).forEach(this::forget);
      directory.close();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String toString() {
    return "publisher to " + directory;
  }
}
