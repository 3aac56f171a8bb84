package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.filequeue.DamagedQueueException;
import dev.parley.primitive.filequeue.FileQueue;
import dev.parley.primitive.filequeue.FileQueue.Item;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.crash.FilesystemModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A file queue's producers and consumers meet failures, deaths and power cuts.
@Timeout(300)
class FileQueueTrialsTest {
  /// Consumed, it makes the file worth being made smaller.
  private static final String LARGE = "L".repeat(1_100_000);

  private static final FileOptions OPTIONS = FileOptions.defaults();

  @TempDir(factory = InMemory.class)
  private Path place;

  @Test
  void anyCallMayFail() throws Exception {
    new Trials(place, new Work(List.of("x", LARGE, "y"))).everyCallFails();
  }

  @Test
  void aProcessMayDieBeforeAnyCall() throws Exception {
    new Trials(place, new Work(List.of("x", LARGE, "y"))).dyingBeforeEachCall();
  }

  @ParameterizedTest
  @EnumSource
  void thePowerMayGoAtAnyTime(FilesystemModel model) throws Exception {
    assertThat(new Trials(place, new Work(List.of("x", "y"))).powerCuts(model).exhaustive())
        .isTrue();
    assertThat(new Trials(place, new NewQueue()).powerCuts(model).exhaustive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void thePowerMayGoWhileTheFileIsMadeSmaller(FilesystemModel model) throws Exception {
    new Trials(place, new Compaction()).powerCuts(model);
  }

  // ---- promises

  private record Adding(String message) {}

  private record Added(String message) {}

  private record Consuming(String message) {}

  private record Consumed(String message) {}

  private static void add(FileQueue queue, Consumer<Object> promise, String... messages)
      throws IOException {
    for (String message : messages) promise.accept(new Adding(message));
    List<byte[]> all = new ArrayList<>();
    for (String message : messages) all.add(message.getBytes(UTF_8));
    queue.appendAll(all);
    for (String message : messages) promise.accept(new Added(message));
  }

  private static void poll(FileQueue queue, Consumer<Object> promise, String expected)
      throws IOException {
    promise.accept(new Consuming(expected));
    assertThat(queue.poll().map(bytes -> new String(bytes, UTF_8))).contains(expected);
    promise.accept(new Consumed(expected));
  }

  /// Takes everything, and compares: what was added comes, once and in its order, unless somebody
  /// was about to consume it; and never, once that was promised.
  private static void checkQueue(Path directory, List<String> before, List<Object> promises)
      throws IOException {
    Set<String> possible = new LinkedHashSet<>(before);
    Set<String> certain = new LinkedHashSet<>(before);
    for (Object promise : promises) {
      switch (promise) {
        case Adding(String message) -> possible.add(message);
        case Added(String message) -> certain.add(message);
        case Consuming(String message) -> certain.remove(message);
        case Consumed(String message) -> possible.remove(message);
        default -> throw new IllegalArgumentException(promise.toString());
      }
    }
    List<String> found = new ArrayList<>();
    try (FileQueue queue = FileQueue.open(path(directory), OPTIONS.withDurable(false))) {
      queue.append("probe".getBytes(UTF_8));
      long size = -1;
      while (size != 0) {
        try {
          Optional<byte[]> next = queue.poll();
          next.ifPresent(bytes -> found.add(new String(bytes, UTF_8)));
          size = next.isPresent() ? queue.size() : 0;
        } catch (DamagedQueueException e) {
          // Of something that was never acknowledged: those that were, must be found.
        }
      }
    }
    assertThat(found.getLast()).isEqualTo("probe");
    found.removeLast();
    List<String> inOrder = new ArrayList<>(possible);
    inOrder.retainAll(found);
    assertThat(found).isEqualTo(inOrder);
    assertThat(found).containsAll(certain);
  }

  private static Path path(Path directory) {
    return directory.resolve("orders");
  }

  // ---- scenarios

  /// Everything that can be done to a queue.
  private record Work(List<String> before) implements Scenario {
    @Override
    public void prepare(Path directory) throws IOException {
      try (FileQueue queue = FileQueue.open(path(directory), OPTIONS)) {
        for (String message : before) queue.append(message.getBytes(UTF_8));
      }
    }

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws IOException {
      try (FileQueue queue = FileQueue.open(kernel, path(directory), OPTIONS)) {
        add(queue, promise, "a");
        add(queue, promise, "b", "c", "d");
        for (String message : before) poll(queue, promise, message);
        Item a = queue.peek().orElseThrow();
        promise.accept(new Consuming("a"));
        assertThat(queue.consume(a)).isTrue();
        promise.accept(new Consumed("a"));
        List<Item> two = queue.peek(2);
        promise.accept(new Consuming("b"));
        promise.accept(new Consuming("c"));
        assertThat(queue.consumeThrough(two.getLast())).isTrue();
        promise.accept(new Consumed("b"));
        promise.accept(new Consumed("c"));
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws IOException {
      checkQueue(directory, before, promises);
    }
  }

  /// The first message makes the queue.
  private record NewQueue() implements Scenario {
    @Override
    public void prepare(Path directory) {}

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws IOException {
      try (FileQueue queue = FileQueue.open(kernel, path(directory), OPTIONS)) {
        add(queue, promise, "a");
        poll(queue, promise, "a");
        add(queue, promise, "b");
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws IOException {
      checkQueue(directory, List.of(), promises);
    }
  }

  /// One consumer makes the file smaller; another one goes on with the new file.
  private record Compaction() implements Scenario {
    @Override
    public void prepare(Path directory) throws IOException {
      try (FileQueue queue = FileQueue.open(path(directory), OPTIONS)) {
        for (String message : List.of(LARGE, "x", "y")) queue.append(message.getBytes(UTF_8));
      }
    }

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws IOException {
      try (FileQueue first = FileQueue.open(kernel, path(directory), OPTIONS);
          FileQueue second = FileQueue.open(kernel, path(directory), OPTIONS)) {
        poll(first, promise, LARGE);
        poll(second, promise, "x");
        add(first, promise, "z");
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws IOException {
      checkQueue(directory, List.of(LARGE, "x", "y"), promises);
    }
  }
}
