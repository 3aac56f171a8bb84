package dev.parley.testkit.contract;

import dev.parley.Claim;
import dev.parley.Claims;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// What the contracts share: a fresh space a test, and its clearing up.
public abstract class SpaceContract {
  /// Long enough to be never, in tests that say "not before".
  protected static final Duration LONG = Duration.ofHours(1);

  /// How long to wait at most for what must come.
  protected static final Duration SOON = Duration.ofMinutes(1);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private @Nullable Space space;

  protected SpaceContract() {}

  /// A space with nothing in it, opened for this test; the contract closes it.
  protected abstract Space newSpace() throws IOException;

  /// The same space, opened by another member.
  protected Space openAgain() throws IOException {
    return opening(Space.open(space().path()));
  }

  @BeforeEach
  void openSpace() throws IOException {
    space = opening(newSpace());
  }

  @AfterEach
  void closeAll() throws Exception {
    for (Thread thread : threads) thread.interrupt();
    for (Thread thread : threads) thread.join(SOON);
    for (AutoCloseable each : opened.reversed()) each.close();
    threads.clear();
    opened.clear();
  }

  protected final Space space() {
    return Objects.requireNonNull(space);
  }

  /// Has `resource` closed after the test.
  protected final <T extends AutoCloseable> T opening(T resource) {
    opened.add(resource);
    return resource;
  }

  protected static Outgoing text(String text) {
    return Outgoing.of(text);
  }

  /// Claims what must come.
  protected static Claim next(Claims from) throws IOException, InterruptedException {
    return from.claim(SOON).orElseThrow(() -> new AssertionError("nothing came within " + SOON));
  }

  /// Claims the next message, acknowledges it and returns its text.
  protected static String take(Claims from) throws IOException, InterruptedException {
    try (Claim claim = next(from)) {
      claim.ack();
      return claim.message().text();
    }
  }

  /// Takes all that is ready now.
  protected static List<String> takeAll(Claims from) throws IOException {
    List<String> texts = new ArrayList<>();
    while (true) {
      try (Claim claim = from.tryClaim().orElse(null)) {
        if (claim == null) return texts;
        texts.add(claim.message().text());
        claim.ack();
      }
    }
  }

  protected static void sendAll(Queue queue, String... texts)
      throws IOException, InterruptedException {
    for (String text : texts) queue.send(text(text));
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
