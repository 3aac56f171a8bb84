package dev.parley.testkit.logqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import dev.parley.Claim;
import dev.parley.Durability;
import dev.parley.DurabilityException;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.Store;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.crash.PretendedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Where the messages of queues in memory, and half in memory, are at which time.
class StoresInMemoryTest {
  private static final int BOOT = 24;

  @TempDir Path dir;

  private Space open() throws IOException {
    SpaceOptions onDisk = SpaceOptions.defaults().withKernel(PretendedDisk.over(Kernel.linux()));
    return Space.open(dir.resolve("space"), onDisk);
  }

  private static Queue queue(Space space, Store store) throws IOException {
    return space.queue("mails", QueueSettings.defaults().withStore(store));
  }

  private static Outgoing passing(String text) {
    return Outgoing.of(text).withDurability(Durability.NONE);
  }

  private boolean isInFile(String text) throws IOException {
    return Files.readString(dir.resolve("space/queues/mails/log")).contains(text);
  }

  private void reboot() throws IOException {
    Path memory = dir.resolve("space/queues/mails/memory");
    try (FileChannel channel = FileChannel.open(memory, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[16]), BOOT);
    }
  }

  private static List<String> takeAll(Queue queue) throws IOException {
    List<String> texts = new ArrayList<>();
    while (true) {
      try (Claim claim = queue.tryClaim().orElse(null)) {
        if (claim == null) return texts;
        texts.add(claim.message().text());
        claim.ack();
      }
    }
  }

  @Test
  void whatComesWhileAConsumerIsThereIsInMemoryAndGoesToTheFileWithTheLast() throws Exception {
    try (Space space = open();
        Space others = open();
        Queue sender = queue(space, Store.HYBRID)) {
      sender.send(passing("before"));
      assertThat(isInFile("before")).isTrue();
      Queue first = queue(space, Store.HYBRID);
      Queue second = queue(others, Store.HYBRID);
      assertThat(first.tryClaim().orElseThrow().message().text()).isEqualTo("before");
      assertThat(second.tryClaim()).isEmpty();
      sender.send(passing("while"));
      first.close();
      assertThat(isInFile("while")).isFalse();
      second.close();
      assertThat(isInFile("while")).isTrue();
      sender.send(passing("after"));
      assertThat(isInFile("after")).isTrue();
      assertThat(takeAll(sender)).containsExactly("before", "while", "after");
    }
  }

  @Test
  void whatIsSentDurablyIsInTheFileAtOnce() throws Exception {
    try (Space space = open();
        Queue queue = queue(space, Store.HYBRID)) {
      assertThat(queue.tryClaim()).isEmpty();
      queue.send(passing("one"));
      queue.send(Outgoing.of("two").withDurability(Durability.GROUP));
      queue.send(passing("three"));
      assertThat(isInFile("one")).isFalse();
      assertThat(isInFile("two")).isTrue();
      assertThat(takeAll(queue)).containsExactly("one", "two", "three");
    }
  }

  @Test
  void whenTheLastConsumerIsKilledTheNextWhoChangesTheQueueMovesWhatItLeft() throws Exception {
    MortalKernel mortal = new MortalKernel(Kernel.linux());
    Space dying =
        Space.open(dir.resolve("space"), SpaceOptions.defaults().withKernel(mortal.kernel()));
    Queue consumer = queue(dying, Store.HYBRID);
    assertThat(consumer.tryClaim()).isEmpty();
    try (Space space = open();
        Queue sender = queue(space, Store.HYBRID)) {
      sender.send(passing("left"));
      assertThat(isInFile("left")).isFalse();
      mortal.die();
      sender.send(passing("next"));
      assertThat(isInFile("left")).isTrue();
      assertThat(takeAll(sender)).containsExactly("left", "next");
    }
  }

  @Test
  void afterABootTheFileHasWhatWasDurable() throws Exception {
    try (Space space = open();
        Queue queue = queue(space, Store.HYBRID)) {
      queue.send(Outgoing.of("durable").withDurability(Durability.GROUP));
      assertThat(queue.tryClaim()).isPresent();
      queue.send(passing("passing"));
      reboot();
    }
    reboot();
    try (Space space = open();
        Queue queue = queue(space, Store.HYBRID)) {
      assertThat(takeAll(queue)).contains("durable");
      queue.send(passing("new"));
      assertThat(takeAll(queue)).containsExactly("new");
    }
  }

  @Test
  void afterABootAQueueInMemoryIsEmptyAndGoodAgain() throws Exception {
    try (Space space = open();
        Queue queue = queue(space, Store.MEMORY)) {
      queue.send(passing("gone"));
    }
    reboot();
    try (Space space = open();
        Queue queue = queue(space, Store.MEMORY)) {
      assertThat(takeAll(queue)).isEmpty();
      queue.send(passing("new"));
      assertThat(takeAll(queue)).containsExactly("new");
    }
  }

  @Test
  void aQueueInMemoryRefusesDurableSends() throws Exception {
    try (Space space = open();
        Queue queue = queue(space, Store.MEMORY)) {
      assertThatThrownBy(() -> queue.send(Outgoing.of("x").withDurability(Durability.GROUP)))
          .isInstanceOf(DurabilityException.class)
          .hasMessageContaining("keeps its messages in memory");
      assertThat(queue.stats().ready()).isZero();
    }
  }

  @Test
  void aQueueGrowsWithItsBacklogAndShrinksAgain() throws Exception {
    Path memory = dir.resolve("space/queues/mails/memory");
    try (Space space = open();
        Space others = open();
        Queue sender = queue(space, Store.MEMORY);
        Queue receiver = queue(others, Store.MEMORY)) {
      long first = Files.size(memory);
      String text = "x".repeat(50_000);
      for (int i = 0; i < 100; i++) sender.send(passing(i + text));
      assertThat(Files.size(memory)).isGreaterThan(5_000_000).isGreaterThan(first);
      for (int i = 0; i < 100; i++) {
        Claim claim = receiver.tryClaim().orElseThrow();
        assertThat(claim.message().text()).isEqualTo(i + text);
        claim.ack();
      }
      sender.send(passing("last"));
      assertThat(Files.size(memory)).isLessThan(3_000_000);
      assertThat(takeAll(receiver)).containsExactly("last");
      assertThat(space.check(false)).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MEMORY", "HYBRID"})
  void whatOneSendsTheOtherGetsHoweverOftenTheLogIsReplacedMeanwhile(Store store) throws Exception {
    int messages = 10_000;
    try (Space space = Space.open(dir.resolve("space"));
        Space others = Space.open(dir.resolve("space"));
        Queue sender = queue(space, store);
        Queue receiver = queue(others, store)) {
      assertThat(receiver.tryClaim()).isEmpty();
      for (int round = 0; round < 2; round++) {
        for (int i = 0; i < messages; i++) sender.send(passing(i + "x".repeat(250)));
        for (int i = 0; i < messages; i++) {
          Claim claim = receiver.tryClaim().orElseThrow();
          assertThat(claim.message().text()).startsWith(i + "x");
          claim.ack();
        }
        assertThat(receiver.tryClaim()).isEmpty();
      }
    }
  }

  @Test
  void whatIsSentAndClaimedWhileSomebodyLooksIsNotThereForHimAsWell() throws Exception {
    for (int nth = 1; ; nth++) {
      Path place = dir.resolve("looking" + nth);
      FaultyKernel kernel = FaultyKernel.over(PretendedDisk.over(Kernel.linux()));
      AtomicBoolean met = new AtomicBoolean();
      SpaceOptions onDisk = SpaceOptions.defaults().withKernel(PretendedDisk.over(Kernel.linux()));
      try (Space others = Space.open(place, onDisk);
          Queue theirs = queue(others, Store.HYBRID);
          Space space = Space.open(place, SpaceOptions.defaults().withKernel(kernel.kernel()));
          Queue ours = queue(space, Store.HYBRID)) {
        assertThat(theirs.tryClaim()).isEmpty();
        theirs.trySend(Outgoing.of("before").withDurability(Durability.GROUP));
        kernel.before(FaultyKernel.ANY, nth, _ -> met.set(sendAndClaimAll(theirs)));
        ours.stats();
        kernel.heal();
        if (!met.get()) break;
        assertThat(ours.tryClaim()).as("before call " + nth).isEmpty();
      }
    }
  }

  private static boolean sendAndClaimAll(Queue queue) {
    try {
      queue.trySend(Outgoing.of("while").withDurability(Durability.GROUP));
      while (queue.tryClaim().isPresent()) {}
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoeverRemovesTheMemoryIsToldWhatThatMeans() throws Exception {
    try (Space space = open();
        Queue queue = queue(space, Store.MEMORY)) {
      queue.send(passing("lost"));
      Files.delete(dir.resolve("space/queues/mails/memory"));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> queue.send(passing("x")))
            .isInstanceOf(BadFormatException.class)
            .hasMessageContaining("is missing")
            .hasMessageContaining("remove the whole queue");
      }
    }
  }

  @Test
  void damageIsToldAndNotRead() throws Exception {
    try (Space space = open();
        Queue queue = queue(space, Store.MEMORY)) {
      queue.send(passing("x"));
      Path memory = dir.resolve("space/queues/mails/memory");
      try (FileChannel channel =
          FileChannel.open(memory, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        ByteBuffer body = ByteBuffer.allocate(8).order(java.nio.ByteOrder.nativeOrder());
        channel.read(body, 56);
        channel.write(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1}), body.getLong(0) + 128);
      }
      try (Space others = open();
          Queue reader = queue(others, Store.MEMORY)) {
        assertThatThrownBy(reader::tryClaim)
            .isInstanceOf(BadFormatException.class)
            .hasMessageContaining("at byte 128 is no record");
      }
    }
  }
}
