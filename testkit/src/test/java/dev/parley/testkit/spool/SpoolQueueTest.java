package dev.parley.testkit.spool;

import dev.parley.Space;
import dev.parley.Store;
import dev.parley.testkit.contract.QueueContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// Where temporary files are: on most machines a disk, with its syncs.
class SpoolQueueTest extends QueueContract {
  @Override
  protected Store store() {
    return Store.SPOOL;
  }

  @TempDir private Path dir;

  @Override
  protected Space newSpace() throws IOException {
    return Space.open(dir.resolve("space"));
  }
}
