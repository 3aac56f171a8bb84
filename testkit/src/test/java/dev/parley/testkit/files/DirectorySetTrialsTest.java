package dev.parley.testkit.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.set.DirectorySet;
import dev.parley.primitive.set.DirectorySet.Members;
import dev.parley.primitive.set.Element;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.crash.FilesystemModel;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Those who change a set meet failures, deaths and power cuts.
@Timeout(300)
class DirectorySetTrialsTest {
  private static final String LONG_TEXT = "long ".repeat(100);
  private static final FileOptions OPTIONS = FileOptions.defaults();

  @TempDir(factory = InMemory.class)
  private Path place;

  @Test
  void anyCallMayFail() throws Exception {
    new Trials(place, new Changes()).everyCallFails();
    new Trials(place, new NewSet()).everyCallFails();
  }

  @Test
  void aProcessMayDieBeforeAnyCall() throws Exception {
    new Trials(place, new Changes()).dyingBeforeEachCall();
    new Trials(place, new NewSet()).dyingBeforeEachCall();
  }

  @ParameterizedTest
  @EnumSource
  void thePowerMayGoAtAnyTime(FilesystemModel model) throws Exception {
    assertThat(new Trials(place, new Changes()).powerCuts(model).exhaustive()).isTrue();
    assertThat(new Trials(place, new NewSet()).powerCuts(model).exhaustive()).isTrue();
  }

  private record Begun(String element) {}

  private record Added(String element) {}

  private record Removed(String element) {}

  private static void add(DirectorySet set, Consumer<Object> promise, String element)
      throws Exception {
    promise.accept(new Begun(element));
    set.add(element);
    promise.accept(new Added(element));
  }

  private static void remove(DirectorySet set, Consumer<Object> promise, String element)
      throws Exception {
    promise.accept(new Begun(element));
    set.remove(element);
    promise.accept(new Removed(element));
  }

  private static void checkSet(Path directory, Set<String> before, List<Object> promises)
      throws Exception {
    Set<String> in = new HashSet<>(before);
    Set<String> either = new HashSet<>();
    for (Object promise : promises) {
      switch (promise) {
        case Begun(String element) -> {
          either.add(element);
          in.remove(element);
        }
        case Added(String element) -> {
          either.remove(element);
          in.add(element);
        }
        case Removed(String element) -> either.remove(element);
        default -> throw new IllegalArgumentException(promise.toString());
      }
    }
    try (DirectorySet set = DirectorySet.open(path(directory), OPTIONS.withDurable(false))) {
      assertThat(set.add("probe")).isTrue();
      Members members = set.snapshot();
      assertThat(members.damaged()).isEmpty();
      Set<String> found = new HashSet<>();
      for (Element element : members.elements()) found.add(element.text());
      assertThat(found).contains("probe").containsAll(in);
      found.removeAll(in);
      found.removeAll(either);
      assertThat(found).containsExactly("probe");
    }
  }

  private static Path path(Path directory) {
    return directory.resolve("set");
  }

  private record Changes() implements Scenario {
    @Override
    public void prepare(Path directory) throws Exception {
      try (DirectorySet set = DirectorySet.open(path(directory), OPTIONS)) {
        for (String element : List.of("x", LONG_TEXT + "x", "y")) set.add(element);
      }
    }

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception {
      try (DirectorySet set = DirectorySet.open(kernel, path(directory), OPTIONS)) {
        add(set, promise, "a");
        add(set, promise, LONG_TEXT);
        add(set, promise, "x");
        remove(set, promise, "y");
        remove(set, promise, LONG_TEXT + "x");
        add(set, promise, LONG_TEXT);
        set.snapshot();
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws Exception {
      checkSet(directory, Set.of("x", LONG_TEXT + "x", "y"), promises);
    }
  }

  private record NewSet() implements Scenario {
    @Override
    public void prepare(Path directory) {}

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception {
      try (DirectorySet set = DirectorySet.open(kernel, path(directory), OPTIONS)) {
        add(set, promise, "a");
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws Exception {
      checkSet(directory, Set.of(), promises);
    }
  }
}
