package dev.parley.primitive.set;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Filesystem;
import dev.parley.primitive.file.Listing;
import dev.parley.primitive.file.Stamp;
import dev.parley.primitive.set.DirectorySet.Members;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at a set's directory, through a descriptor of its own.
///
/// What is at one instant is found in one of three ways:
///
/// 1. One getdents64(2) shows all names: where the kernel holds the directory's lock meanwhile.
/// 2. The names that several show, changed by all that inotify(7) tells from before the first one
///    until there is nothing more to tell. Events are queued under the directory's lock, so they
///    are the changes, in their order. A name without an event has not changed.
/// 3. Without inotify: the directory's modification time was the same before and after, and past by
///    more than its clock's tick before.
///
/// The content of a long element never changes, so it may be read at any time while it is there. If
/// it is gone, an event says so.
final class View implements AutoCloseable {
  private static final Set<String> ONE_CALL_IS_ONE_INSTANT =
      Set.of("ext4", "ext4 without a journal", "xfs", "tmpfs");

  private static final int ADDED = InotifyEvent.CREATE | InotifyEvent.MOVED_TO;
  private static final int REMOVED = InotifyEvent.DELETE | InotifyEvent.MOVED_FROM;
  private static final long PAUSE_MILLIS = 25;

  private final Dir dir;
  private final Kernel kernel;
  private final int mostBytes;

  /// The contents of long elements, by their names; null for one that is not what its name says.
  private final Map<String, @Nullable Element> contents = new HashMap<>();

  private View(Dir dir, int mostBytes) {
    this.dir = dir;
    this.kernel = dir.kernel();
    this.mostBytes = mostBytes;
  }

  static View of(Dir dir, int mostBytes) throws IOException {
    return new View(dir.reopen(), mostBytes);
  }

  /// What is there, without any one instant.
  Members members() throws IOException {
    Set<String> names = new HashSet<>(dir.list().names());
    readContents(names);
    names.removeIf(name -> !isThere(name)); // gone before it was read
    return members(names);
  }

  private boolean isThere(String name) {
    return !ElementName.isHashed(name) || contents.containsKey(name);
  }

  /// What is there at one instant between now and the return.
  ///
  /// @param deadline of [System#nanoTime]; [Long#MAX_VALUE] is never
  /// @return null if it could not be found by then
  @Nullable Members snapshot(long deadline) throws IOException, InterruptedException {
    if (ONE_CALL_IS_ONE_INSTANT.contains(Filesystem.of(dir).name())) {
      Listing listing = dir.list();
      if (listing.oneInstant() && readContents(listing.names())) return members(listing.names());
    }
    Fd inotify;
    try {
      inotify = kernel.inotifyInit();
    } catch (ErrnoException e) {
      if (e.is(Errno.EMFILE) || e.is(Errno.ENFILE)) return unchanged(deadline);
      throw e;
    }
    try (inotify) {
      kernel.inotifyAddWatch(inotify, dir.fd(), ADDED | REMOVED);
      return followed(inotify, deadline);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOSPC) && e.call().startsWith("inotify")) return unchanged(deadline);
      throw e;
    }
  }

  private @Nullable Members followed(Fd inotify, long deadline)
      throws IOException, InterruptedException {
    Set<String> names = new HashSet<>(dir.list().names());
    while (true) {
      boolean complete = readContents(names);
      List<InotifyEvent> events = kernel.inotifyRead(inotify);
      if (events.isEmpty() && complete) return members(names);
      for (InotifyEvent event : events) {
        if (event.is(InotifyEvent.OVERFLOW)) {
          names = new HashSet<>(dir.list().names());
          break;
        }
        if (event.is(ADDED)) names.add(event.name());
        if (event.is(REMOVED)) names.remove(event.name());
      }
      if (isOver(deadline)) return null;
    }
  }

  private @Nullable Members unchanged(long deadline) throws IOException, InterruptedException {
    while (true) {
      Stamp before = Stamp.of(dir.status(), kernel.realtimeNanos());
      List<String> names = dir.list().names();
      boolean complete = readContents(names);
      if (complete && before.stillHolds(dir.status())) return members(names);
      if (isOver(deadline)) return null;
      TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
    }
  }

  private static boolean isOver(long deadline) throws InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    return deadline != Long.MAX_VALUE && System.nanoTime() - deadline >= 0;
  }

  /// Reads what is not known yet of the contents of long elements.
  ///
  /// @return false if one is gone
  private boolean readContents(Collection<String> names) throws IOException {
    boolean complete = true;
    for (String name : names) {
      if (isThere(name)) continue;
      byte[] bytes = LongElement.read(dir, name, mostBytes);
      if (bytes == null) complete = false;
      else contents.put(name, LongElement.of(name, bytes));
    }
    return complete;
  }

  private Members members(Collection<String> names) {
    Set<Element> elements = new LinkedHashSet<>();
    List<String> damaged = new ArrayList<>();
    for (String name : new TreeSet<>(names)) {
      if (ElementName.isHashed(name)) {
        Element element = contents.get(name);
        if (element == null) damaged.add(name);
        else elements.add(element);
      } else {
        Element element = ElementName.elementOf(name);
        if (element != null) elements.add(element);
      }
    }
    return new Members(elements, damaged);
  }

  @Override
  public void close() {
    dir.close();
  }
}
