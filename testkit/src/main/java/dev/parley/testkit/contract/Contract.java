package dev.parley.testkit.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;

/// What all contracts share: what is opened is closed after the test, and tasks in the background.
public abstract class Contract {
  /// Long enough to be never, in tests that say "not before".
  protected static final Duration LONG = Duration.ofHours(1);

  /// How long to wait at most for what must come.
  protected static final Duration SOON = Duration.ofMinutes(1);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  protected Contract() {}

  @AfterEach
  void closeAll() throws Exception {
    for (Thread thread : threads) thread.interrupt();
    for (Thread thread : threads) thread.join(SOON);
    for (AutoCloseable each : opened.reversed()) each.close();
    threads.clear();
    opened.clear();
  }

  /// Has `resource` closed after the test.
  protected final <T extends AutoCloseable> T opening(T resource) {
    opened.add(resource);
    return resource;
  }

  /// Starts `action` on a thread of its own, which is interrupted at the test's end.
  protected final <T> Task<T> inBackground(Callable<T> action) {
    FutureTask<T> task = new FutureTask<>(action);
    Thread thread = Thread.ofPlatform().daemon().start(task);
    threads.add(thread);
    return new Task<>(task, thread);
  }

  /// Something that goes on in the background.
  protected record Task<T>(FutureTask<T> task, Thread thread) {
    public T get() throws InterruptedException {
      try {
        return task.get(SOON.toSeconds(), TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        throw new AssertionError("the background task failed: " + e.getCause(), e.getCause());
      } catch (TimeoutException e) {
        throw new AssertionError("the background task is not done within " + SOON, e);
      }
    }

    /// What it threw.
    public Throwable failure() throws InterruptedException {
      try {
        T result = task.get(SOON.toSeconds(), TimeUnit.SECONDS);
        throw new AssertionError("the background task did not fail; it returned " + result);
      } catch (ExecutionException e) {
        Throwable cause = e.getCause();
        return cause == null ? e : cause;
      } catch (TimeoutException e) {
        throw new AssertionError("the background task is not done within " + SOON, e);
      }
    }

    public boolean isDone() {
      return task.isDone();
    }
  }
}
