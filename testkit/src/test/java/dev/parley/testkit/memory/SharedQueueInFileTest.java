package dev.parley.testkit.memory;

import dev.parley.testkit.InMemory;
import dev.parley.testkit.contract.SharedQueueContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SharedQueueInFileTest extends SharedQueueContract {
  @TempDir(factory = InMemory.class)
  Path dir;

  @Override
  protected Backing newBacking() {
    return Backings.file(dir);
  }
}
