package dev.parley.testkit.fifo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.fifo.BroadcastOptions;
import dev.parley.primitive.fifo.Broadcaster;
import dev.parley.primitive.fifo.Fifo;
import dev.parley.primitive.fifo.FifoOptions;
import dev.parley.primitive.fifo.FifoReader;
import dev.parley.primitive.fifo.FifoWriter;
import dev.parley.primitive.fifo.Received;
import dev.parley.primitive.fifo.SendOutcome;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Call;
import dev.parley.testkit.FaultyKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Each system call fails in turn, once. What was to be done is done by trying again; nothing is
/// lost or doubled, and no descriptor is left open.
@Timeout(120)
class FifoFaultTest {
  private static final FifoOptions FRAMES = FifoOptions.frames().withCapacityBytes(1 << 17);
  private static final List<String> SENT = List.of("small", "large", "last");

  @TempDir private Path dir;

  private interface Attempt<T> {
    T run() throws IOException;
  }

  @ParameterizedTest
  @EnumSource(names = {"EIO", "EMFILE", "ENOMEM"})
  void inMakingOpeningSendingAndReceiving(Errno errno) throws Exception {
    int calls = 0;
    for (int nth = 1; ; nth++) {
      Path path = dir.resolve("fifo" + nth);
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      OpenDescriptors descriptors = new OpenDescriptors(faulty.kernel());
      long before = faulty.count(FaultyKernel.ANY);
      faulty.fail(FifoFaultTest::counts, nth, errno);
      List<String> got = plain(descriptors.kernel(), path);
      assertThat(got).as("call %d failed", nth).isEqualTo(SENT);
      descriptors.awaitNone("call " + nth + " failed");
      assertThat(hiddenFiles(dir)).as("call %d failed", nth).isEmpty();
      calls = (int) (faulty.count(FaultyKernel.ANY) - before);
      if (nth > calls) break;
    }
    assertThat(calls).isGreaterThan(40);
  }

  private static List<String> plain(Kernel kernel, Path path) throws Exception {
    try (Place place = again(() -> Place.of(kernel, path))) {
      again(() -> Fifo.make(place, 0600));
      try (FifoReader reader = again(() -> FifoReader.tryOpen(place, FRAMES).orElseThrow());
          FifoWriter writer = again(() -> FifoWriter.open(place, FRAMES))) {
        for (String text : SENT) send(writer, text);
        List<String> got = new ArrayList<>();
        drain(reader, got);
        return got;
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EIO", "EMFILE", "ENOMEM"})
  void inBroadcasting(Errno errno) throws Exception {
    int calls = 0;
    for (int nth = 1; ; nth++) {
      Path path = Files.createDirectory(dir.resolve("broadcast" + nth));
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      OpenDescriptors descriptors = new OpenDescriptors(faulty.kernel());
      long before = faulty.count(FaultyKernel.ANY);
      faulty.fail(FifoFaultTest::counts, nth, errno);
      for (List<String> got : broadcast(descriptors.kernel(), path)) {
        assertThat(got).as("call %d failed", nth).isEqualTo(SENT);
      }
      descriptors.awaitNone("call " + nth + " failed");
      calls = (int) (faulty.count(FaultyKernel.ANY) - before);
      if (nth > calls) break;
    }
    assertThat(calls).isGreaterThan(100);
  }

  /// @return what each of two readers got
  private static List<List<String>> broadcast(Kernel kernel, Path path) throws Exception {
    Kernel sound = Kernel.linux();
    try (Broadcaster broadcaster =
            again(
                () ->
                    Broadcaster.tryOpen(kernel, path, BroadcastOptions.defaults()).orElseThrow());
        FifoReader one = again(() -> Broadcaster.join(kernel, path, "one", FRAMES));
        FifoReader two = again(() -> Broadcaster.join(kernel, path, "two", FRAMES));
        Place source = Place.of(sound, path.resolve("source"));
        FifoWriter writer = FifoWriter.open(source, FRAMES)) {
      // Both have to be there before the first message is taken.
      while (broadcaster.stats().readers() < 2) again(() -> relay(broadcaster));
      for (String text : SENT) send(writer, text);
      List<String> first = new ArrayList<>();
      List<String> second = new ArrayList<>();
      while (first.size() < SENT.size() || second.size() < SENT.size()) {
        again(() -> relay(broadcaster));
        drain(one, first);
        drain(two, second);
      }
      return List.of(first, second);
    }
  }

  private static boolean relay(Broadcaster broadcaster) throws IOException {
    try {
      return broadcaster.relay(Duration.ofMillis(1));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aReaderThatCannotBeTakenInForWantOfDescriptorsIsTakenInLater() throws Exception {
    FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
    try (Broadcaster broadcaster =
            Broadcaster.tryOpen(faulty.kernel(), dir, BroadcastOptions.defaults()).orElseThrow();
        FifoReader one = Broadcaster.join(Kernel.linux(), dir, "one", FRAMES);
        Place source = Place.of(Kernel.linux(), dir.resolve("source"));
        FifoWriter writer = FifoWriter.open(source, FRAMES)) {
      while (broadcaster.stats().readers() < 1) relay(broadcaster);
      faulty.failFrom("pipe", 1, Errno.EMFILE);
      try (FifoReader two = Broadcaster.join(Kernel.linux(), dir, "two", FRAMES)) {
        while (faulty.count("pipe") < 2) relay(broadcaster);
        send(writer, "small");
        List<String> got = new ArrayList<>();
        while (got.isEmpty()) {
          relay(broadcaster);
          drain(one, got);
        }
        assertThat(got).as("the other goes on").containsExactly("small");
        faulty.heal();
        while (broadcaster.stats().readers() < 2) relay(broadcaster);
        send(writer, "last");
        while (!got.contains("last")) {
          relay(broadcaster);
          drain(two, got);
        }
      }
    }
  }

  // ---- tools

  /// The calls of this test's thread that can fail.
  private static boolean counts(Call call) {
    return FaultyKernel.failingCalls().contains(call.name())
        && !call.is("close")
        && !call.is("signal") // of an eventfd of its own: only what waits could be told too late
        && !Thread.currentThread().getName().equals("parley-watcher");
  }

  /// Twice, for one call fails once.
  private static <T> T again(Attempt<T> attempt) throws IOException {
    try {
      return attempt.run();
    } catch (IOException e) {
      return attempt.run();
    }
  }

  private static void send(FifoWriter writer, String text) throws IOException {
    byte[] payload = (text + " ".repeat(text.equals("large") ? 12_000 : 0)).getBytes(UTF_8);
    assertThat(again(() -> writer.trySend(payload))).isEqualTo(SendOutcome.WRITTEN);
  }

  /// What a send that failed in the middle has left is reported, and no message.
  private static void drain(FifoReader reader, List<String> got) throws IOException {
    while (true) {
      switch (again(reader::tryReceive)) {
        case Received.Message message -> got.add(message.text().strip());
        case Received.Skipped skipped ->
            assertThat(skipped.reason()).isEqualTo(Received.Reason.UNFINISHED);
        case Received.Nothing nothing -> {
          return;
        }
      }
    }
  }

  private static List<Path> hiddenFiles(Path dir) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.filter(path -> path.getFileName().toString().startsWith(".")).toList();
    }
  }
}
