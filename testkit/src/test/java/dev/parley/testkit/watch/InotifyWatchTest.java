package dev.parley.testkit.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.primitive.watch.Change;
import dev.parley.primitive.watch.Change.Kind;
import dev.parley.primitive.watch.FileWatch;
import dev.parley.primitive.watch.UnwatchableException;
import dev.parley.primitive.watch.WatchLimitException;
import dev.parley.primitive.watch.WatchOptions;
import dev.parley.sys.Errno;
import dev.parley.sys.InotifyEvent;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.FaultyKernel;
import dev.parley.testkit.Mount;
import dev.parley.testkit.ProcessHarness;
import dev.parley.testkit.contract.FileWatchContract;
import dev.parley.testkit.contract.WatchMirror;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class InotifyWatchTest extends FileWatchContract {
  private static final Set<Kind> NAMES = Set.of(Kind.APPEARED, Kind.GONE, Kind.MOVED);
  private static final WatchOptions TREE =
      WatchOptions.defaults().withRecursive(true).withPresentFirst(true);

  @Override
  protected WatchOptions implementation(WatchOptions options) {
    return options;
  }

  // ---- what only events can tell

  @Test
  void theTwoHalvesOfARenameAreOne() throws Exception {
    Path from = Files.createDirectories(directory.resolve("a/from"));
    Path to = Files.createDirectories(directory.resolve("b")).resolve("to");
    try (FileWatch watch = open(WatchOptions.defaults().withRecursive(true), directory)) {
      Files.move(from, to);
      assertThat(watch.await())
          .singleElement()
          .matches(change -> change.kind() == Kind.MOVED)
          .matches(change -> from.toString().equals(change.from()))
          .matches(change -> change.path().equals(to.toString()));
    }
  }

  @Test
  void whatCameAndWentIsTold() throws Exception {
    try (FileWatch watch = open(WatchOptions.defaults().withKinds(NAMES), directory)) {
      Path file = Files.createFile(directory.resolve("brief"));
      Files.delete(file);
      List<Change> told = new ArrayList<>();
      while (told.size() < 2) told.addAll(watch.await());
      assertThat(told).extracting(Change::kind).containsExactly(Kind.APPEARED, Kind.GONE);
    }
  }

  @Test
  void aFileIsWrittenOnceItsWriterCloses() throws Exception {
    Path file = directory.resolve("file");
    WatchOptions options = WatchOptions.defaults().withKinds(Set.of(Kind.WRITTEN));
    try (FileWatch watch = open(options, directory);
        ProcessHarness processes = new ProcessHarness()) {
      Child writer =
          processes.program(
              "sh",
              "-c",
              "exec >\"$1\"; echo half; read x; echo whole; exec >&-; read x",
              "sh",
              file.toString());
      Await.until("half is there", () -> Files.exists(file) && Files.size(file) > 0);
      assertThat(watch.await(Duration.ofMillis(50))).isEmpty();
      writer.say("go on");
      assertThat(watch.await()).singleElement().matches(c -> c.kind() == Kind.WRITTEN);
      // By rename, and by link, it comes whole.
      Path outside = Files.createTempFile(directory.getParent(), "made", "elsewhere");
      Files.createLink(directory.resolve("linked"), outside);
      assertThat(watch.await())
          .extracting(Change::path)
          .containsExactly(directory.resolve("linked").toString());
      Files.move(outside, directory.resolve("renamed"));
      assertThat(watch.await())
          .extracting(Change::path)
          .containsExactly(directory.resolve("renamed").toString());
    }
  }

  @Test
  void whatIsFoundInANewDirectoryCountsAsWritten() throws Exception {
    WatchOptions options =
        WatchOptions.defaults().withRecursive(true).withKinds(Set.of(Kind.WRITTEN));
    Path source = Files.createDirectories(directory.resolve("source/deep"));
    Files.writeString(source.resolve("file"), "x");
    Path inbox = Files.createDirectory(directory.resolve("inbox"));
    try (FileWatch watch = open(options, inbox)) {
      ProcessHarness.run("cp", "-r", directory.resolve("source").toString(), inbox.toString());
      assertThat(watch.await())
          .extracting(Change::path)
          .contains(inbox.resolve("source/deep/file").toString());
    }
  }

  @Test
  void anUnlinkedFileThatIsStillWrittenDoesNotSpeakUnderANameThatIsAnothersNow() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "old");
    WatchOptions options = WatchOptions.defaults().withKinds(Set.of(Kind.WRITTEN));
    try (FileWatch watch = open(options, directory);
        var old = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
      Files.delete(file);
      var another =
          Files.newByteChannel(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
      old.close();
      assertThat(watch.await(Duration.ofMillis(50))).isEmpty();
      another.close();
      assertThat(watch.await()).hasSize(1);
    }
  }

  @Test
  void changesOfOneFileInOneBatchAreOne() throws Exception {
    Path file = directory.resolve("file");
    WatchOptions options = WatchOptions.defaults().withSettle(Duration.ofMillis(300));
    try (FileWatch watch = open(options, directory)) {
      for (int i = 0; i < 100; i++) {
        Files.writeString(file, "x", StandardOpenOption.APPEND, StandardOpenOption.CREATE);
      }
      List<Change> told = watch.await();
      assertThat(told).extracting(Change::kind).containsExactly(Kind.APPEARED, Kind.WRITTEN);
      assertThat(told.getFirst().status()).matches(status -> status.sizeBytes() == 100);
    }
  }

  // ---- against inotifywait

  @Test
  void whatInotifywaitHearsOfOneDirectoryIsToldToo() throws Exception {
    try (ProcessHarness processes = new ProcessHarness();
        FileWatch watch = open(WatchOptions.defaults().withKinds(NAMES), directory)) {
      Child other;
      try {
        other =
            processes.program(
                "inotifywait",
                "-m",
                "-e",
                "create,delete,move",
                "--format",
                "%e %f",
                directory.toString());
      } catch (IOException e) {
        assumeTrue(false, "skipped: needs inotifywait (inotify-tools)");
        return;
      }
      other.awaitLine("Watches established");
      ProcessHarness.run(
          "sh",
          "-c",
          """
          cd "$1"
          i=0
          while [ $i -lt 500 ]; do
            : >f$i; mkdir d$i; mv f$i g$i; rmdir d$i
            i=$((i + 1))
          done
          : >last
          """,
          "sh",
          directory.toString());
      List<Change> told = new ArrayList<>();
      while (told.stream().noneMatch(change -> change.path().endsWith("/last"))) {
        told.addAll(watch.await());
      }
      other.awaitLine("CREATE last");
      Map<String, Long> theirs = new TreeMap<>();
      for (String line : other.output().lines().toList()) {
        String event = line.split("[, ]")[0];
        theirs.merge(event, 1L, Long::sum);
      }
      Map<Kind, Long> ours =
          told.stream().collect(Collectors.groupingBy(Change::kind, Collectors.counting()));
      assertThat(ours)
          .containsEntry(Kind.APPEARED, theirs.get("CREATE"))
          .containsEntry(Kind.GONE, theirs.get("DELETE"))
          .containsEntry(Kind.MOVED, theirs.get("MOVED_TO"));
    }
  }

  // ---- events that are lost

  @Test
  void whatWasLostWhileNobodyReadIsFoundByLooking() throws Exception {
    try (FileWatch watch = open(TREE, directory)) {
      mirror.apply(watch.await());
      // More than the watch keeps for a reader that does not come.
      ProcessHarness.run(
          "python3",
          "-S",
          "-c",
          """
          import os, sys
          os.chdir(sys.argv[1])
          for d in ('a', 'b'):
              os.mkdir(d)
          for i in range(36000):
              os.close(os.open('x%d' % (i % 50), os.O_CREAT | os.O_WRONLY))
              os.rename('x%d' % (i % 50), 'y%d' % (i % 50))
          os.rename('a', 'c')
          open('c/last', 'w').close()
          """,
          directory.toString());
      awaitEqual(watch, directory, true);
      assertThat(mirror.count(Kind.MISSED, directory)).isPositive();
      // And it goes on as before.
      Files.createFile(directory.resolve("c/later"));
      awaitEqual(watch, directory, true);
    }
  }

  @Test
  void whatTheKernelLostIsFoundByLooking() throws Exception {
    FaultyKernel losing = FaultyKernel.over(Kernel.linux());
    try (FileWatch watch = FileWatch.open(losing.kernel(), List.of(directory), TREE)) {
      mirror.apply(watch.await());
      // The watcher's read fails: it says so to everybody as an overflow; the events stay unread.
      losing.fail("inotifyRead", 1, Errno.EIO);
      Files.createDirectories(directory.resolve("new/deep"));
      Files.createFile(directory.resolve("new/deep/file"));
      awaitEqual(watch, directory, true);
      assertThat(mirror.count(Kind.MISSED, directory)).isPositive();
    }
  }

  @Test
  void whicheverCallFailsNothingIsLostAndNothingLeaks() throws Exception {
    Files.createDirectories(directory.resolve("old/deep"));
    try (FileWatch warm = open(TREE, directory)) {
      warm.await();
      long before = descriptors();
      for (int nth = 1; nth < 120; nth += 1 + nth / 20) {
        FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
        WatchMirror seen = new WatchMirror();
        Path file = directory.resolve("old/deep/file" + nth);
        try (FileWatch watch = FileWatch.open(faulty.kernel(), List.of(directory), TREE)) {
          seen.apply(watch.await());
          faulty.fail(FaultyKernel.ANY, nth, Errno.EIO);
          Files.createDirectories(directory.resolve("new" + nth + "/deep"));
          Files.writeString(file, "x");
          Files.move(file, directory.resolve("new" + nth + "/deep/file"));
          Await.until(
              "what was told is what is there, after failure " + nth,
              () -> {
                try {
                  seen.apply(watch.await(BRIEF));
                } catch (IOException e) {
                  return false; // said, and the next look makes up for it
                }
                assertThat(seen.errors(directory, true)).isEmpty();
                return true;
              });
        }
      }
      Await.until("all is closed", () -> descriptors() <= before);
    }
  }

  // ---- limits

  @Test
  void noWatchesLeftIsSaidWithTheRemedyAndLeavesNothing() throws Exception {
    Files.createDirectories(directory.resolve("a/b"));
    long before = descriptors();
    FaultyKernel full =
        FaultyKernel.over(Kernel.linux()).failFrom("inotifyAddWatch", 4, Errno.ENOSPC);
    assertThatThrownBy(() -> FileWatch.open(full.kernel(), List.of(directory), TREE))
        .isInstanceOf(WatchLimitException.class)
        .hasMessageContaining("fs.inotify.max_user_watches");
    Await.until("nothing is left", () -> descriptors() <= before);
    FaultyKernel none = FaultyKernel.over(Kernel.linux()).failFrom("inotifyInit", 1, Errno.EMFILE);
    assertThatThrownBy(() -> FileWatch.open(none.kernel(), List.of(directory), TREE))
        .isInstanceOf(WatchLimitException.class)
        .hasMessageContaining("fs.inotify.max_user_instances")
        .hasMessageContaining("ulimit -n");
    Await.until("nothing is left", () -> descriptors() <= before);
    WatchOptions fallingBack = TREE.withFallback(Duration.ofMillis(5));
    try (FileWatch watch = FileWatch.open(full.kernel(), List.of(directory), fallingBack)) {
      assertThat(watch.isPolling()).isTrue();
      mirror.apply(watch.await());
      Files.createFile(directory.resolve("a/b/file"));
      awaitEqual(watch, directory, true);
    }
  }

  @Test
  void aDirectoryThatFindsNoWatchLeftIsLookedAtFromTimeToTime() throws Exception {
    FaultyKernel kernel = FaultyKernel.over(Kernel.linux());
    try (FileWatch watch = FileWatch.open(kernel.kernel(), List.of(directory), TREE)) {
      mirror.apply(watch.await());
      kernel.failFrom("inotifyAddWatch", 1, Errno.ENOSPC);
      Path late = Files.createDirectory(directory.resolve("late"));
      awaitKind(watch, Kind.UNSEEN, late);
      Files.createFile(late.resolve("file"));
      awaitEqual(watch, directory, true);
      kernel.heal();
      Files.createFile(late.resolve("another"));
      awaitEqual(watch, directory, true);
    }
  }

  @Test
  void whereInotifyIsSilentItIsRefused() throws Exception {
    assertThatThrownBy(() -> open(TREE, Path.of("/proc/sys/fs")))
        .isInstanceOf(UnwatchableException.class)
        .hasMessageContaining("proc")
        .hasMessageContaining("poll instead");
    WatchOptions fallingBack = WatchOptions.defaults().withFallback(Duration.ofSeconds(1));
    try (FileWatch watch = open(fallingBack, Path.of("/proc/sys/fs/inotify"))) {
      assertThat(watch.isPolling()).isTrue();
    }
  }

  // ---- another user

  /// A directory that may be searched and not read cannot be watched; it is looked at instead.
  @Test
  void aUserIsToldOfWhatHeMayReadBehindADirectoryHeMayOnlySearch() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: needs root to become another user");
    Files.setAttribute(directory, "unix:mode", 0755);
    Path searched = Files.createDirectory(directory.resolve("searched"));
    Path watched = searched.resolve("watched");
    Files.setAttribute(searched, "unix:mode", 0711);
    try (ProcessHarness others = ProcessHarness.asUser(65534, 65534)) {
      Child watch = others.java(Watching.class, watched.toString());
      watch.awaitLine("watching");
      Files.createDirectory(watched);
      watch.awaitLine("APPEARED " + watched);
      Path secret = Files.createDirectory(watched.resolve("secret"));
      Files.setAttribute(secret, "unix:mode", 0);
      Files.createFile(secret.resolve("file"));
      Files.move(watched, searched.resolve("aside"));
      watch.awaitLine("GONE " + watched);
      Files.move(searched.resolve("aside"), watched);
      watch.awaitLine("UNSEEN " + secret);
      Files.setAttribute(secret, "unix:mode", 0755);
      watch.awaitLine("APPEARED " + secret.resolve("file"));
    }
  }

  /// Prints what is told of a path.
  static final class Watching {
    public static void main(String[] arguments) throws Exception {
      try (FileWatch watch = FileWatch.open(List.of(Path.of(arguments[0])), TREE)) {
        System.out.println("watching");
        while (true) {
          for (Change change : watch.await()) {
            System.out.println(change.kind() + " " + change.path());
          }
        }
      }
    }
  }

  // ---- mounts

  @Test
  void aMountLaidOverADirectoryIsSeen() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: mounting needs root");
    Path place = Files.createDirectories(directory.resolve("a/place"));
    Files.createFile(place.resolve("below-the-mount"));
    try (FileWatch watch = open(TREE, directory)) {
      mirror.apply(watch.await());
      try {
        ProcessHarness.run("mount", "-t", "tmpfs", "parley-test", place.toString());
      } catch (AssertionError e) {
        assumeTrue(false, "skipped: nothing can be mounted here: " + e.getMessage());
      }
      try {
        Files.createFile(place.resolve("on-the-mount"));
        awaitEqual(watch, directory, true);
        Files.createFile(place.resolve("later"));
        awaitEqual(watch, directory, true);
      } finally {
        ProcessHarness.run("umount", place.toString());
      }
      awaitEqual(watch, directory, true);
      assertThat(mirror.believed()).containsKey(place.resolve("below-the-mount").toString());
      Files.createFile(place.resolve("after"));
      awaitEqual(watch, directory, true);
    }
  }

  @Test
  void oneDirectorySeenTwiceThroughABindMountTellsUnderBothNames() throws Exception {
    assumeTrue(ProcessHarness.isRoot(), "skipped: mounting needs root");
    Path real = Files.createDirectory(directory.resolve("real"));
    Path bound = Files.createDirectory(directory.resolve("bound"));
    try {
      ProcessHarness.run("mount", "--bind", real.toString(), bound.toString());
    } catch (AssertionError e) {
      assumeTrue(false, "skipped: nothing can be mounted here: " + e.getMessage());
    }
    try (FileWatch watch = open(TREE, directory)) {
      Files.createFile(real.resolve("file"));
      awaitEqual(watch, directory, true);
      assertThat(mirror.believed())
          .containsKeys(real.resolve("file").toString(), bound.resolve("file").toString());
    } finally {
      ProcessHarness.run("umount", bound.toString());
    }
  }

  @Test
  void anUnmountedFilesystemIsGoneAndAnotherOneThereIsSeen() throws Exception {
    try (Mount mount = Mount.of(Mount.Kind.TMPFS)) {
      Path root = mount.path();
      Files.createFile(root.resolve("file"));
      try (FileWatch watch = open(TREE, root)) {
        mirror.apply(watch.await());
        ProcessHarness.run("umount", root.toString());
        awaitEqual(watch, root, true);
        ProcessHarness.run("mount", "-t", "tmpfs", "parley-test", root.toString());
        Files.createFile(root.resolve("other"));
        awaitEqual(watch, root, true);
      }
    }
  }

  /// The kernel's own events: nothing else wakes a watch that waits.
  @Test
  void aWatchThatWaitsMakesNoSystemCall() throws Exception {
    FaultyKernel counting = FaultyKernel.over(Kernel.linux());
    try (FileWatch watch = FileWatch.open(counting.kernel(), List.of(directory), TREE)) {
      watch.await();
      Thread waiter =
          Thread.ofPlatform()
              .daemon()
              .start(
                  () -> {
                    try {
                      watch.await();
                    } catch (Exception e) {
                      // It is closed when the test is over.
                    }
                  });
      Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
      long before = counting.count(FaultyKernel.ANY);
      Thread.sleep(300);
      assertThat(counting.count(FaultyKernel.ANY)).isEqualTo(before);
      assertThat(InotifyEvent.OVERFLOW).isPositive();
    }
  }
}
