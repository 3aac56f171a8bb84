package dev.parley.pattern.queue;

import dev.parley.Outgoing;
import dev.parley.QueueFullException;
import dev.parley.Sent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Sends from one background thread, in the order of the calls, with one sync for all that came
/// meanwhile.
public final class AsyncSender<V> implements AutoCloseable {
  private static final int MOST_AT_ONCE = 256;

  private final Outbox<V> sender;
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private @Nullable Thread thread;
  private volatile boolean closed;

  /// @param message what to send; null asks the thread to stop
  private record Request(@Nullable Outgoing message, CompletableFuture<Sent> result) {}

  public AsyncSender(Outbox<V> sender) {
    this.sender = sender;
  }

  public synchronized CompletableFuture<Sent> send(Outgoing message) {
    if (closed) throw new IllegalStateException("the queue is closed");
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("parley-sender").start(this::run);
    }
    CompletableFuture<Sent> result = new CompletableFuture<>();
    requests.add(new Request(message, result));
    return result;
  }

  private void run() {
    List<Request> batch = new ArrayList<>();
    boolean stop = false;
    while (!stop) {
      batch.add(take());
      requests.drainTo(batch, MOST_AT_ONCE - 1);
      stop = batch.removeIf(request -> request.message == null);
      sendBatch(batch);
      batch.clear();
    }
  }

  /// The next request; the last of all is the one to stop.
  private Request take() {
    while (true) {
      try {
        return requests.take();
      } catch (InterruptedException e) {
        // close() interrupts a wait for room; here there is none
      }
    }
  }

  private void sendBatch(List<Request> batch) {
    List<V> visible = new ArrayList<>();
    List<Request> pending = new ArrayList<>();
    for (Request request : batch) {
      Outgoing message = Objects.requireNonNull(request.message);
      try {
        try {
          visible.add(sender.trySend(message));
        } catch (QueueFullException e) {
          if (closed) throw e;
          finish(visible, pending); // they must not wait for room as well
          visible.add(sender.send(message));
        }
        pending.add(request);
      } catch (InterruptedException e) {
        request.result.completeExceptionally(
            new CancellationException("the queue was closed while it was full; not sent"));
      } catch (IOException | RuntimeException e) {
        request.result.completeExceptionally(e);
      }
    }
    finish(visible, pending);
  }

  /// Syncs what is visible, and tells those who asked for it.
  private void finish(List<V> visible, List<Request> pending) {
    try {
      sender.syncAll(visible);
      for (int i = 0; i < pending.size(); i++) {
        pending.get(i).result.complete(sender.sent(visible.get(i)));
      }
    } catch (IOException | RuntimeException e) {
      for (Request request : pending) request.result.completeExceptionally(e);
    }
    visible.clear();
    pending.clear();
  }

  /// Sends what was asked for before, then stops. What finds the queue full is not sent: its future
  /// fails, for nobody may make room any more.
  @Override
  public void close() {
    Thread running;
    synchronized (this) {
      if (closed) return;
      closed = true;
      running = thread;
      requests.add(new Request(null, new CompletableFuture<>()));
    }
    if (running == null) return;
    running.interrupt();
    boolean interrupted = false;
    while (running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true; // what is being sent is not left half done
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
