package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.log.AppendLog;
import dev.parley.primitive.log.LogReader;
import dev.parley.primitive.log.LogRecord;
import dev.parley.primitive.log.LogRecord.Entry;
import dev.parley.primitive.log.LogRecord.Reason;
import dev.parley.primitive.log.LogRecord.Skipped;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.crash.FilesystemModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A log's writers meet failures, deaths and power cuts.
@Timeout(300)
class AppendLogTrialsTest {
  private static final String LARGE = "large".repeat(80_000);

  @TempDir(factory = InMemory.class)
  private Path place;

  @Test
  void anyCallMayFail() throws Exception {
    new Trials(place, new Appends(LARGE, true)).everyCallFails();
  }

  @Test
  void aWriterMayDieBeforeAnyCall() throws Exception {
    new Trials(place, new Appends(LARGE, false)).dyingBeforeEachCall();
  }

  @ParameterizedTest
  @EnumSource
  void thePowerMayGoAtAnyTime(FilesystemModel model) throws Exception {
    assertThat(new Trials(place, new Appends("c\n", true)).powerCuts(model).exhaustive()).isTrue();
    assertThat(new Trials(place, new FirstAppend()).powerCuts(model).exhaustive()).isTrue();
  }

  /// Several entries are appended to a log that has one.
  private record Appends(String large, boolean durable) implements Scenario {
    @Override
    public void prepare(Path directory) throws IOException {
      try (AppendLog log = AppendLog.open(log(directory), FileOptions.defaults())) {
        log.append("before".getBytes(UTF_8));
      }
    }

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws IOException {
      FileOptions options = FileOptions.defaults().withDurable(durable);
      try (AppendLog log = AppendLog.open(kernel, log(directory), options)) {
        log.append("a".getBytes(UTF_8));
        promise.accept("a");
        log.append(large.getBytes(UTF_8));
        promise.accept(large);
        log.appendAll(List.of("d".getBytes(UTF_8), "e".getBytes(UTF_8)));
        promise.accept("d");
        promise.accept("e");
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws IOException {
      List<String> expected = new ArrayList<>(List.of("before"));
      for (Object promise : promises) expected.add((String) promise);
      checkLog(directory, expected, List.of("before", "a", large, "d", "e"));
    }
  }

  /// The first entry makes the log.
  private record FirstAppend() implements Scenario {
    @Override
    public void prepare(Path directory) {}

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws IOException {
      try (AppendLog log = AppendLog.open(kernel, log(directory), FileOptions.defaults())) {
        log.append("first".getBytes(UTF_8));
        promise.accept("first");
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws IOException {
      List<String> expected = new ArrayList<>();
      for (Object promise : promises) expected.add((String) promise);
      checkLog(directory, expected, List.of("first"));
    }
  }

  private static Path log(Path directory) {
    return directory.resolve("events");
  }

  /// Adds an entry and finds it, all that were promised, and none that was never written, in their
  /// order.
  private static void checkLog(Path directory, List<String> promised, List<String> possible)
      throws IOException {
    FileOptions options = FileOptions.defaults().withDurable(false);
    try (AppendLog log = AppendLog.open(log(directory), options)) {
      log.append("probe".getBytes(UTF_8));
    }
    List<String> found = new ArrayList<>();
    try (LogReader reader = LogReader.open(log(directory), options)) {
      for (Optional<LogRecord> next = reader.poll(); next.isPresent(); next = reader.poll()) {
        switch (next.get()) {
          case Entry entry -> found.add(entry.text());
          case Skipped skipped -> assertThat(skipped.reason()).isIn(Reason.TORN, Reason.DAMAGED);
        }
      }
    }
    assertThat(found.getLast()).isEqualTo("probe");
    found.removeLast();
    assertThat(found).containsAll(promised);
    List<String> inOrder = new ArrayList<>(possible);
    inOrder.retainAll(found);
    assertThat(found).as("each once, in its order").isEqualTo(inOrder);
  }
}
