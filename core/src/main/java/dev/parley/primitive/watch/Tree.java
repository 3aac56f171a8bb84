package dev.parley.primitive.watch;

import dev.parley.primitive.watch.Change.Kind;
import dev.parley.primitive.watch.Entry.Folder;
import dev.parley.primitive.watch.Entry.Leaf;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is known of the watched paths; compares it with what is there, and tells the difference.
///
/// Everything told is told by here: events are only hints where to look. Not safe for several
/// threads.
final class Tree {
  /// No tree that people make is so deep; one that is made to hurt is.
  private static final int DEEPEST = 500;

  private final Kernel kernel;
  private final WatchOptions options;
  private final Arming arming;
  private final Map<String, @Nullable Entry> roots = new HashMap<>();
  private final LinkedHashSet<Folder> toLookAt = new LinkedHashSet<>();

  /// Those that were not where they were thought to be.
  private final LinkedHashSet<Folder> strayed = new LinkedHashSet<>();

  private List<Change> told = new ArrayList<>();
  private int entries;

  /// How directories come to tell of what happens in them.
  interface Arming {
    /// Called before the directory is listed, each time, so that nothing falls in between.
    ///
    /// @throws WatchLimitException if there is no watch left
    void arm(Folder folder, Fd directory) throws IOException;

    /// Why a directory on another mount than the one above it is not entered; null if it is.
    @Nullable String refusal(Fd directory) throws IOException;
  }

  Tree(Kernel kernel, WatchOptions options, Arming arming) {
    this.kernel = kernel;
    this.options = options;
    this.arming = arming;
  }

  Kernel kernel() {
    return kernel;
  }

  /// What was told since this was last asked.
  List<Change> take() {
    List<Change> taken = told;
    told = new ArrayList<>();
    return taken;
  }

  void tell(Change change) {
    told.add(change);
  }

  // ---- the watched paths

  @Nullable Entry root(String path) {
    return roots.get(path);
  }

  /// Notes what a watched path leads to now; null if it leads nowhere.
  ///
  /// @param open it, open with O_PATH
  /// @param kind what is told of what was not there
  void setRoot(String path, @Nullable FileStatus now, @Nullable Fd open, Kind kind)
      throws IOException {
    Entry known = roots.get(path);
    if (now == null) {
      if (known != null) removeRoot(path, known);
      return;
    }
    if (known != null && known.isSameFile(now)) {
      refresh(known, now, false);
      return;
    }
    boolean replaced = known != null && !now.isDirectory() && !(known instanceof Folder);
    if (known != null && !replaced) removeRoot(path, known);
    Entry made = now.isDirectory() ? new Folder(null, path, now) : new Leaf(null, path, now);
    roots.put(path, made);
    if (known == null || !replaced) entries++;
    tellFound(made, replaced ? Kind.CHANGED : kind);
    if (made instanceof Folder folder) {
      String refusal = open == null ? null : arming.refusal(open);
      if (refusal != null) tellUnseen(folder, refusal);
      toLookAt.add(folder);
    }
  }

  private void removeRoot(String path, Entry known) {
    forget(known);
    roots.remove(path);
  }

  /// Looks at everything again.
  void lookAtAll() {
    for (Entry root : roots.values()) {
      if (root instanceof Folder folder) lookAtAllBelow(folder);
    }
  }

  private void lookAtAllBelow(Folder folder) {
    toLookAt.add(folder);
    for (Entry child : folder.children.values()) {
      if (child instanceof Folder below) lookAtAllBelow(below);
    }
  }

  void lookAt(Folder folder) {
    toLookAt.add(folder);
  }

  /// Looks at it once it is where it is thought to be.
  void lookAtLater(Folder folder) {
    strayed.add(folder);
  }

  /// Looks at those that were not where they were thought to be, if they are by now.
  void lookAtStrayed(Look look) throws IOException {
    toLookAt.addAll(strayed);
    strayed.clear();
    look(look, Kind.APPEARED);
  }

  /// Looks at what is to be looked at, and at what turns up on the way.
  ///
  /// @param kind what is told of what was not known
  void look(Look look, Kind kind) throws IOException {
    while (!toLookAt.isEmpty()) {
      Folder folder = toLookAt.removeFirst();
      if (folder.detached) continue;
      boolean done = false;
      try {
        list(folder, look, kind);
        done = true;
      } finally {
        if (!done) toLookAt.addFirst(folder);
      }
    }
  }

  private void list(Folder folder, Look look, Kind kind) throws IOException {
    Fd directory;
    try {
      directory = look.open(folder);
    } catch (ErrnoException e) {
      switch (e.errno()) {
        case EACCES, EPERM -> {
          tellUnseen(folder, e.getMessage());
          return;
        }
        default -> throw e;
      }
    }
    if (directory == null) {
      strayed.add(folder); // unless it is gone, which will be heard of
      return;
    }
    try (directory) {
      if (isMountPoint(folder)) {
        String refusal = arming.refusal(directory);
        if (refusal != null) {
          tellUnseen(folder, refusal);
          return;
        }
      }
      arming.arm(folder, directory);
      Set<String> names = new HashSet<>();
      for (String name : Look.names(kernel, directory)) {
        FileStatus status = Look.statusOf(kernel, directory, name);
        if (status == null) continue;
        names.add(name);
        note(folder, name, status, kind, true);
      }
      for (Entry known : List.copyOf(folder.children.values())) {
        if (!names.contains(known.name)) forget(known);
      }
      if (folder.registration != null && folder.children.size() == names.size()) {
        folder.unseen = false;
      }
    }
  }

  private static boolean isMountPoint(Folder folder) {
    FileStatus here = folder.status;
    FileStatus above = folder.parent == null ? null : folder.parent.status;
    return here != null && above != null && here.mountId() != above.mountId();
  }

  // ---- one name

  /// Notes what is at a name now, and tells what differs from what was known.
  ///
  /// @param kind what is told of what was not there
  /// @param whole whether a regular file that was not there counts as complete
  void note(Folder folder, String name, FileStatus now, Kind kind, boolean whole)
      throws IOException {
    Entry known = folder.children.get(name);
    if (known != null && known.isSameFile(now)) {
      refresh(known, now, false);
      return;
    }
    if (known != null) {
      FileStatus before = known.status;
      boolean replaced = before != null && !before.isDirectory() && !now.isDirectory();
      if (replaced) {
        known.status = now;
        tell(Change.of(Kind.CHANGED, known.path(), now));
        if (whole) tellWritten(known);
        return;
      }
      if (before == null) {
        drop(known); // it was told already, though it could not be looked at
        add(folder, name, now, Kind.CHANGED, whole);
        return;
      }
      forget(known);
    }
    add(folder, name, now, kind, whole);
  }

  private void add(Folder folder, String name, FileStatus now, Kind kind, boolean whole)
      throws IOException {
    if (entries >= options.maxEntries()) {
      tellUnseen(folder, "more than " + options.maxEntries() + " entries; they are not all told");
      return;
    }
    entries++;
    boolean enters = now.isDirectory() && options.recursive();
    if (enters && folder.depth == DEEPEST) {
      tellUnseen(folder, "deeper than " + DEEPEST + " directories; what is below is not told");
      enters = false;
    }
    Entry made = enters ? new Folder(folder, name, now) : new Leaf(folder, name, now);
    folder.children.put(name, made);
    if (whole) {
      tellFound(made, kind);
    } else {
      tell(Change.of(kind, made.path(), now));
    }
    if (made instanceof Folder below) toLookAt.add(below);
  }

  /// Notes a name that is gone again already, so that its end can be told.
  void noteGhost(Folder folder, String name) {
    if (folder.children.containsKey(name)) return;
    Leaf ghost = new Leaf(folder, name, null);
    folder.children.put(name, ghost);
    entries++;
    tell(Change.of(Kind.APPEARED, ghost.path(), null));
  }

  /// Notes a name's state.
  ///
  /// @param content whether its content is known to have changed
  void refresh(Entry known, FileStatus now, boolean content) {
    boolean differs = content || !known.isAsBefore(now);
    boolean opened = known instanceof Folder folder && folder.unseen && differs;
    known.status = now;
    if (differs) tell(Change.of(Kind.CHANGED, known.path(), now));
    if (opened) toLookAt.add((Folder) known);
  }

  private void tellFound(Entry made, Kind kind) {
    if (kind != Kind.PRESENT || options.presentFirst()) {
      tell(Change.of(kind, made.path(), made.status));
      // Who is told of what was there need not hear twice that it is complete.
      if (kind != Kind.PRESENT || !options.kinds().contains(Kind.PRESENT)) tellWritten(made);
    }
  }

  /// Tells that a regular file is complete.
  void tellWritten(Entry entry) {
    FileStatus status = entry.status;
    if (status != null && status.isRegular()) {
      tell(Change.of(Kind.WRITTEN, entry.path(), status));
    }
  }

  /// Notes and tells that a name is gone, and all that was known below it.
  void forget(Entry known) {
    String path = known.path();
    if (known instanceof Folder folder) {
      for (Entry child : List.copyOf(folder.children.values())) forget(child);
    }
    detach(known);
    tell(Change.of(Kind.GONE, path, null));
  }

  /// Lets go of it without a word, and of all below.
  void drop(Entry known) {
    if (known instanceof Folder folder) {
      for (Entry child : List.copyOf(folder.children.values())) drop(child);
    }
    detach(known);
  }

  private void detach(Entry known) {
    if (known.parent != null) known.parent.children.remove(known.name);
    known.parent = null;
    entries--;
    if (known instanceof Folder folder) {
      folder.detached = true;
      if (folder.registration != null) folder.registration.close();
      folder.registration = null;
    }
  }

  /// Notes and tells that an entry has another name now; what was there is dropped.
  void move(Entry known, Folder to, String name, @Nullable FileStatus now) {
    String from = known.path();
    Entry replaced = to.children.get(name);
    if (replaced != null) drop(replaced);
    if (known.parent != null) known.parent.children.remove(known.name);
    known.parent = to;
    known.name = name;
    to.children.put(name, known);
    tell(new Change(Kind.MOVED, known.path(), from, now, ""));
    if (now != null) refresh(known, now, false);
    tellWritten(known);
  }

  /// Tells, once, that what happens in a directory is not told as it should be.
  void tellUnseen(Folder folder, @Nullable String reason) {
    if (folder.unseen) return;
    folder.unseen = true;
    String why = reason == null ? "" : reason;
    tell(new Change(Kind.UNSEEN, folder.path(), null, folder.status, why));
  }

  /// Lets go of everything, without a word.
  void close() {
    for (Entry root : roots.values()) if (root != null) drop(root);
    roots.clear();
    toLookAt.clear();
    strayed.clear();
  }
}
