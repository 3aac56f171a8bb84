package dev.parley.primitive.lock;

import dev.parley.primitive.file.Dir;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A lease in this process's hands, which a thread of its own renews every quarter of its time.
///
/// It is lost, for its holder, at three quarters of its time after the *beginning* of the last
/// renewal that succeeded: before anybody else may take it, as long as the two hosts' clocks run at
/// rates that differ by less than a quarter. A timer says so, whatever the renewal hangs in. The
/// clock is CLOCK_BOOTTIME, which counts the time that the host is suspended.
final class LeaseLock implements HeldLock {
  private static final System.Logger LOG = System.getLogger(LeaseLock.class.getName());

  private final LeaseFile file;
  private final Dir all;
  private final Kernel kernel;
  private final long number;
  private final Fd fd;
  private final Inode.Id id;
  private final long validNanos;
  private final long renewNanos;
  private final Loss loss = new Loss();
  private final Object writing = new Object();
  private LeaseRecord record;
  private long beat;
  private volatile long renewedAt;
  private volatile boolean closed;
  private boolean fdClosed;
  private volatile @Nullable ScheduledFuture<?> timer;

  /// @param renewedAt when it began to be taken
  LeaseLock(
      LeaseFile file,
      Dir all,
      long number,
      Fd fd,
      Inode.Id id,
      LeaseRecord record,
      long renewedAt) {
    this.file = file;
    this.all = all;
    this.kernel = all.kernel();
    this.number = number;
    this.fd = fd;
    this.id = id;
    this.record = record;
    this.renewedAt = renewedAt;
    long time = file.options.lease().toNanos();
    this.validNanos = time * 3 / 4;
    this.renewNanos = time / 4;
    file.retain();
    Thread.ofPlatform().daemon().name("parley-lease-" + number).start(this::renewAlways);
    setTimer();
  }

  // ---- renewing

  private void renewAlways() {
    synchronized (writing) {
      long pause = renewNanos;
      while (!closed && !loss.hasHappened()) {
        try {
          TimeUnit.NANOSECONDS.timedWait(writing, pause);
          if (closed || loss.hasHappened()) return;
          renew();
          pause = renewNanos;
        } catch (IOException e) {
          // Once; it is tried again and again.
          System.Logger.Level level =
              pause == renewNanos ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG;
          LOG.log(level, "renewing " + file + " has failed: " + e.getMessage());
          pause = Math.max(1, renewNanos / 8);
        } catch (InterruptedException e) {
          pause = renewNanos; // nobody has this thread; go on
        }
      }
    }
  }

  private void renew() throws IOException {
    long before = kernel.boottimeNanos();
    if (before - renewedAt >= validNanos) {
      loss.happened(); // too late: others may have it
      return;
    }
    record = record.renewed(++beat);
    write();
    if (isTaken()) {
      loss.happened();
    } else {
      renewedAt = before;
    }
  }

  private void write() throws IOException {
    byte[] bytes = record.bytes();
    int written = 0;
    while (written < bytes.length) {
      written += kernel.writeAt(fd, written, bytes, written, bytes.length - written);
    }
    kernel.fdatasync(fd);
  }

  /// Whether somebody has taken the next number, or removed ours, which nobody does before.
  private boolean isTaken() throws IOException {
    FileStatus mine = all.statusOf(LeaseFile.nameOf(number));
    return mine == null || !id.equals(Inode.Id.of(mine)) || all.has(LeaseFile.nameOf(number + 1));
  }

  // ---- losing

  private void setTimer() {
    long left = Math.max(1, renewedAt + validNanos - kernel.boottimeNanos());
    timer = Timers.ALARMS.schedule(this::look, left, TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (closed || loss.hasHappened()) return;
    if (isInTime()) setTimer();
    else loss.happened();
  }

  private boolean isInTime() {
    return kernel.boottimeNanos() - renewedAt < validNanos;
  }

  // ---- as HeldLock says

  @Override
  public LockKind mode() {
    return LockKind.EXCLUSIVE;
  }

  @Override
  public boolean isHeld() {
    return !closed && !loss.hasHappened() && isInTime();
  }

  @Override
  public void onLost(Runnable listener) {
    loss.onLost(listener);
  }

  @Override
  public OptionalLong token() {
    return OptionalLong.of(number);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    ScheduledFuture<?> set = timer;
    if (set != null) set.cancel(false);
    synchronized (writing) {
      if (fdClosed) return;
      fdClosed = true;
      writing.notifyAll();
      try {
        record = record.givenBack();
        write();
      } finally {
        fd.close();
        file.release();
      }
    }
  }
}
