package dev.parley.bench;

import dev.parley.primitive.memory.QueueShape;
import dev.parley.primitive.memory.SharedClaim;
import dev.parley.primitive.memory.SharedQueue;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/// Two queues in shared memory, one there and one back; sleeping, or `spinning`.
final class MemoryTrips {
  private static final Duration LONG = Duration.ofDays(1);
  private static final int MESSAGES = 1_024;

  private MemoryTrips() {}

  private static SharedQueue queue(Path directory, String name, int bytes) throws IOException {
    return SharedQueue.openOrCreate(
        Kernel.linux(), directory.resolve(name), QueueShape.of(MESSAGES, bytes));
  }

  static Trip.Server server(String system, Path directory, int bytes) throws IOException {
    SharedQueue there = queue(directory, "there", bytes);
    SharedQueue back = queue(directory, "back", bytes);
    boolean spins = system.contains("spinning");
    return () -> {
      while (true) offer(back, take(there, spins));
    };
  }

  static Trip trip(String system, Path directory, int bytes) throws IOException {
    SharedQueue there = queue(directory, "there", bytes);
    SharedQueue back = queue(directory, "back", bytes);
    boolean spins = system.contains("spinning");
    byte[] message = new byte[bytes];
    return new Trip() {
      @Override
      public void make() throws IOException, InterruptedException {
        makeMany(1);
      }

      @Override
      public int makeMany(int count) throws IOException, InterruptedException {
        for (int i = 0; i < count; i++) offer(there, message);
        for (int i = 0; i < count; i++) {
          if (take(back, spins).length != bytes) {
            throw new BenchFailedException("what came back is not what was sent");
          }
        }
        return count;
      }

      @Override
      public void close() {
        there.close();
        back.close();
      }
    };
  }

  private static void offer(SharedQueue queue, byte[] message)
      throws IOException, InterruptedException {
    if (!queue.offer(message, LONG)) throw new BenchFailedException("a message could not be sent");
  }

  private static byte[] take(SharedQueue queue, boolean spins)
      throws IOException, InterruptedException {
    while (true) {
      try (SharedClaim claim = (spins ? queue.tryClaim() : queue.claim(LONG)).orElse(null)) {
        if (claim != null) {
          byte[] message = claim.bytes();
          claim.ack();
          return message;
        }
      }
      Thread.onSpinWait();
    }
  }
}
