package dev.parley.primitive.watch;

import dev.parley.primitive.presence.MountTable;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Hears of mounts. One that is laid over a directory, or taken away, makes no event of inotify;
/// but the table of mounts can be waited for. Source: proc(5), mountinfo.
final class MountChanges implements AutoCloseable {
  static final InotifyEvent EVENT = new InotifyEvent(-1, 0, 0, "");

  private final Kernel kernel;
  private final Watcher watcher;
  private final EventQueue queue;
  private final @Nullable Fd table;
  private Watcher.@Nullable Registration registration;
  private Set<MountTable.Mount> mounts;

  MountChanges(Kernel kernel, Watcher watcher, EventQueue queue) throws IOException {
    this.kernel = kernel;
    this.watcher = watcher;
    this.queue = queue;
    this.table = open(kernel);
    boolean good = false;
    try {
      arm();
      mounts = read();
      good = true;
    } finally {
      if (!good) close();
    }
  }

  private static @Nullable Fd open(Kernel kernel) throws ErrnoException {
    try {
      return kernel.openAt(Fd.CWD, "/proc/self/mountinfo", Open.READ_ONLY, 0);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.EACCES)) return null; // no /proc here
      throw e;
    }
  }

  private void arm() throws IOException {
    if (registration != null) registration.close();
    registration = null;
    if (table != null) {
      registration = watcher.watchOnce(table, Poll.PRI, () -> queue.add(null, null, EVENT));
    }
  }

  private Set<MountTable.Mount> read() throws ErrnoException {
    return table == null ? Set.of() : new HashSet<>(MountTable.of(kernel).mounts());
  }

  /// The paths at which something was mounted or unmounted since this was last asked.
  Set<String> take() throws IOException {
    arm();
    Set<MountTable.Mount> now = read();
    Set<String> changed = new HashSet<>();
    for (MountTable.Mount mount : now) if (!mounts.contains(mount)) changed.add(mount.path());
    for (MountTable.Mount mount : mounts) if (!now.contains(mount)) changed.add(mount.path());
    mounts = now;
    return changed;
  }

  @Override
  public void close() {
    if (registration != null) registration.close();
    if (table != null) table.close();
  }
}
