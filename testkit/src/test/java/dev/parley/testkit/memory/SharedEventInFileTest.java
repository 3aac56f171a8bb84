package dev.parley.testkit.memory;

import dev.parley.testkit.InMemory;
import dev.parley.testkit.contract.SharedEventContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SharedEventInFileTest extends SharedEventContract {
  @TempDir(factory = InMemory.class)
  Path dir;

  @Override
  protected Backing newBacking() {
    return Backings.file(dir);
  }
}
