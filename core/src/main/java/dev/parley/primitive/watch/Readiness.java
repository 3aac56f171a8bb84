package dev.parley.primitive.watch;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// How a thread waits for descriptors: until one is ready, time is up, it is interrupted or
/// somebody calls [#wake].
///
/// Guarantees: an interrupt ends the wait and closes nothing. A virtual thread holds no carrier. A
/// [#wake] before the wait ends the next one. One thread waits at a time; the owner keeps the
/// others off.
///
/// @implNote A platform thread waits in ppoll(2) itself, which is the shortest way back; an
///   interrupt reaches it through an eventfd in the set. A virtual thread parks, and the [Watcher]
///   tells it. Where the watcher cannot be had (no inotify instance is left) it looks again after 1
///   ms, and less and less often, every 50 ms at last.
public final class Readiness implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Readiness.class.getName());
  private static final long FIRST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LAST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Kernel kernel;
  private final Fd wake;
  private @Nullable Watcher watcher;
  private Interruption interruption = new Interruption();

  /// Something to wait for.
  ///
  /// @param events of [Poll]; that it is broken is told always
  public record Wanted(Fd fd, int events) {}

  private Readiness(Kernel kernel, Fd wake) {
    this.kernel = kernel;
    this.wake = wake;
  }

  /// @throws ErrnoException EMFILE, ENFILE
  public static Readiness open(Kernel kernel) throws IOException {
    return new Readiness(kernel, kernel.eventFd());
  }

  /// Ends the wait that goes on, or else the next one. Safe in any thread until [#close].
  public void wake() {
    try {
      kernel.signal(wake);
    } catch (ErrnoException e) {
      LOG.log(System.Logger.Level.ERROR, "a waiting thread could not be told", e);
    }
  }

  /// Waits for one descriptor.
  ///
  /// @return as [#await(List, long)]
  public boolean await(Fd fd, int events, long nanos) throws IOException, InterruptedException {
    if (Thread.currentThread().isVirtual()) {
      return await(List.of(new Wanted(fd, events)), nanos);
    }
    if (Thread.interrupted()) throw new InterruptedException();
    boolean ready = block(List.of(fd, wake), new int[] {events, Poll.IN}, nanos);
    if (Thread.interrupted()) throw new InterruptedException();
    return ready;
  }

  /// Waits until one of them is ready; for `nanos` at most.
  ///
  /// @return false if the time is up
  /// @throws InterruptedException if the thread was interrupted before or meanwhile
  public boolean await(List<Wanted> wanted, long nanos) throws IOException, InterruptedException {
    if (Thread.interrupted()) throw new InterruptedException();
    List<Wanted> all = new ArrayList<>(wanted);
    all.add(new Wanted(wake, Poll.IN));
    boolean ready;
    if (Thread.currentThread().isVirtual()) {
      ready = park(all, nanos);
    } else {
      ready = block(fds(all), events(all), nanos);
    }
    if (Thread.interrupted()) throw new InterruptedException();
    return ready;
  }

  // ---- platform threads

  /// @param fds the last is [#wake]
  private boolean block(List<Fd> fds, int[] events, long nanos) throws IOException {
    if (!interruption.isOpen()) interruption = new Interruption(); // an interrupt has closed it
    interruption.enter();
    try {
      return poll(fds, events, Math.max(0, nanos));
    } finally {
      interruption.leave();
    }
  }

  private static List<Fd> fds(List<Wanted> wanted) {
    return wanted.stream().map(Wanted::fd).toList();
  }

  private static int[] events(List<Wanted> wanted) {
    return wanted.stream().mapToInt(Wanted::events).toArray();
  }

  private boolean poll(List<Fd> fds, int[] events, long nanos) throws IOException {
    int[] ready = kernel.poll(fds, events, nanos);
    if (ready[ready.length - 1] != 0) kernel.drain(wake);
    for (int each : ready) if (each != 0) return true;
    return false;
  }

  /// The JDK's way of telling whoever blocks that his thread is interrupted. It is meant for
  /// channels and closes them; here nothing is behind it that could be closed.
  private final class Interruption extends AbstractInterruptibleChannel {
    void enter() {
      begin();
    }

    void leave() throws IOException {
      try {
        end(true);
      } catch (ClosedByInterruptException e) {
        // The thread's interrupt status says so too.
      }
    }

    @Override
    protected void implCloseChannel() {
      wake();
    }
  }

  // ---- virtual threads

  private boolean park(List<Wanted> wanted, long nanos) throws IOException {
    Watcher telling = watcher();
    if (telling == null) return lookAgainAndAgain(wanted, nanos);
    Thread thread = Thread.currentThread();
    Told told = new Told(thread);
    List<Watcher.Registration> registrations = new ArrayList<>();
    try {
      for (Wanted each : wanted) {
        registrations.add(telling.watchOnce(each.fd(), each.events(), told::tell));
      }
      long deadline = System.nanoTime() + nanos;
      long left = nanos;
      while (!told.yet && left > 0 && !thread.isInterrupted()) {
        LockSupport.parkNanos(this, left);
        left = deadline - System.nanoTime();
      }
    } finally {
      registrations.forEach(Watcher.Registration::close);
    }
    return poll(fds(wanted), events(wanted), 0);
  }

  private static final class Told {
    private final Thread thread;
    private volatile boolean yet;

    Told(Thread thread) {
      this.thread = thread;
    }

    void tell() {
      yet = true;
      LockSupport.unpark(thread);
    }
  }

  private @Nullable Watcher watcher() {
    if (watcher == null) {
      try {
        watcher = Watcher.acquire(kernel);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "no watcher; looking from time to time instead", e);
      }
    }
    return watcher;
  }

  private boolean lookAgainAndAgain(List<Wanted> wanted, long nanos) throws IOException {
    long deadline = System.nanoTime() + nanos;
    long pause = FIRST_LOOK_NANOS;
    while (!poll(fds(wanted), events(wanted), 0)) {
      long left = deadline - System.nanoTime();
      if (left <= 0 || Thread.currentThread().isInterrupted()) return false;
      LockSupport.parkNanos(this, Math.min(pause, left));
      pause = Math.min(2 * pause, LAST_LOOK_NANOS);
    }
    return true;
  }

  /// Closes it; nobody may wait or call [#wake] any more.
  @Override
  public void close() {
    if (watcher != null) watcher.release();
    wake.close();
  }
}
