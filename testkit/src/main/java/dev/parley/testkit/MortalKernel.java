package dev.parley.testkit;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The kernel of a process that dies at a chosen system call, without a process being made for it.
///
/// Death is what SIGKILL does, as far as others can see: all its descriptors are closed, its locks
/// are gone with them, and no later call of it has any effect, nor any access to memory that it has
/// mapped. Whatever it calls after that throws [Death], so nothing that it would still do on its
/// way out reaches the disk. A hundred times faster than killing a JVM, which the kill tests do as
/// well.
public final class MortalKernel {
  private static final long PIECE_NANOS = 5_000_000;
  private static final Set<String> BLOCKING =
      Set.of(
          "setLockWait",
          "setLockOrInterrupted",
          "flockOrInterrupted",
          "setPosixLockOrInterrupted",
          "waitFor");
  private static final Set<String> FUTEX_WAITS = Set.of("futexWait", "futexWaitEither");

  private final Kernel real;
  private final Kernel kernel;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Set<Fd> open = ConcurrentHashMap.newKeySet();
  private final Set<Mapping> mapped = ConcurrentHashMap.newKeySet();
  private volatile boolean dead;
  private long callsLeft = Long.MAX_VALUE;
  private long stepsLeft = Long.MAX_VALUE;

  /// What a call of a dead process throws.
  public static final class Death extends Error {
    private static final long serialVersionUID = 1;

    Death() {
      super("this process was killed", null, false, false);
    }
  }

  public MortalKernel(Kernel real) {
    this.real = real;
    kernel = Interceptor.over(real, this::intercept);
  }

  public Kernel kernel() {
    return kernel;
  }

  /// Lets it die right before the `nth` call from now that can fail, of any thread; 1 is the next.
  public synchronized void dieBefore(int nth) {
    callsLeft = nth;
  }

  /// Lets it die right before the `nth` step from now: a call that can fail, or an access to mapped
  /// memory.
  public synchronized void dieBeforeStep(int nth) {
    stepsLeft = nth;
  }

  /// Kills it now, unless it is dead.
  public void die() {
    lock.writeLock().lock();
    try {
      if (dead) return;
      for (Fd fd : new ArrayList<>(open)) closeReally(fd);
      mapped.forEach(Mapping::release);
      dead = true; // last: whoever learns of it finds everything closed
    } finally {
      lock.writeLock().unlock();
    }
  }

  public boolean isDead() {
    return dead;
  }

  private void closeReally(Fd fd) {
    try {
      real.close(fd);
    } catch (ErrnoException e) {
      // Closed all the same.
    }
  }

  private @Nullable Object intercept(Call call) throws ErrnoException {
    if (call.is("close") || call.is("unmap")) return close(call);
    if (!dead && isItsTime(call)) die();
    if (dead) throw new Death();
    if (call.is("epollWait")) {
      return waitMortally(
          call.number(1) * 1_000_000L,
          nanos -> real.epollWait(call.fd(0), (int) (nanos / 1_000_000)),
          keys -> keys.length > 0);
    }
    if (call.is("poll")) {
      List<Fd> fds = call.fds(0);
      int[] events = (int[]) call.argument(1);
      return waitMortally(
          (Long) call.argument(2),
          nanos -> real.poll(fds, events, nanos),
          ready -> Arrays.stream(ready).anyMatch(each -> each != 0));
    }
    if (FUTEX_WAITS.contains(call.name())) {
      int last = call.argumentCount() - 1;
      return waitMortally(
          (Long) call.argument(last),
          nanos -> {
            call.setArgument(last, nanos);
            return Boolean.TRUE.equals(call.proceed());
          },
          woken -> woken);
    }
    if (BLOCKING.contains(call.name())) return block(call);
    lock.readLock().lock();
    try {
      if (dead) throw new Death();
      return remembered(call.proceed());
    } finally {
      lock.readLock().unlock();
    }
  }

  /// Without the lock, for it may take long. Dying closes what it is called with.
  private @Nullable Object block(Call call) throws ErrnoException {
    try {
      return call.proceed();
    } catch (IllegalStateException e) {
      lock.readLock().lock(); // after whoever is dying
      try {
        if (dead) throw new Death();
      } finally {
        lock.readLock().unlock();
      }
      throw e;
    }
  }

  private @Nullable Object close(Call call) throws ErrnoException {
    lock.readLock().lock();
    try {
      if (!dead) {
        if (call.is("close")) open.remove(call.fd(0));
        call.proceed();
      }
      return null;
    } finally {
      lock.readLock().unlock();
    }
  }

  private synchronized boolean isItsTime(Call call) {
    if (callsLeft == Long.MAX_VALUE && stepsLeft == Long.MAX_VALUE) return false;
    if (!FaultyKernel.failingCalls().contains(call.name())) return false;
    boolean lastCall = callsLeft != Long.MAX_VALUE && --callsLeft <= 0;
    return isLastStep() || lastCall;
  }

  private synchronized boolean isLastStep() {
    return stepsLeft != Long.MAX_VALUE && --stepsLeft <= 0;
  }

  private @Nullable Object remembered(@Nullable Object result) {
    open.addAll(Interceptor.opened(result));
    if (!(result instanceof Mapping mapping)) return result;
    mapped.add(mapping);
    return WatchedMemory.over(mapping, this::access);
  }

  private @Nullable Object access(Callable<@Nullable Object> access) throws Exception {
    if (!dead && isLastStep()) die();
    lock.readLock().lock();
    try {
      if (dead) throw new Death();
      return access.call();
    } finally {
      lock.readLock().unlock();
    }
  }

  private interface Piece<T> {
    T await(long nanos) throws ErrnoException;
  }

  /// Waits in short pieces, so that a dead process's waiting threads end.
  private <T> T waitMortally(long timeoutNanos, Piece<T> piece, Predicate<T> isSomething)
      throws ErrnoException {
    long deadline = System.nanoTime() + timeoutNanos;
    while (true) {
      long left = deadline - System.nanoTime();
      long nanos = timeoutNanos < 0 ? PIECE_NANOS : Math.clamp(left, 0, PIECE_NANOS);
      lock.readLock().lock();
      try {
        if (dead) throw new Death();
        T result = piece.await(nanos);
        if (isSomething.test(result) || timeoutNanos >= 0 && left <= nanos) return result;
      } finally {
        lock.readLock().unlock();
      }
    }
  }
}
