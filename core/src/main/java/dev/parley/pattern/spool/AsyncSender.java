package dev.parley.pattern.spool;

import dev.parley.Outgoing;
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
final class AsyncSender implements AutoCloseable {
  private static final int MOST_AT_ONCE = 256;

  private final Sender sender;
  private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
  private @Nullable Thread thread;
  private boolean closed;

  /// @param message what to send; null asks the thread to stop
  private record Request(@Nullable Outgoing message, CompletableFuture<Sent> result) {}

  AsyncSender(Sender sender) {
    this.sender = sender;
  }

  synchronized CompletableFuture<Sent> send(Outgoing message) {
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
    try {
      while (!stop) {
        batch.add(requests.take());
        requests.drainTo(batch, MOST_AT_ONCE - 1);
        stop = batch.removeIf(request -> request.message == null);
        sendBatch(batch);
        batch.clear();
      }
    } catch (InterruptedException e) {
      requests.drainTo(batch);
      for (Request request : batch) {
        request.result.completeExceptionally(
            new CancellationException("the queue was closed; not sent"));
      }
    }
  }

  private void sendBatch(List<Request> batch) throws InterruptedException {
    List<Sender.Visible> visible = new ArrayList<>();
    List<Request> pending = new ArrayList<>();
    for (Request request : batch) {
      try {
        visible.add(sender.send(Objects.requireNonNull(request.message)));
        pending.add(request);
      } catch (IOException | RuntimeException e) {
        request.result.completeExceptionally(e);
      }
    }
    try {
      sender.syncAll(visible);
    } catch (IOException | RuntimeException e) {
      for (Request request : pending) request.result.completeExceptionally(e);
      return;
    }
    for (int i = 0; i < pending.size(); i++) pending.get(i).result.complete(visible.get(i).sent());
  }

  /// Sends what was asked for before, then stops. An interrupt leaves the rest unsent.
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
    try {
      running.join();
    } catch (InterruptedException e) {
      running.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
