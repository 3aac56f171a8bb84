package dev.parley.testkit.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sys.Errno;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.MortalKernel;
import dev.parley.testkit.crash.CrashEnumerator;
import dev.parley.testkit.crash.CrashReport;
import dev.parley.testkit.crash.FilesystemModel;
import dev.parley.testkit.crash.PowerCutRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/// Lets a [Scenario] meet a failure of each system call, a death before each, and a power cut after
/// each.
final class Trials {
  private static final List<Errno> ERRNOS =
      List.of(Errno.EIO, Errno.EINTR, Errno.ENOSPC, Errno.EMFILE, Errno.EACCES, Errno.ENOMEM);
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final Path place;
  private final Scenario scenario;

  /// @param place an empty directory
  Trials(Path place, Scenario scenario) {
    this.place = place;
    this.scenario = scenario;
  }

  /// Each call that can fail fails once, with one errno or another, and nothing stays open.
  void everyCallFails() throws Exception {
    boolean failed = true;
    for (int nth = 1; failed; nth++) {
      Errno errno = ERRNOS.get(nth % ERRNOS.size());
      Path directory = prepared("fault-" + nth + errno);
      FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
      AtomicBoolean met = new AtomicBoolean();
      faulty.before(FaultyKernel.ANY, nth, _ -> met.set(true));
      faulty.fail(FaultyKernel.ANY, nth, errno);
      List<Object> promises = new ArrayList<>();
      try {
        try {
          scenario.act(faulty.kernel(), directory, promises::add);
        } catch (IOException e) {
          assertThat(e).hasMessageNotContaining("null");
        }
        assertThat(openBelow(directory)).as("left open").isEmpty();
        scenario.check(directory, promises);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "call %d fails with %s: %s%n%s".formatted(nth, errno, e, listing(directory)), e);
      }
      failed = met.get();
    }
  }

  /// Dies right before each call that can fail.
  void dyingBeforeEachCall() throws Exception {
    boolean died = true;
    for (int nth = 1; died; nth++) {
      Path directory = prepared("death-" + nth);
      MortalKernel mortal = new MortalKernel(Kernel.linux());
      mortal.dieBefore(nth);
      List<Object> promises = new ArrayList<>();
      try {
        try {
          scenario.act(mortal.kernel(), directory, promises::add);
        } catch (MortalKernel.Death e) {
          // It was to be expected.
        }
        died = mortal.isDead();
        mortal.die();
        scenario.check(directory, promises);
      } catch (Exception | AssertionError e) {
        throw new AssertionError(
            "dies before call %d: %s%n%s".formatted(nth, e, listing(directory)), e);
      }
    }
  }

  /// The power goes after each change.
  CrashReport powerCuts(FilesystemModel model) throws Exception {
    Path directory = prepared("power-" + model);
    PowerCutRecorder recorder = PowerCutRecorder.of(directory);
    scenario.act(recorder.kernel(), directory, recorder::promise);
    return new CrashEnumerator(model)
        .check(recorder.stop(), state -> scenario.check(state.directory(), state.promises()));
  }

  private Path prepared(String name) throws Exception {
    Path directory = Files.createTempDirectory(place, name);
    scenario.prepare(directory);
    return directory;
  }

  static List<String> openBelow(Path directory) throws IOException {
    List<String> open = new ArrayList<>();
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      for (Path each : all.toList()) {
        try {
          String target = Files.readSymbolicLink(each).toString();
          if (target.startsWith(directory.toString())) open.add(target);
        } catch (IOException e) {
          // The one that lists them.
        }
      }
    }
    return open;
  }

  static String listing(Path directory) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted().toList()) {
        text.append(directory.relativize(each));
        if (Files.isRegularFile(each)) text.append(' ').append(Files.size(each));
        text.append('\n');
      }
    }
    return text.toString();
  }
}
