package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.atomic.AtomicFile;
import dev.parley.primitive.atomic.PendingUpdate;
import dev.parley.primitive.atomic.Replacement;
import dev.parley.primitive.atomic.WriteOptions;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.crash.FilesystemModel;
import java.nio.file.Files;
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

/// Those who replace a file meet failures, deaths and power cuts.
@Timeout(300)
class AtomicFileTrialsTest {
  @TempDir(factory = InMemory.class)
  private Path place;

  @Test
  void anyCallMayFail() throws Exception {
    new Trials(place, new Writes()).everyCallFails();
    new Trials(place, new FirstWrites()).everyCallFails();
  }

  @Test
  void aWriterMayDieBeforeAnyCall() throws Exception {
    new Trials(place, new Writes()).dyingBeforeEachCall();
    new Trials(place, new FirstWrites()).dyingBeforeEachCall();
  }

  @ParameterizedTest
  @EnumSource
  void thePowerMayGoAtAnyTime(FilesystemModel model) throws Exception {
    assertThat(new Trials(place, new FirstWrites()).powerCuts(model).exhaustive()).isTrue();
    new Trials(place, new Writes()).powerCuts(model);
  }

  private record Begun(String version) {}

  private record Done(String version) {}

  private interface Step {
    void run() throws Exception;
  }

  private static void step(Consumer<Object> promise, String version, Step step) throws Exception {
    promise.accept(new Begun(version));
    step.run();
    promise.accept(new Done(version));
  }

  /// The last version that was promised is there, or one that was begun after it; and it can be
  /// replaced.
  private static void checkVersion(Path path, Optional<String> before, List<Object> promises)
      throws Exception {
    List<Optional<String>> possible = new ArrayList<>(List.of(before));
    for (Object promise : promises) {
      switch (promise) {
        case Begun(String version) -> possible.add(Optional.of(version));
        case Done(String version) -> {
          possible.clear();
          possible.add(Optional.of(version));
        }
        default -> throw new IllegalArgumentException(promise.toString());
      }
    }
    try (AtomicFile file =
        AtomicFile.at(path, WriteOptions.defaults().withDurable(false).withBackup("backup"))) {
      assertThat(file.read().map(bytes -> new String(bytes, UTF_8))).isIn(possible);
      if (before.isPresent()) {
        assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0100640);
      }
      file.update(_ -> "next".getBytes(UTF_8));
      assertThat(path).hasContent("next");
    }
  }

  private static Path path(Path directory) {
    return directory.resolve("stock");
  }

  /// In all the ways that there are.
  private record Writes() implements Scenario {
    @Override
    public void prepare(Path directory) throws Exception {
      try (AtomicFile file =
          AtomicFile.at(path(directory), WriteOptions.defaults().withMode(0640))) {
        file.write("old".getBytes(UTF_8));
      }
    }

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception {
      WriteOptions options = WriteOptions.defaults().withBackup("backup");
      try (AtomicFile file = AtomicFile.at(kernel, path(directory), options)) {
        step(promise, "one", () -> file.write("one".getBytes(UTF_8)));
        step(promise, "two", () -> file.update(_ -> "two".getBytes(UTF_8)));
        step(
            promise,
            "three",
            () -> {
              try (Replacement replacement = file.replace()) {
                replacement.write("three".getBytes(UTF_8));
                replacement.commit();
              }
            });
        step(
            promise,
            "four",
            () -> {
              try (PendingUpdate update = file.beginUpdate()) {
                kernel.write(update.after(), "four".getBytes(UTF_8), 0, 4);
                update.commit();
              }
            });
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws Exception {
      checkVersion(path(directory), Optional.of("old"), promises);
    }
  }

  /// Of a file that was not there.
  private record FirstWrites() implements Scenario {
    @Override
    public void prepare(Path directory) {}

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception {
      try (AtomicFile file = AtomicFile.at(kernel, path(directory), WriteOptions.defaults())) {
        step(promise, "one", () -> assertThat(file.create("one".getBytes(UTF_8))).isTrue());
        step(promise, "two", () -> file.update(_ -> "two".getBytes(UTF_8)));
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws Exception {
      checkVersion(path(directory), Optional.empty(), promises);
    }
  }
}
