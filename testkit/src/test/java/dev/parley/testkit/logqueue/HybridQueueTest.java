package dev.parley.testkit.logqueue;

import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.Store;
import dev.parley.sys.Kernel;
import dev.parley.testkit.contract.QueueContract;
import dev.parley.testkit.crash.PretendedDisk;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// On a disk, where messages are durable unless they ask not to be: they go to the file, and what
/// becomes of them while a consumer is there to the memory.
class HybridQueueTest extends QueueContract {
  @TempDir private Path dir;

  /// Where the space is.
  Path parent() {
    return dir;
  }

  Kernel kernel() {
    return PretendedDisk.over(Kernel.linux());
  }

  @Override
  protected Space newSpace() throws IOException {
    SpaceOptions options = SpaceOptions.defaults().withKernel(kernel());
    return Space.open(parent().resolve("space"), options);
  }

  @Override
  protected Space openAgain() throws IOException {
    return opening(newSpace());
  }

  @Override
  protected Store store() {
    return Store.HYBRID;
  }

  private Path queue() {
    return parent().resolve("space/queues/mails");
  }

  @Override
  protected void damage(String id) throws IOException {
    if (!new RawMemoryLog(queue().resolve("memory")).damage(id)) {
      new RawLog(queue().resolve("log")).damage(id);
    }
  }

  @Override
  protected void moveBack(String id) throws IOException {
    RawMemoryLog memory = new RawMemoryLog(queue().resolve("memory"));
    memory.moveToReady(memory.nameOf(id).orElseThrow());
  }
}
