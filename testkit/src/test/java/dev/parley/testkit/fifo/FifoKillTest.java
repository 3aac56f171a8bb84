package dev.parley.testkit.fifo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.fifo.BroadcastOptions;
import dev.parley.primitive.fifo.Broadcaster;
import dev.parley.primitive.fifo.Fifo;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Real processes, killed while they write and read.
@Timeout(180)
class FifoKillTest {
  private static final Duration SOON = Duration.ofMinutes(1);

  private final ProcessHarness processes = new ProcessHarness();
  @TempDir private Path dir;
  private Path path;
  private Place place;

  @BeforeEach
  void make() throws Exception {
    path = dir.resolve("fifo");
    place = Place.of(Kernel.linux(), path);
    Fifo.make(place, 0600);
  }

  @AfterEach
  void close() {
    processes.close();
    place.close();
  }

  @Test
  void aKilledWriterCostsAtMostTheMessageInItsHands() throws Exception {
    Random random = new Random(4);
    Map<String, Child> writers = new HashMap<>();
    Map<String, Integer> next = new HashMap<>();
    int kills = 0;
    int unfinished = 0;
    try (FifoReader reader = FifoReader.tryOpen(place, FifoOptions.frames()).orElseThrow()) {
      for (String name : List.of("a", "b", "c")) start(writers, name);
      while (kills < 4) {
        int messages = 30 + random.nextInt(100);
        while (messages > 0) {
          switch (reader.receive(SOON)) {
            case Received.Message message -> {
              check(message.text(), next);
              messages--;
            }
            case Received.Skipped skipped -> {
              assertThat(skipped.reason()).isEqualTo(Received.Reason.UNFINISHED);
              unfinished++;
            }
            case Received.Nothing nothing -> // the others may not have begun yet
                assertThat(nothing).isEqualTo(Received.Nothing.WRITERS_GONE);
          }
        }
        // With the pipe full, all of them are in the middle of a message.
        Await.until("the pipe is full", () -> reader.unreadBytes() > 60_000);
        String victim = List.copyOf(writers.keySet()).get(random.nextInt(writers.size()));
        writers.remove(victim).kill();
        kills++;
        start(writers, victim.charAt(0) + "" + kills);
      }
      // All are dead: what is left is whole messages, and one that is not of each.
      for (Child writer : writers.values()) writer.kill();
      Received received;
      while ((received = reader.receive(SOON)) != Received.Nothing.WRITERS_GONE) {
        if (received instanceof Received.Message message) check(message.text(), next);
        if (received instanceof Received.Skipped) unfinished++;
      }
    }
    assertThat(unfinished).as("messages that were not finished").isLessThanOrEqualTo(kills + 3);
  }

  private void start(Map<String, Child> writers, String name) throws Exception {
    writers.put(name, processes.java(FifoActor.class, "writer", path.toString(), name, "30000"));
  }

  private static void check(String text, Map<String, Integer> next) {
    assertThat(text).hasSize(30_000);
    String[] words = text.strip().split(" ");
    assertThat(words).hasSize(2);
    int number = Integer.parseInt(words[1]);
    assertThat(number).as("of " + words[0]).isEqualTo(next.getOrDefault(words[0], 0));
    next.put(words[0], number + 1);
  }

  @Test
  void aKilledReaderCostsWhatItHadBegunAndItsWriterLivesOn() throws Exception {
    Child writer = processes.java(FifoActor.class, "writer", path.toString(), "w", "9000");
    Set<Integer> got = new HashSet<>();
    List<Integer> inOrder = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      Child reader = processes.java(FifoActor.class, "reader", path.toString());
      for (int i = 0; i < 50; i++) reader.awaitLine("got");
      reader.kill();
      reader.awaitExit();
      for (String line : reader.output().split("\n")) {
        if (!line.startsWith("got w ")) continue;
        int number = Integer.parseInt(line.substring(6));
        assertThat(got.add(number)).as("once: " + number).isTrue();
        inOrder.add(number);
      }
    }
    assertThat(writer.isAlive()).as("no death by SIGPIPE").isTrue();
    assertThat(inOrder).isSorted();
    Set<Integer> missing = new HashSet<>();
    for (int i = 0; i < inOrder.getLast(); i++) if (!got.contains(i)) missing.add(i);
    for (String line : writer.output().split("\n")) {
      if (line.startsWith("not sent ")) missing.remove(Integer.parseInt(line.substring(9)));
    }
    // Each killed reader: the message it had begun, one it had taken and not yet told us of, and
    // those of which it was the frames' last witness.
    assertThat(missing).as("lost although they were sent").hasSizeLessThanOrEqualTo(2 * 2);
  }

  /// Killed readers and writers of a broadcast cost the others nothing: who stays gets every whole
  /// message of every writer, in order.
  @Test
  void killedReadersAndWritersOfABroadcastCostTheOthersNothing() throws Exception {
    Random random = new Random(11);
    Path source = dir.resolve("source");
    Map<String, Child> readers = new HashMap<>();
    Map<String, Child> writers = new HashMap<>();
    try (Broadcaster broadcaster =
            Broadcaster.tryOpen(Kernel.linux(), dir, BroadcastOptions.defaults()).orElseThrow();
        ExecutorService relaying = Executors.newSingleThreadExecutor()) {
      relaying.submit(() -> relay(broadcaster));
      join(readers, "steady");
      for (String name : List.of("a", "b")) {
        writers.put(
            name, processes.java(FifoActor.class, "writer", source.toString(), name, "9000"));
      }
      Child steady = readers.get("steady");
      for (int kill = 0; kill < 4; kill++) {
        join(readers, "r" + kill);
        for (int i = random.nextInt(40) + 10; i > 0; i--) readers.get("r" + kill).awaitLine("got ");
        if (kill % 2 == 0) {
          readers.get("r" + kill).kill();
        } else {
          String victim = List.copyOf(writers.keySet()).get(random.nextInt(writers.size()));
          writers.remove(victim).kill();
          String next = "w" + kill;
          writers.put(
              next, processes.java(FifoActor.class, "writer", source.toString(), next, "9000"));
          steady.awaitLine("got " + next + " 20"); // whatever the dead one had begun is no obstacle
        }
        for (int i = 0; i < 20; i++) steady.awaitLine("got ");
      }
      Await.until("the dead are forgotten", () -> broadcaster.stats().readers() == 3);
      broadcaster.close();
      for (Child writer : writers.values()) writer.kill();
      for (String label : List.of("steady", "r1", "r3")) {
        Child reader = readers.get(label);
        assertThat(reader.isAlive()).as(label).isTrue();
        reader.kill();
        checkBroadcast(label, reader.output());
      }
      assertThat(steady.output()).contains("got a 0").contains("got b 0");
    }
  }

  private void join(Map<String, Child> readers, String label) throws Exception {
    Child reader = processes.java(FifoActor.class, "join", dir.toString(), label);
    readers.put(label, reader);
    reader.awaitLine("joined");
  }

  private static Object relay(Broadcaster broadcaster) throws Exception {
    try {
      while (true) broadcaster.relay(SOON);
    } catch (IllegalStateException closed) {
      return closed;
    }
  }

  /// From where it began each writer's messages come without a gap, and a killed one's last, if it
  /// was not whole, is told as that and nothing else.
  private static void checkBroadcast(String label, String output) {
    Map<String, Integer> next = new HashMap<>();
    for (String line : output.split("\n")) {
      if (line.startsWith("skipped")) {
        assertThat(line).as(label).isEqualTo("skipped UNFINISHED");
      } else if (line.startsWith("got ")) {
        String[] words = line.split(" ");
        int number = Integer.parseInt(words[2]);
        Integer expected = next.put(words[1], number + 1);
        if (expected != null) assertThat(number).as(label + ": " + line).isEqualTo(expected);
      }
    }
    assertThat(next).as(label).isNotEmpty();
  }
}
