package dev.parley.pattern.queue;

import java.util.concurrent.locks.LockSupport;

/// One waiting thread, virtual or not, and whether it was told to look again.
public final class Waiter {
  private final Thread thread = Thread.currentThread();
  private volatile boolean told;

  /// Tells it to look again.
  ///
  /// @return false if it was told already and has not looked yet
  public boolean tell() {
    if (told) return false;
    told = true;
    LockSupport.unpark(thread);
    return true;
  }

  /// Call before looking.
  ///
  /// @return whether it was told to look
  public boolean forget() {
    boolean wasTold = told;
    told = false;
    return wasTold;
  }

  /// Waits until it is told, or so long at most; may return early.
  ///
  /// @throws InterruptedException if the thread was interrupted
  public void await(long nanos) throws InterruptedException {
    if (!told && nanos > 0) LockSupport.parkNanos(this, nanos);
    if (Thread.interrupted()) throw new InterruptedException();
  }
}
