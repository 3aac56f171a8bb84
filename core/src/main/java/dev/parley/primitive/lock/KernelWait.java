package dev.parley.primitive.lock;

import dev.parley.primitive.time.Deadline;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A system call that a thread is blocked in until it is granted what it waits for, or time is up,
/// or the thread is interrupted.
///
/// The thread sleeps in the kernel. To get it out, a signal ends its call with EINTR; one that
/// comes before the call is lost, so it is sent again until the thread is out, and not once after
/// that. A virtual thread waits for a platform thread that does it in its place, for a blocked call
/// would hold its carrier.
///
/// @implNote A thread's interrupts are heard through [AbstractInterruptibleChannel], which lets one
///   run code when the thread that is between `begin` and `end` is interrupted. It is the only such
///   hook; nothing is closed by it here. The JDK's own channels wait in this way.
final class KernelWait extends AbstractInterruptibleChannel {
  private static final long FIRST_RESEND_NANOS = 1_000_000;
  private static final long LAST_RESEND_NANOS = 50_000_000;

  private final Kernel kernel;
  private final int thread;
  private volatile boolean givenUp;
  private boolean signalled;
  private boolean out;
  private @Nullable ScheduledFuture<?> alarm;

  /// A system call that blocks.
  interface Call {
    /// @return true if it was granted; false if a signal ended it
    boolean make() throws IOException;
  }

  private KernelWait(Kernel kernel) throws IOException {
    this.kernel = kernel;
    this.thread = kernel.interruptibleThread();
  }

  /// Makes `call`, again and again until it is granted.
  ///
  /// @param deadline [System#nanoTime] to give up at
  /// @return whether it was granted; then an interrupt that came meanwhile is still pending
  /// @throws InterruptedException if the thread was interrupted before it was granted
  static boolean await(Kernel kernel, Deadline deadline, Call call)
      throws IOException, InterruptedException {
    if (Thread.currentThread().isVirtual()) return awaitElsewhere(kernel, deadline, call);
    boolean granted = new KernelWait(kernel).run(deadline, call);
    if (!granted && Thread.interrupted()) throw new InterruptedException();
    return granted;
  }

  private static boolean awaitElsewhere(Kernel kernel, Deadline deadline, Call call)
      throws IOException, InterruptedException {
    FutureTask<Boolean> task = new FutureTask<>(() -> new KernelWait(kernel).run(deadline, call));
    Thread helper = Thread.ofPlatform().daemon().name("parley-lock-wait").start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          boolean granted = task.get();
          if (!granted && interrupted) {
            interrupted = false;
            throw new InterruptedException();
          }
          return granted;
        } catch (InterruptedException e) {
          if (task.isDone() && !interrupted) throw e;
          interrupted = true;
          helper.interrupt();
        }
      }
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException unchecked -> throw unchecked;
        case Error error -> throw error;
        case null, default -> throw new AssertionError(e);
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  private boolean run(Deadline deadline, Call call) throws IOException {
    setAlarm(deadline);
    try {
      begin();
      while (!givenUp) {
        if (call.make()) return true;
      }
      return false;
    } finally {
      leave();
    }
  }

  private synchronized void setAlarm(Deadline deadline) {
    if (deadline.limit() == Deadline.FOREVER) return;
    alarm = Timers.ALARMS.schedule(this::giveUp, deadline.left(), TimeUnit.NANOSECONDS);
  }

  private void giveUp() {
    givenUp = true;
    signal(FIRST_RESEND_NANOS);
  }

  private synchronized void signal(long resendNanos) {
    if (out) return;
    signalled = true;
    try {
      kernel.interrupt(thread);
    } catch (ErrnoException e) {
      // Again soon: it cannot have ended, for it is not out.
    }
    long next = Math.min(resendNanos * 2, LAST_RESEND_NANOS);
    alarm = Timers.ALARMS.schedule(() -> signal(next), resendNanos, TimeUnit.NANOSECONDS);
  }

  private void leave() throws IOException {
    boolean late;
    synchronized (this) {
      out = true;
      late = signalled;
      if (alarm != null) alarm.cancel(false);
    }
    try {
      end(true);
    } catch (ClosedByInterruptException e) {
      // The thread's interrupt status says it.
    }
    // A signal that was sent is delivered at the latest when this returns from the kernel.
    if (late) kernel.interruptibleThread();
  }

  /// Called once, by whoever interrupts the thread.
  @Override
  protected void implCloseChannel() {
    giveUp();
  }
}
