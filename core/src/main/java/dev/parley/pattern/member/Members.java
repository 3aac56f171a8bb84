package dev.parley.pattern.member;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everybody's presence in a space: the files of `members/`, and whether the kernel holds their
/// locks.
public final class Members implements AutoCloseable {
  /// Whether a member is there.
  public enum State {
    ALIVE,
    DEAD,
    /// It has no file: it was reaped or evicted.
    ABSENT
  }

  private final Dir dir;

  Members(Dir dir) {
    this.dir = dir;
  }

  public Dir dir() {
    return dir;
  }

  public static boolean isMemberId(String name) {
    return name.matches("[0-9a-f]{16}");
  }

  /// The ids of all that have a file, alive or not.
  public List<String> ids() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String name : dir.names()) {
      if (isMemberId(name)) ids.add(name);
    }
    return ids;
  }

  /// Asks the kernel. Opens for reading only, so it takes nothing and wakes nobody who watches for
  /// deaths.
  public State state(String id) throws IOException {
    try (Fd file = dir.tryOpenFile(id)) {
      if (file == null) return State.ABSENT;
      boolean locked = dir.kernel().isLockedByOther(file, LockKind.SHARED, 0, 1);
      return locked ? State.ALIVE : State.DEAD;
    }
  }

  /// What its file says, or null if it has none. Explains; decides nothing.
  public @Nullable Map<String, String> describe(String id) throws IOException {
    return PropertiesFile.tryRead(dir, id);
  }

  @Override
  public void close() {
    dir.close();
  }
}
