package dev.parley.testkit.logqueue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Space;
import dev.parley.Store;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.contract.QueueContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class MemoryQueueTest extends QueueContract {
  @TempDir(factory = InMemory.class)
  private Path dir;

  @Override
  protected Space newSpace() throws IOException {
    return Space.open(dir.resolve("space"));
  }

  @Override
  protected Store store() {
    return Store.MEMORY;
  }

  private RawMemoryLog log() {
    return new RawMemoryLog(dir.resolve("space/queues/mails/memory"));
  }

  @Override
  protected void damage(String id) throws IOException {
    assertThat(log().damage(id)).isTrue();
  }

  @Override
  protected void moveBack(String id) throws IOException {
    log().moveToReady(log().nameOf(id).orElseThrow());
  }
}
