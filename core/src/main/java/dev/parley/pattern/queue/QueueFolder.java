package dev.parley.pattern.queue;

import dev.parley.BadFormatException;
import dev.parley.NoSuchNameException;
import dev.parley.QueueSettings;
import dev.parley.SettingsConflictException;
import dev.parley.pattern.member.SpaceFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Move;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A queue's folder: its parts by name, opened when they are first needed.
public final class QueueFolder implements AutoCloseable {
  public static final String SETTINGS = "settings";
  public static final String ON_HOLD = "on-hold";
  public static final String READY = "ready-";
  public static final String DELAYED = "delayed";
  public static final String SENDING = "sending";
  public static final String CLAIMED = "claimed";
  public static final String HELD = "held";
  public static final String DEAD = "dead";
  public static final String HISTORY = "history";
  public static final String DONE = "done";
  public static final String DEDUP = "dedup";
  public static final String WAKE = "wake";
  public static final List<String> PARTS =
      List.of(DELAYED, SENDING, CLAIMED, HELD, DEAD, HISTORY, DONE, DEDUP, WAKE);

  private final Dir parent;
  private final String name;
  private final Dir root;
  private final Map<String, Dir> open = new HashMap<>();

  private QueueFolder(Dir parent, String name, Dir root) {
    this.parent = parent;
    this.name = name;
    this.root = root;
  }

  /// Opens the queue `name` in `parent`, which has to stay open, or returns null if there is none.
  public static @Nullable QueueFolder tryOpen(Dir parent, String name) throws IOException {
    Dir root = parent.tryOpen(name);
    return root == null ? null : new QueueFolder(parent, name, root);
  }

  /// More to make in a new queue's folder, before anybody sees it.
  public interface Extra {
    void make(Dir root) throws IOException;
  }

  /// Makes a queue, complete, unless there is one of that name.
  ///
  /// @param parts the folders that its store needs On disk, in order: everything under a name that
  ///   starts with a dot; a sync of each folder, if `durable`; the rename. Killed before the
  ///   rename, the dot folder stays and means nothing.
  public static void makeIfMissing(
      Dir parent,
      String name,
      QueueSettings settings,
      boolean durable,
      List<String> parts,
      Extra extra)
      throws IOException {
    if (parent.has(name)) return;
    String temporary = "." + name + "-" + RandomName.hex(12);
    parent.tryMake(temporary);
    boolean moved = false;
    try {
      try (Dir root = parent.open(temporary)) {
        for (String part : parts) root.tryMake(part);
        PropertiesFile.replace(root, SETTINGS, SettingsFile.format(settings, Map.of()), durable);
        extra.make(root);
        if (durable) root.sync();
      }
      moved = parent.move(temporary, parent, name) == Move.MOVED;
      if (durable) parent.sync();
    } finally {
      if (!moved) parent.removeTree(temporary);
    }
  }

  public Dir root() {
    return root;
  }

  /// One of [#PARTS]; one that somebody removed is made again, empty.
  public synchronized Dir part(String name) throws IOException {
    Dir known = open.get(name);
    if (known != null) return known;
    requireThere();
    Dir dir = root.openOrMake(name);
    open.put(name, dir);
    return dir;
  }

  /// Opens one of [#PARTS] again, which somebody removed; made again, empty.
  public synchronized void reopen(String name) throws IOException {
    Dir known = open.remove(name);
    if (known != null) known.close();
    part(name);
  }

  /// @throws NoSuchNameException if the queue was removed while it was in use
  public void requireThere() throws IOException {
    FileStatus there = parent.statusOf(name);
    if (there != null && there.inode() == root.status().inode()) return;
    throw new NoSuchNameException("the queue at " + root.path() + " was removed");
  }

  public QueueSettings settings() throws IOException {
    return SettingsFile.parse(properties(), root.pathOf(SETTINGS));
  }

  private Map<String, String> properties() throws IOException {
    Map<String, String> properties = PropertiesFile.tryRead(root, SETTINGS);
    if (properties == null) {
      requireThere();
      throw new BadFormatException(
          root.pathOf(SETTINGS)
              + " is missing; parley fsck --repair makes it again, with defaults");
    }
    SpaceFolder.requireFormat(properties, root.pathOf(SETTINGS));
    return properties;
  }

  /// @throws SettingsConflictException if they are for another store: messages stay where they are
  public void configure(QueueSettings settings, boolean durable) throws IOException {
    QueueSettings before = settings();
    if (before.store() != settings.store()) {
      throw new SettingsConflictException(
          "the queue at "
              + root.path()
              + " keeps its messages in store "
              + before.store()
              + ", which cannot be changed to "
              + settings.store()
              + "; make a new queue with that store, and send the messages there");
    }
    PropertiesFile.replace(root, SETTINGS, SettingsFile.format(settings, properties()), durable);
  }

  public boolean isOnHold() throws IOException {
    return root.has(ON_HOLD);
  }

  /// The priorities that have a folder, highest first.
  public List<Integer> priorities() throws IOException {
    List<Integer> found = new ArrayList<>();
    for (String name : root.list().names()) {
      int priority = priorityOf(name);
      if (priority >= 0) found.add(priority);
    }
    found.sort((a, b) -> b - a);
    return found;
  }

  /// The priority that a folder `ready-P` is for, or -1 if it is another folder.
  public static int priorityOf(String name) {
    boolean ready = name.length() == READY.length() + 1 && name.startsWith(READY);
    return ready ? Character.digit(name.charAt(READY.length()), 10) : -1;
  }

  /// The folder of a priority, or null if nothing of that priority was ever sent.
  public @Nullable Dir tryOpenReady(int priority) throws IOException {
    return root.tryOpen(READY + priority);
  }

  public Dir openOrMakeReady(int priority) throws IOException {
    return root.openOrMake(READY + priority);
  }

  /// Adds a line to a message's history.
  public void record(String id, String line) throws IOException {
    part(HISTORY).append(id, (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  public void forget(String id) throws IOException {
    part(HISTORY).tryUnlink(id);
  }

  /// Opens a message's file in one of the folders, or returns null if it is not there (any more).
  public static @Nullable Fd tryOpenMessage(Dir dir, String name) throws IOException {
    return dir.tryOpenFile(name, Open.READ_ONLY);
  }

  @Override
  public synchronized void close() {
    open.values().forEach(Dir::close);
    open.clear();
    root.close();
  }
}
