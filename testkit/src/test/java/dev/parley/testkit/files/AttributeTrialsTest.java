package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.attribute.AttributeFile;
import dev.parley.primitive.attribute.AttributeLimitException;
import dev.parley.primitive.attribute.AttributeOptions;
import dev.parley.primitive.attribute.NoAttributesException;
import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.ProcessHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Those who change attributes meet failures, deaths, each other and the programs that do it
/// already.
@Timeout(300)
class AttributeTrialsTest {
  @TempDir(factory = InMemory.class)
  private Path place;

  private Path path() {
    return place.resolve("job");
  }

  @BeforeEach
  void make() throws Exception {
    Files.writeString(path(), "");
    try (AttributeFile file = AttributeFile.at(path(), AttributeOptions.defaults())) {
      file.label("probe");
      file.unlabel("probe");
    } catch (NoAttributesException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
    }
  }

  // ---- each call fails; each is the last

  @Test
  void anyCallMayFail() throws Exception {
    new Trials(place, new Swaps()).everyCallFails();
  }

  @Test
  void aProcessMayDieBeforeAnyCall() throws Exception {
    new Trials(place, new Swaps()).dyingBeforeEachCall();
  }

  private record Swaps() implements Scenario {
    @Override
    public void prepare(Path directory) throws Exception {
      Path path = Files.writeString(directory.resolve("job"), "");
      try (AttributeFile file = AttributeFile.at(path, AttributeOptions.defaults())) {
        file.set("state", "0".getBytes(UTF_8));
      }
    }

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception {
      AttributeOptions options = AttributeOptions.defaults();
      try (AttributeFile file = AttributeFile.at(kernel, directory.resolve("job"), options)) {
        promise.accept("begun 1");
        assertThat(file.compareAndSet("state", "0".getBytes(UTF_8), "1".getBytes(UTF_8))).isTrue();
        promise.accept("done 1");
        promise.accept("begun 2");
        file.update("state", _ -> Optional.of("2".getBytes(UTF_8)));
        promise.accept("done 2");
        file.label("late");
        promise.accept("labelled");
        file.watch("state").awaitChange(Duration.ZERO);
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws Exception {
      List<String> possible = new ArrayList<>(List.of("0"));
      for (Object promise : promises) {
        String[] words = promise.toString().split(" ");
        if (words[0].equals("done")) possible.clear();
        if (words.length == 2) possible.add(words[1]);
      }
      AttributeOptions options = AttributeOptions.defaults().withAtMost(Duration.ZERO);
      try (AttributeFile file = AttributeFile.at(directory.resolve("job"), options)) {
        assertThat(new String(file.get("state").orElseThrow(), UTF_8)).isIn(possible);
        if (promises.contains("labelled")) assertThat(file.labels()).contains("late");
        file.set("state", "next".getBytes(UTF_8)); // nobody holds the lock
      }
      assertThat(directory.toFile().list()).containsExactly("job");
    }
  }

  @Test
  void aSyncThatFailsLeavesTheOutcomeUnknown() throws Exception {
    Kernel kernel = FaultyKernel.over(Kernel.linux()).fail("fsync", 1, Errno.EIO).kernel();
    try (AttributeFile file = AttributeFile.at(kernel, path(), AttributeOptions.defaults())) {
      assertThatThrownBy(() -> file.set("state", new byte[1]))
          .isInstanceOf(OutcomeUnknownException.class)
          .hasMessageContaining("power cut");
      assertThat(file.get("state")).isPresent();
    }
  }

  @Test
  void whatTheKernelRefusesHasItsOwnError() throws Exception {
    for (Errno errno : List.of(Errno.ENOSPC, Errno.EDQUOT, Errno.E2BIG, Errno.ERANGE)) {
      Kernel kernel = FaultyKernel.over(Kernel.linux()).fail("setAttribute", 1, errno).kernel();
      try (AttributeFile file = AttributeFile.at(kernel, path(), AttributeOptions.defaults())) {
        assertThatThrownBy(() -> file.set("state", new byte[1]))
            .isInstanceOf(AttributeLimitException.class)
            .hasMessageContaining(errno.name());
      }
    }
    Kernel none =
        FaultyKernel.over(Kernel.linux()).failFrom("attribute", 1, Errno.EOPNOTSUPP).kernel();
    try (AttributeFile file = AttributeFile.at(none, path(), AttributeOptions.defaults())) {
      assertThatThrownBy(() -> file.get("state"))
          .isInstanceOf(NoAttributesException.class)
          .hasMessageContaining("parley doctor");
    }
  }

  // ---- processes

  @Test
  void countersOfProcessesAreExactThoughSomeAreKilled() throws Exception {
    assumeProgram("setfattr");
    int acknowledged = 0;
    int killed = 0;
    try (ProcessHarness processes = new ProcessHarness()) {
      List<Child> children = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        children.add(processes.java(Actor.class, "count", path().toString(), "w" + i));
      }
      // The programs that are there already take part, through flock(1).
      for (int i = 0; i < 20; i++) {
        ProcessHarness.run(
            "flock",
            path().toString(),
            "sh",
            "-c",
            "n=$(getfattr --only-values -n user.count \"$0\" 2>/dev/null);"
                + " setfattr -n user.count -v $((n + 1)) \"$0\"",
            path().toString());
        acknowledged++;
      }
      for (Child child : children) {
        child.awaitLine("50");
        child.kill();
        // A line that was cut by its writer's death was not said.
        acknowledged += (int) child.output().lines().filter(line -> line.matches("[0-9]+")).count();
        killed++;
      }
    }
    try (AttributeFile file = AttributeFile.at(path(), AttributeOptions.defaults())) {
      int count = Integer.parseInt(new String(file.get("count").orElseThrow(), UTF_8));
      // Who is killed may have counted once more than he could say.
      assertThat(count).isBetween(acknowledged, acknowledged + killed);
    }
  }

  @Test
  void theProgramsThatAreThereReadAndWriteTheSame() throws Exception {
    assumeProgram("setfattr");
    try (AttributeFile file = AttributeFile.at(path(), AttributeOptions.defaults())) {
      ProcessHarness.run("setfattr", "-n", "user.state", "-v", "theirs", path().toString());
      assertThat(file.get("state")).contains("theirs".getBytes(UTF_8));
      file.set("state", "ours".getBytes(UTF_8));
      file.label("urgent");
      String shown = ProcessHarness.run("getfattr", "-d", "--absolute-names", path().toString());
      assertThat(shown).contains("user.state=\"ours\"", "user.parley.label.urgent");
      ProcessHarness.run("setfattr", "-x", "user.parley.label.urgent", path().toString());
      assertThat(file.labels()).isEmpty();
    }
  }

  private static void assumeProgram(String program) throws Exception {
    assumeTrue(ProcessHarness.has(program), "skipped: no " + program + " (package attr)");
  }
}
