package dev.parley.pattern.queue;

import dev.parley.QueueSettings;
import dev.parley.primitive.file.Stamp;
import dev.parley.sys.FileStatus;
import java.io.IOException;
import java.util.List;

/// What a queue's folder says of the whole queue, read again only when the folder has changed: its
/// settings, whether it is on hold, which priorities it has. The caller excludes other threads.
public final class QueueState {
  private static final long SETTINGS_AGE_NANOS = 100_000_000;

  private final QueueFolder folder;
  private Stamp stamp = Stamp.NEVER;
  private QueueSettings settings = QueueSettings.defaults();
  private boolean onHold;
  private List<Integer> priorities = List.of();
  private long refreshed = Long.MIN_VALUE;

  public QueueState(QueueFolder folder) {
    this.folder = folder;
  }

  /// Looks at the folder; one fstat call if nothing has changed.
  public QueueState refresh() throws IOException {
    FileStatus status = folder.root().status();
    if (!stamp.stillHolds(status)) {
      if (status.links() == 0) folder.requireThere();
      Stamp before = Stamp.of(status, folder.root().kernel().realtimeNanos());
      settings = folder.settings();
      onHold = folder.isOnHold();
      priorities = folder.priorities();
      stamp = before; // last: a read that failed is done again
    }
    refreshed = System.nanoTime();
    return this;
  }

  /// The settings as they were a moment ago at most.
  public QueueSettings recentSettings() throws IOException {
    boolean recent =
        refreshed != Long.MIN_VALUE && System.nanoTime() - refreshed < SETTINGS_AGE_NANOS;
    return recent ? settings : refresh().settings;
  }

  public QueueSettings settings() {
    return settings;
  }

  public boolean isOnHold() {
    return onHold;
  }

  public List<Integer> priorities() {
    return priorities;
  }
}
