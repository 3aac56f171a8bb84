package dev.parley.pattern.spool;

import dev.parley.pattern.queue.QueueFolder;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Stamp;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Tells whether nothing is ready, claimed or delayed.
///
/// Counting does not tell, however often or in whatever order: messages go round, from ready to
/// claimed, to delayed, and to ready again, so one may always be where the count is not. A rename
/// changes the times of both directories, though. So: note each directory's time, then list it; and
/// when all were listed and found empty, look at the times again. If none has changed, each was
/// empty from its listing to the last look, and so all of them were at once.
///
/// A time so recent that it might not have changed with a change proves nothing (see [Stamp]): the
/// answer is then no.
final class Emptiness {
  private final QueueFolder folder;
  private final List<Parent> parents = new ArrayList<>();

  private Emptiness(QueueFolder folder) {
    this.folder = folder;
  }

  /// Something else that has to be so at that instant.
  interface Condition {
    boolean holds() throws IOException;
  }

  static boolean isCertain(QueueFolder folder, Condition also) throws IOException {
    Emptiness emptiness = new Emptiness(folder);
    try {
      return emptiness.isEmpty() && also.holds() && emptiness.isUnchanged();
    } finally {
      for (Parent parent : emptiness.parents) parent.dir.close();
    }
  }

  /// A directory of directories, and the times of all of them.
  private record Parent(Dir dir, Stamp stamp, Map<String, Stamp> children) {}

  /// How the directories in one are listed.
  private interface Children {
    List<String> of(Dir parent) throws IOException;
  }

  private boolean isEmpty() throws IOException {
    // A lane that is made meanwhile changes the queue's own folder.
    note(folder.root().reopen());
    for (int priority : folder.priorities()) {
      Dir lane = folder.tryOpenReady(priority);
      if (lane != null && !isEmpty(lane, Buckets::byKey)) return false;
    }
    return isEmpty(folder.part(QueueFolder.CLAIMED).reopen(), Dir::names)
        && isEmpty(folder.part(QueueFolder.DELAYED).reopen(), Buckets::byTime);
  }

  private boolean isEmpty(Dir dir, Children children) throws IOException {
    Parent parent = note(dir);
    for (String name : children.of(dir)) {
      try (Dir child = dir.tryOpen(name)) {
        if (child == null) continue;
        parent.children.put(name, stamp(child));
        if (!child.list().names().isEmpty()) return false;
      }
    }
    return true;
  }

  /// Takes `dir` over.
  private Parent note(Dir dir) throws IOException {
    boolean noted = false;
    try {
      Parent parent = new Parent(dir, stamp(dir), new LinkedHashMap<>());
      parents.add(parent);
      noted = true;
      return parent;
    } finally {
      if (!noted) dir.close();
    }
  }

  private static Stamp stamp(Dir dir) throws IOException {
    return Stamp.of(dir.status(), dir.kernel().realtimeNanos());
  }

  private boolean isUnchanged() throws IOException {
    for (Parent parent : parents) {
      for (Map.Entry<String, Stamp> child : parent.children.entrySet()) {
        FileStatus status = parent.dir.statusOf(child.getKey());
        if (status == null || !child.getValue().stillHolds(status)) return false;
      }
    }
    // Those that hold them last: then none of them was taken away and put back.
    for (Parent parent : parents) {
      if (!parent.stamp.stillHolds(parent.dir.status())) return false;
    }
    return true;
  }
}
