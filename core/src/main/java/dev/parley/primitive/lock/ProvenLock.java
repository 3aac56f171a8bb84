package dev.parley.primitive.lock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A PID file or dotlock in this process's hands.
///
/// A dotlock is touched every minute, because others take those that are five minutes old.
final class ProvenLock implements HeldLock {
  private static final System.Logger LOG = System.getLogger(ProvenLock.class.getName());
  private static final long TOUCH_SECONDS = 60;

  private final ProvenLockFile file;
  private final Kernel kernel;
  private final Fd fd;
  private final Inode.Id id;
  private final boolean shared;
  private final Loss loss = new Loss();
  private byte[] content = {};
  private @Nullable ScheduledFuture<?> upkeep;
  private boolean passedOn;
  private boolean closed;

  /// @param shared whether other hosts may use the filesystem
  ProvenLock(ProvenLockFile file, Fd fd, Inode.Id id, boolean shared) {
    this.file = file;
    this.kernel = file.dir.kernel();
    this.fd = fd;
    this.id = id;
    this.shared = shared;
  }

  Inode.Id id() {
    return id;
  }

  /// It was taken.
  synchronized void begin() {
    file.retain();
    if (file.kind() != Kind.DOT) return;
    upkeep =
        Timers.UPKEEP.scheduleWithFixedDelay(
            this::touch, TOUCH_SECONDS, TOUCH_SECONDS, TimeUnit.SECONDS);
  }

  /// Writes what is in it once more, which a file server sees as well, by its own clock.
  synchronized void touch() {
    if (closed) return;
    try {
      kernel.writeAt(fd, 0, content, 0, content.length);
      if (!file.leads(file.name, id)) lost();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, file + " could not be touched; others may take it", e);
    }
  }

  private void lost() {
    if (upkeep != null) upkeep.cancel(false);
    loss.happened();
  }

  @Override
  public LockKind mode() {
    return LockKind.EXCLUSIVE;
  }

  @Override
  public synchronized boolean isHeld() throws IOException {
    return !closed && file.leads(file.name, id);
  }

  @Override
  public void onLost(Runnable listener) {
    loss.onLost(listener);
  }

  @Override
  public synchronized Fd descriptor() {
    passedOn = true;
    return fd;
  }

  /// A dotlock's PID is for others who judge by it: none is better than one that means another
  /// process to them, or none.
  @Override
  public synchronized void nameHolder(long pid) throws IOException {
    boolean none = shared || (file.kind() == Kind.DOT && !Stranger.isInitialNamespace(kernel));
    byte[] before = content;
    content = ((none ? 0 : pid) + (shared ? "\n" : "\n\n")).getBytes(US_ASCII);
    kernel.writeAt(fd, 0, content, 0, content.length);
    if (content.length < before.length) kernel.truncate(fd, content.length);
  }

  @Override
  public synchronized void close() throws IOException {
    if (closed) return;
    closed = true;
    if (upkeep != null) upkeep.cancel(false);
    try {
      try {
        if (!passedOn || shared) file.remove(file.name, id);
      } finally {
        fd.close();
      }
      // Unless somebody holds the descriptor still.
      if (passedOn && file.leads(file.name, id)) file.isFree();
    } finally {
      file.release();
    }
  }
}
