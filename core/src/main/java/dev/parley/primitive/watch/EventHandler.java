package dev.parley.primitive.watch;

import dev.parley.primitive.watch.Change.Kind;
import dev.parley.primitive.watch.Entry.Folder;
import dev.parley.primitive.watch.EventQueue.Heard;
import dev.parley.sys.FileStatus;
import dev.parley.sys.InotifyEvent;
import java.io.IOException;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Handles what was heard, in order: each event says which name to look at, and what to call the
/// difference.
///
/// The two halves of a rename are joined by their cookie. The kernel makes them one right after the
/// other, with no other change to a name in either directory in between, but they may be read
/// apart: the first half waits 20 ms for the second.
final class EventHandler {
  private static final long JOIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Tree tree;
  private final Look look;
  private final Deque<Heard> pending;
  private final Wide wide;

  /// What concerns more than one name.
  interface Wide {
    /// Events were lost.
    void missed(Look look) throws IOException;

    /// Something was mounted or unmounted.
    void mounted(Look look) throws IOException;

    /// Looks again where a watched path leads.
    ///
    /// @param event what happened on the way
    void walk(String path, InotifyEvent event) throws IOException;
  }

  EventHandler(Tree tree, Look look, Deque<Heard> pending, Wide wide) {
    this.tree = tree;
    this.look = look;
    this.pending = pending;
    this.wide = wide;
  }

  /// @return after how many nanoseconds to go on at the latest, as half of a rename waits; else
  ///   [LookingWatch#NO_NEED]
  long handle() throws IOException {
    while (!pending.isEmpty()) {
      Heard first = pending.peek();
      if (first.event().is(InotifyEvent.MOVED_FROM) && first.folder() != null) {
        Heard second = secondHalf(first);
        if (second == null && untilOld(first) > 0) return untilOld(first);
        pending.poll();
        if (second != null) {
          pending.remove(second);
          moved(first, second);
        } else {
          gone(first.folder(), first.event().name());
        }
      } else {
        pending.poll();
        handle(first);
      }
      tree.look(look, Kind.APPEARED);
    }
    return LookingWatch.NO_NEED;
  }

  /// How long the second half may still come; not at all once events were lost.
  private long untilOld(Heard half) {
    boolean lost = pending.stream().anyMatch(Heard::isOverflow);
    return lost ? 0 : half.nanos() + JOIN_NANOS - System.nanoTime();
  }

  private @Nullable Heard secondHalf(Heard first) {
    for (Heard other : pending) {
      if (other.event().is(InotifyEvent.MOVED_TO)
          && other.folder() != null
          && other.event().cookie() == first.event().cookie()) {
        return other;
      }
    }
    return null;
  }

  private void handle(Heard heard) throws IOException {
    InotifyEvent event = heard.event();
    Folder folder = heard.folder();
    if (heard.isOverflow()) {
      wide.missed(look);
    } else if (event.equals(MountChanges.EVENT)) {
      wide.mounted(look);
    } else if (heard.root() != null) {
      wide.walk(heard.root(), event);
    } else if (folder == null || folder.detached) {
      return; // it has left
    } else if (event.is(InotifyEvent.IGNORED)) {
      // The directory is gone, or unmounted; should it be there again, it needs a new watch.
      if (folder.registration != null) folder.registration.close();
      folder.registration = null;
      tree.lookAt(folder);
    } else if (!event.name().isEmpty()) {
      handle(folder, event.name(), event);
    }
  }

  private void handle(Folder folder, String name, InotifyEvent event) throws IOException {
    if (event.is(InotifyEvent.DELETE)) {
      gone(folder, name);
    } else if (!look.reaches(folder)) {
      tree.lookAtLater(folder);
    } else if (event.is(InotifyEvent.CREATE)) {
      came(folder, name, false);
    } else if (event.is(InotifyEvent.MOVED_TO)) {
      came(folder, name, true);
    } else {
      changed(folder, name, event);
    }
  }

  private void gone(Folder folder, String name) {
    Entry known = folder.children.get(name);
    if (known != null) tree.forget(known);
  }

  /// @param whole whether it came under its name as it is
  private void came(Folder folder, String name, boolean whole) throws IOException {
    FileStatus status = look.statusOf(folder, name);
    if (status == null) {
      tree.noteGhost(folder, name);
    } else {
      // A second name is that of a file which is whole; one just made has only one.
      tree.note(folder, name, status, Kind.APPEARED, whole || status.links() > 1);
    }
  }

  private void changed(Folder folder, String name, InotifyEvent event) throws IOException {
    FileStatus status = look.statusOf(folder, name);
    if (status == null) return; // its end will be heard of, or it never had this name
    Entry known = folder.children.get(name);
    if (known == null || !known.isSameFile(status)) {
      tree.note(folder, name, status, Kind.APPEARED, event.is(InotifyEvent.CLOSE_WRITE));
      return;
    }
    tree.refresh(known, status, event.is(InotifyEvent.MODIFY));
    if (event.is(InotifyEvent.CLOSE_WRITE)) tree.tellWritten(known);
  }

  // ---- renames

  private void moved(Heard first, Heard second) throws IOException {
    Folder from = Objects.requireNonNull(first.folder());
    Folder to = Objects.requireNonNull(second.folder());
    String oldName = first.event().name();
    String newName = second.event().name();
    Entry known = from.detached ? null : from.children.get(oldName);
    if (to.detached) {
      if (known != null) tree.forget(known);
      return;
    }
    if (known == null) {
      handle(to, newName, second.event());
      return;
    }
    if (!look.reaches(from) || !look.reaches(to)) {
      tree.move(known, to, newName, null);
      tree.lookAtLater(from);
      tree.lookAtLater(to);
      return;
    }
    FileStatus there = look.statusOf(to, newName);
    FileStatus back = look.statusOf(from, oldName);
    Entry target = to.children.get(newName);
    if (back != null && known.isSameFile(back) && !(there != null && known.isSameFile(there))) {
      // Not this one has moved: it was exchanged before, and again.
      came(to, newName, true);
      return;
    }
    if (back != null && target != null && !target.equals(known) && target.isSameFile(back)) {
      exchanged(known, from, oldName, to, newName, there, back);
      return;
    }
    tree.move(known, to, newName, there != null && known.isSameFile(there) ? there : null);
    if (there != null && !known.isSameFile(there)) came(to, newName, true);
  }

  /// Two files have changed names. A mirror cannot repeat that with two moves, so the one is told
  /// as gone and come again.
  private void exchanged(
      Entry known,
      Folder from,
      String oldName,
      Folder to,
      String newName,
      @Nullable FileStatus there,
      FileStatus back)
      throws IOException {
    dropSecondPair(to, newName, from, oldName);
    gone(to, newName);
    tree.move(known, to, newName, there);
    tree.note(from, oldName, back, Kind.APPEARED, true);
  }

  /// The other half of an exchange is heard as a rename of its own.
  private void dropSecondPair(Folder from, String oldName, Folder to, String newName) {
    Heard first = null;
    for (Iterator<Heard> rest = pending.iterator(); rest.hasNext(); ) {
      Heard heard = rest.next();
      InotifyEvent event = heard.event();
      if (first == null) {
        if (event.is(InotifyEvent.MOVED_FROM)
            && from.equals(heard.folder())
            && event.name().equals(oldName)) {
          first = heard;
        }
      } else if (event.is(InotifyEvent.MOVED_TO)
          && event.cookie() == first.event().cookie()
          && to.equals(heard.folder())
          && event.name().equals(newName)) {
        rest.remove();
        pending.remove(first);
        return;
      }
    }
  }
}
