package dev.parley.testkit.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.NoSuchNameException;
import dev.parley.primitive.memory.QueueShape;
import dev.parley.primitive.memory.SharedQueue;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.contract.SharedQueueContract;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedQueueInFileTest extends SharedQueueContract {
  @TempDir(factory = InMemory.class)
  Path dir;

  @Override
  protected Backing newBacking() {
    return Backings.file(dir);
  }

  @Test
  void whoWaitsAtAQueueThatWasRemovedIsToldSo() throws Exception {
    Path path = dir.resolve("removed");
    SharedQueue empty =
        opening(SharedQueue.openOrCreate(Kernel.linux(), path, QueueShape.of(2, 8)));
    Task<?> consumer = inBackground(() -> empty.claim(LONG));
    Files.delete(path);
    assertThat(consumer.failure())
        .isInstanceOf(NoSuchNameException.class)
        .hasMessageContaining("open the name again");
    SharedQueue full = opening(SharedQueue.openOrCreate(Kernel.linux(), path, QueueShape.of(2, 8)));
    for (int i = 0; i < 2; i++) assertThat(full.tryOffer(new byte[8])).isTrue();
    Task<?> producer = inBackground(() -> full.offer(new byte[8], LONG));
    Files.delete(path);
    assertThat(producer.failure()).isInstanceOf(NoSuchNameException.class);
  }
}
