package dev.parley.testkit.memory;

import dev.parley.primitive.memory.QueueShape;
import dev.parley.primitive.memory.SharedMemory;
import dev.parley.primitive.memory.SharedQueue;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.testkit.contract.MemoryContract.Backing;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The two places where regions are.
final class Backings {
  private Backings() {}

  /// A file with a name in `dir`.
  static Backing file(Path dir) {
    Path path = dir.resolve("region-" + System.nanoTime());
    return new Backing() {
      @Override
      public SharedMemory memory(Kernel kernel, SharedMemory.Shape shape) throws IOException {
        return SharedMemory.openOrCreate(kernel, path, shape);
      }

      @Override
      public SharedQueue queue(Kernel kernel, QueueShape shape) throws IOException {
        return SharedQueue.openOrCreate(kernel, path, shape);
      }

      @Override
      public void close() {}
    };
  }

  /// A sealed memfd, handed from hand to hand.
  static Backing memfd() {
    return new Memfd();
  }

  private static final class Memfd implements Backing {
    private @Nullable Fd fd;

    @Override
    public SharedMemory memory(Kernel kernel, SharedMemory.Shape shape) throws IOException {
      if (fd == null) {
        try (SharedMemory first = SharedMemory.anonymous(Kernel.linux(), "test", shape)) {
          fd = Kernel.linux().duplicate(first.fd());
        }
      }
      return SharedMemory.received(kernel, fd, shape.format());
    }

    @Override
    public SharedQueue queue(Kernel kernel, QueueShape shape) throws IOException {
      if (fd == null) {
        try (SharedQueue first = SharedQueue.anonymous(Kernel.linux(), "test", shape)) {
          fd = Kernel.linux().duplicate(first.fd());
        }
      }
      return SharedQueue.received(kernel, fd);
    }

    @Override
    public void close() {
      if (fd != null) fd.close();
    }
  }
}
