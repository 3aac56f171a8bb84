package dev.parley.primitive.filequeue;

import dev.parley.BadFormatException;
import dev.parley.OutcomeUnknownException;
import dev.parley.PayloadTooLargeException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Companion;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.Traits;
import dev.parley.primitive.filequeue.Layout.State;
import dev.parley.primitive.filequeue.QueueFile.Damage;
import dev.parley.primitive.filequeue.QueueFile.Message;
import dev.parley.primitive.lock.LockedFile;
import dev.parley.primitive.watch.Bell;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A queue in one file, for many producers and consumers: first in, first out.
///
/// Guarantees: a message whose append returned is not lost, and one whose consumption returned
/// never comes again, whoever is killed; after a power cut, too, if the options say durable. One
/// consumer gets a message. Not promised: fairness, a bound.
///
/// Two ways to consume: [#peek], work, [#consume], so that a message comes again if the worker dies
/// (at least once); or [#poll] and [#take], which remove it first (at most once).
///
/// A change is a lock, four questions and a write, and an fdatasync(2) if durable, which others
/// join. Safe for use by several threads. Source: book 4.3.1.
public final class FileQueue implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(FileQueue.class.getName());
  private static final long LEAST_DEAD_BYTES = 1 << 20;
  private static final int CHANGES = InotifyEvent.MODIFY | InotifyEvent.MOVED_TO;

  private final LockedFile file;
  private final Kernel kernel;
  private final FileOptions options;

  // Guarded by the file's lock.
  private @Nullable QueueFile current;
  private long leastDeadBytes = LEAST_DEAD_BYTES;

  /// A message that is in the queue.
  ///
  /// @param position where it is; no other message ever has the same
  @SuppressWarnings("ArrayRecordComponent") // told apart by position
  public record Item(long position, byte[] bytes) {}

  private interface Act<T> {
    T on(QueueFile queue) throws IOException;
  }

  private FileQueue(LockedFile file, Kernel kernel, FileOptions options) {
    this.file = file;
    this.kernel = kernel;
    this.options = options;
  }

  /// Opens the queue at `path`, or makes it.
  ///
  /// @throws BadFormatException if the file is no queue
  /// @throws UnsafePathException if it is no regular file, or somebody else could tamper with it
  /// @throws ErrnoException ENOENT: the directory is missing; EACCES
  public static FileQueue open(Path path, FileOptions options) throws IOException {
    return open(Kernel.linux(), path, options);
  }

  public static FileQueue open(Kernel kernel, Path path, FileOptions options) throws IOException {
    Place place = Place.of(kernel, path);
    LockedFile file =
        new LockedFile(place, 0, (dir, name) -> QueueFile.make(dir, name, options.mode()));
    FileQueue queue = new FileQueue(file, kernel, options);
    boolean good = false;
    try {
      queue.size();
      good = true;
      return queue;
    } finally {
      if (!good) queue.close();
    }
  }

  // ---- adding

  /// Adds a message at the end.
  ///
  /// @throws PayloadTooLargeException if it has more than [FileOptions#maxBytes]
  /// @throws OutcomeUnknownException if it is there, and could not be synced
  /// @throws ErrnoException ENOSPC, EDQUOT: it is not there
  public void append(byte[] message) throws IOException {
    appendAll(List.of(message));
  }

  /// Adds several, all or none, with one sync.
  public void appendAll(List<byte[]> messages) throws IOException {
    for (byte[] message : messages) {
      if (message.length > options.maxBytes()) {
        throw new PayloadTooLargeException(
            "a message of %d bytes, and %s takes %d"
                .formatted(message.length, file.path(), options.maxBytes()));
      }
    }
    if (messages.isEmpty()) return;
    change(
        queue -> {
          queue.add(messages);
          return true;
        });
  }

  // ---- looking

  /// The oldest message; it stays.
  ///
  /// @throws DamagedQueueException once for each stretch of damage that is met; go on then
  public Optional<Item> peek() throws IOException {
    return peek(1).stream().findFirst();
  }

  /// The `most` oldest messages, oldest first.
  public List<Item> peek(int most) throws IOException {
    return toldOfDamage(() -> file.exclusively(fd -> peek(opened(fd), most)));
  }

  private static List<Item> peek(QueueFile queue, int most) throws IOException {
    List<Item> items = new ArrayList<>();
    for (Message message : queue.oldest(most)) {
      items.add(new Item(message.head().position(), message.content()));
    }
    return items;
  }

  /// How many messages it holds.
  public long size() throws IOException {
    return file.exclusively(fd -> opened(fd).state().count());
  }

  /// The bytes of the messages it holds.
  public long bytes() throws IOException {
    return file.exclusively(fd -> opened(fd).state().bytes());
  }

  // ---- consuming

  /// Removes the oldest message, if it is `item`.
  ///
  /// @return false if somebody else has removed it, or it is not the oldest
  /// @throws OutcomeUnknownException if it is removed, and that could not be synced: it may come
  ///   again after a power cut
  public boolean consume(Item item) throws IOException {
    return consume(item, 1);
  }

  /// Removes all messages up to `item`.
  ///
  /// @return false if somebody else has removed it; then nothing is removed
  public boolean consumeThrough(Item item) throws IOException {
    return consume(item, Long.MAX_VALUE);
  }

  private boolean consume(Item item, long most) throws IOException {
    return change(
        queue -> {
          State rest = queue.without(item.position(), item.bytes());
          if (rest == null || queue.state().count() - rest.count() > most) return false;
          queue.consume(rest);
          return true;
        });
  }

  /// Removes the oldest message and returns it.
  ///
  /// @throws OutcomeUnknownException if the removal could not be synced; it was taken back
  public Optional<byte[]> poll() throws IOException {
    return poll(1).stream().findFirst();
  }

  /// Removes the `most` oldest messages and returns them, oldest first.
  public List<byte[]> poll(int most) throws IOException {
    return toldOfDamage(() -> file.exclusively(fd -> poll(opened(fd), most)));
  }

  /// Syncs under the lock, so that what could not be synced can be taken back.
  private List<byte[]> poll(QueueFile queue, int most) throws IOException {
    List<Message> messages = queue.oldest(most);
    if (messages.isEmpty()) return List.of();
    State before = queue.state();
    Message last = messages.getLast();
    queue.consume(Objects.requireNonNull(queue.without(last.head().position(), last.content())));
    if (options.durable()) {
      try {
        file.sync(queue.fd());
      } catch (OutcomeUnknownException e) {
        queue.consume(before);
        throw e;
      }
    }
    compactIfWorthwhile(queue);
    return messages.stream().map(Message::content).toList();
  }

  /// Removes the oldest message and returns it, waiting for one.
  ///
  /// @return empty if the time is up
  /// @throws InterruptedException if the thread was interrupted; nothing was taken
  public Optional<byte[]> take(Duration wait) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    long deadline = Bell.deadline(wait);
    Optional<byte[]> taken = pollBefore(deadline);
    if (taken.isPresent() || !wait.isPositive()) return taken;
    Place place = file.place();
    try (Bell bell = Bell.at(place.dir(), CHANGES, place.name()::equals)) {
      do {
        taken = pollBefore(deadline);
        if (taken.isPresent()) return taken;
      } while (bell.await(deadline));
      return Optional.empty();
    }
  }

  private Optional<byte[]> pollBefore(long deadline) throws IOException, InterruptedException {
    while (true) {
      try {
        return file.exclusively(deadline, fd -> poll(opened(fd), 1)).stream()
            .flatMap(List::stream)
            .findFirst();
      } catch (Damage e) {
        IOException told = passOver(e.position());
        if (told != null) throw told;
      }
    }
  }

  // ---- under the lock

  private <T> T change(Act<T> act) throws IOException {
    LockedFile.Action<T> action =
        fd -> {
          QueueFile queue = opened(fd);
          T result = act.on(queue);
          compactIfWorthwhile(queue);
          return result;
        };
    return toldOfDamage(() -> options.durable() ? file.durably(action) : file.exclusively(action));
  }

  private interface Attempt<T> {
    T run() throws IOException;
  }

  private <T> T toldOfDamage(Attempt<T> attempt) throws IOException {
    while (true) {
      try {
        return attempt.run();
      } catch (Damage e) {
        IOException told = passOver(e.position());
        if (told != null) throw told;
      }
    }
  }

  /// Passes over damage where the oldest message should be.
  ///
  /// @return what to tell; null if somebody else was faster
  private @Nullable IOException passOver(long position) throws IOException {
    LockedFile.Action<Optional<IOException>> action =
        fd -> {
          QueueFile queue = opened(fd);
          try {
            queue.oldest(1);
          } catch (Damage e) {
            return Optional.of(queue.passOver(e.position()));
          }
          if (position < queue.state().head()) return Optional.empty();
          return Optional.of(
              new BadFormatException(
                  file.path()
                      + " is damaged at position "
                      + position
                      + "; consume the messages before it one by one"));
        };
    return (options.durable() ? file.durably(action) : file.exclusively(action)).orElse(null);
  }

  @SuppressWarnings("ReferenceEquality") // the same descriptor is the same file
  private QueueFile opened(Fd fd) throws IOException {
    QueueFile queue = current;
    if (queue == null || queue.fd() != fd) {
      current = queue = QueueFile.of(kernel, file.place(), fd);
    }
    queue.refresh();
    return queue;
  }

  /// Replaces the file by one without what is consumed, if that is most of it. What fails here is
  /// tried again later, and was not asked for: it is no failure of the consumption.
  private void compactIfWorthwhile(QueueFile queue) {
    State state = queue.state();
    long dead = state.head() - queue.base();
    if (dead < leastDeadBytes || dead < queue.end() - state.head()) return;
    try {
      compact(queue);
      leastDeadBytes = LEAST_DEAD_BYTES;
    } catch (IOException e) {
      leastDeadBytes = 2 * dead;
      LOG.log(System.Logger.Level.DEBUG, file.path() + " is not made smaller", e);
    }
  }

  /// Nobody who holds another file's lock uses the same temporary name, for it has this file's
  /// inode number; what is found there was left by somebody who has died.
  private void compact(QueueFile queue) throws IOException {
    Dir dir = file.place().dir();
    long inode = kernel.status(queue.fd()).inode();
    String temporary = Companion.of(file.place().name(), ".parley-" + inode);
    dir.tryUnlink(temporary);
    boolean done = false;
    try {
      try (Fd out = dir.create(temporary, 0600)) {
        queue.copyRest(out);
        Traits.of(kernel, queue.fd()).giveTo(kernel, out, false);
        kernel.fsync(out);
      }
      if (!file.isNamed(queue.fd())) throw new IOException(file.path() + " was renamed meanwhile");
      dir.replace(temporary, file.place().name());
      done = true;
    } finally {
      if (!done) dir.tryUnlink(temporary);
    }
    current = null;
    file.forget();
  }

  @Override
  public void close() {
    file.close();
  }
}
