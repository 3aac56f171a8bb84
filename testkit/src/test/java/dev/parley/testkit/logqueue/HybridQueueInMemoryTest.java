package dev.parley.testkit.logqueue;

import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// In memory, where no message is durable: all of them go to the memory while a consumer is there.
class HybridQueueInMemoryTest extends HybridQueueTest {
  @TempDir(factory = InMemory.class)
  private Path memory;

  @Override
  Path parent() {
    return memory;
  }

  @Override
  Kernel kernel() {
    return Kernel.linux();
  }
}
