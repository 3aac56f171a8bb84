package dev.parley.testkit.logqueue;

import dev.parley.Space;
import dev.parley.Store;
import dev.parley.testkit.contract.QueueContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileQueueTest extends QueueContract {
  @TempDir private Path dir;

  @Override
  protected Space newSpace() throws IOException {
    return Space.open(dir.resolve("space"));
  }

  @Override
  protected Store store() {
    return Store.FILE;
  }

  private RawLog log() {
    return new RawLog(dir.resolve("space/queues/mails/log"));
  }

  @Override
  protected void damage(String id) throws IOException {
    log().damage(id);
  }

  @Override
  protected void moveBack(String id) throws IOException {
    log().moveToReady(id);
  }
}
