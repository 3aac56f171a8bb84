package dev.parley.bench;

import dev.parley.Claim;
import dev.parley.Durability;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Sent;
import dev.parley.Space;
import dev.parley.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/// Parley's own queue, through the public API alone.
final class ParleyEnds {
  private static final String QUEUE = "bench";
  private static final String SYSTEM = "parley";

  private ParleyEnds() {}

  /// What Parley's queue in that store is called in the benchmark.
  static String system(Store store) {
    return store == Store.SPOOL ? SYSTEM : SYSTEM + " " + store.name().toLowerCase(Locale.ROOT);
  }

  private static Queue queue(Space space, String system) throws IOException {
    for (Store store : Store.values()) {
      if (!system(store).equals(system)) continue;
      return space.queue(QUEUE, QueueSettings.defaults().withStore(store));
    }
    throw new BenchFailedException("no system is called " + system);
  }

  /// With a batch: `sendAll`, or under [Durability#GROUP] that many sends in flight.
  static final class Sending implements Ends.Sender {
    private final Space space;
    private final Queue queue;
    private final Durability durability;
    private final int batch;
    private final List<Outgoing> waiting = new ArrayList<>();
    private final ArrayDeque<CompletableFuture<Sent>> inFlight = new ArrayDeque<>();

    Sending(String system, Path directory, Durability durability, int batch) throws IOException {
      this.space = Space.open(directory);
      this.queue = queue(space, system);
      this.durability = durability;
      this.batch = batch;
    }

    @Override
    public void send(byte[] payload, int priority) throws IOException, InterruptedException {
      Outgoing message = Outgoing.of(payload).withDurability(durability);
      if (priority != Outgoing.DEFAULT_PRIORITY) message = message.withPriority(priority);
      if (batch == 1) {
        queue.send(message);
      } else if (durability == Durability.GROUP) {
        if (inFlight.size() == batch) finish(inFlight.remove());
        inFlight.add(queue.sendAsync(message));
      } else {
        waiting.add(message);
        if (waiting.size() == batch) flush();
      }
    }

    @Override
    public void flush() throws IOException, InterruptedException {
      if (!waiting.isEmpty()) queue.sendAll(waiting);
      waiting.clear();
      while (!inFlight.isEmpty()) finish(inFlight.remove());
    }

    private static void finish(CompletableFuture<Sent> send)
        throws IOException, InterruptedException {
      try {
        send.get();
      } catch (ExecutionException e) {
        throw new IOException("a send failed", e.getCause());
      }
    }

    @Override
    public void close() {
      queue.close();
      space.close();
    }
  }

  /// Claims and acknowledges one by one. Several threads may share it.
  static final class Receiving implements Ends.Receiver {
    private final Space space;
    private final Queue queue;

    Receiving(String system, Path directory) throws IOException {
      this.space = Space.open(directory);
      this.queue = queue(space, system);
    }

    @Override
    public boolean receive(Duration wait, Ends.Sink sink) throws IOException, InterruptedException {
      Optional<Claim> next = queue.claim(wait);
      if (next.isEmpty()) return false;
      try (Claim claim = next.get()) {
        sink.accept(claim.message().payload());
        claim.ack();
      }
      return true;
    }

    @Override
    public void close() {
      queue.close();
      space.close();
    }
  }
}
