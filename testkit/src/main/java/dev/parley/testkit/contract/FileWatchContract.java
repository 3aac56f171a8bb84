package dev.parley.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.UnsafePathException;
import dev.parley.primitive.watch.Change;
import dev.parley.primitive.watch.Change.Kind;
import dev.parley.primitive.watch.FileWatch;
import dev.parley.primitive.watch.WatchOptions;
import dev.parley.sys.Kernel;
import dev.parley.testkit.Await;
import dev.parley.testkit.Child;
import dev.parley.testkit.ProcessHarness;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every [FileWatch] does, whether the kernel tells it or it polls.
public abstract class FileWatchContract {
  protected static final Duration BRIEF = Duration.ofMillis(50);

  protected final WatchMirror mirror = new WatchMirror();

  @TempDir protected Path directory;

  protected FileWatchContract() {}

  /// Makes options ask for the implementation that is tested.
  protected abstract WatchOptions implementation(WatchOptions options);

  @BeforeEach
  void realPath() throws IOException {
    directory = directory.toRealPath();
  }

  protected FileWatch open(WatchOptions options, Path... paths) throws IOException {
    return FileWatch.open(List.of(paths), implementation(options));
  }

  /// Waits until the mirror shows what is there.
  protected void awaitEqual(FileWatch watch, Path root, boolean recursive) throws Exception {
    Await.until(
        "what was told is what is there",
        () -> {
          mirror.apply(watch.await(BRIEF));
          assertThat(mirror.errors(root, recursive)).isEmpty();
          return true;
        });
  }

  protected void awaitKind(FileWatch watch, Kind kind, Path path) throws Exception {
    Await.until(
        kind + " " + path,
        () -> {
          mirror.apply(watch.await(BRIEF));
          return mirror.count(kind, path) > 0;
        });
  }

  // ---- one directory

  @Test
  void whatComesChangesAndGoesIsTold() throws Exception {
    Path file = directory.resolve("file");
    try (FileWatch watch = open(WatchOptions.defaults(), directory)) {
      assertThat(watch.await(Duration.ZERO)).isEmpty();
      Files.writeString(file, "one");
      awaitKind(watch, Kind.APPEARED, file);
      Files.writeString(file, "and more");
      awaitKind(watch, Kind.CHANGED, file);
      Files.setAttribute(file, "unix:mode", 0600);
      Files.delete(file);
      awaitKind(watch, Kind.GONE, file);
      assertThat(mirror.heard())
          .extracting(Change::kind)
          .filteredOn(kind -> kind != Kind.WRITTEN && kind != Kind.CHANGED)
          .containsExactly(Kind.APPEARED, Kind.GONE);
    }
  }

  @Test
  void whatIsThereIsToldFirstOnRequest() throws Exception {
    Files.writeString(directory.resolve("b"), "b");
    Files.createDirectory(directory.resolve("a"));
    Files.writeString(directory.resolve("a/below"), "below");
    try (FileWatch watch = open(WatchOptions.defaults().withPresentFirst(true), directory)) {
      List<Change> present = watch.await();
      assertThat(present).allMatch(change -> change.kind() == Kind.PRESENT);
      mirror.apply(present);
      assertThat(mirror.errors(directory, false)).isEmpty();
      Files.writeString(directory.resolve("c"), "c");
      awaitEqual(watch, directory, false);
    }
  }

  @Test
  void whatIsNotAskedForIsNotTold() throws Exception {
    WatchOptions options = WatchOptions.defaults().withKinds(java.util.Set.of(Kind.GONE));
    try (FileWatch watch = open(options, directory)) {
      Files.writeString(directory.resolve("file"), "x");
      Files.createFile(directory.resolve("gone"));
      if (watch.isPolling()) assertThat(watch.await(Duration.ofMillis(200))).isEmpty();
      Files.delete(directory.resolve("gone"));
      assertThat(watch.await())
          .extracting(Change::path)
          .containsExactly(directory.resolve("gone").toString());
    }
  }

  @Test
  void aModeThatChangesIsTold() throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    try (FileWatch watch = open(WatchOptions.defaults(), directory)) {
      Files.setAttribute(file, "unix:mode", 0640);
      Change change = watch.await().getFirst();
      assertThat(change.kind()).isEqualTo(Kind.CHANGED);
      assertThat(Objects.requireNonNull(change.status()).permissions()).isEqualTo(0640);
    }
  }

  @Test
  void linksAreEntriesAndNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    Path watched = Files.createDirectory(directory.resolve("watched"));
    WatchOptions options = WatchOptions.defaults().withRecursive(true).withPresentFirst(true);
    try (FileWatch watch = open(options, watched)) {
      Files.createSymbolicLink(watched.resolve("link"), elsewhere);
      Files.createFile(elsewhere.resolve("not-told"));
      awaitEqual(watch, watched, true);
      assertThat(mirror.believed()).hasSize(2);
    }
  }

  // ---- trees

  @Test
  void filesInDirectoriesThatAppearAreTold() throws Exception {
    WatchOptions options = WatchOptions.defaults().withRecursive(true).withPresentFirst(true);
    try (FileWatch watch = open(options, directory)) {
      for (int i = 0; i < 20; i++) {
        Path deep = Files.createDirectories(directory.resolve("a" + i + "/b/c/d"));
        Files.writeString(deep.resolve("file"), "content " + i);
        if (i % 3 == 0) mirror.apply(watch.await(Duration.ZERO));
      }
      awaitEqual(watch, directory, true);
      Files.move(directory.resolve("a1/b"), directory.resolve("a2/moved"));
      Files.writeString(directory.resolve("a2/moved/c/new"), "x");
      awaitEqual(watch, directory, true);
      Files.writeString(directory.resolve("a2/moved/c/d/file"), "other content");
      awaitEqual(watch, directory, true);
    }
  }

  /// Two directories that change names keep telling, each under its new one.
  @Test
  void exchangedDirectoriesAreTold() throws Exception {
    Kernel kernel = Kernel.linux();
    for (String name : List.of("a", "b")) {
      Files.createDirectories(directory.resolve(name + "/deep"));
      Files.writeString(directory.resolve(name + "/deep/" + name), name);
    }
    WatchOptions options = WatchOptions.defaults().withRecursive(true).withPresentFirst(true);
    try (FileWatch watch = open(options, directory)) {
      exchange(directory.resolve("a"), directory.resolve("b"));
      awaitEqual(watch, directory, true);
      Files.writeString(directory.resolve("a/deep/new-in-b"), "x");
      Files.writeString(directory.resolve("b/deep/new-in-a"), "x");
      awaitEqual(watch, directory, true);
      assertThat(kernel.effectiveUserId()).isNotNegative();
    }
  }

  private static void exchange(Path one, Path other) throws Exception {
    String program =
        "import ctypes,sys; c=ctypes.CDLL(None,use_errno=True);"
            + "sys.exit(c.renameat2(-100,sys.argv[1].encode(),-100,sys.argv[2].encode(),2))";
    ProcessHarness.run("python3", "-S", "-c", program, one.toString(), other.toString());
  }

  @Test
  void aDirectoryThatIsTakenAwayIsGoneWithAllBelow() throws Exception {
    Path inside = Files.createDirectories(directory.resolve("watched/tree/deep"));
    Files.createFile(inside.resolve("file"));
    Path watched = directory.resolve("watched");
    WatchOptions options = WatchOptions.defaults().withRecursive(true).withPresentFirst(true);
    try (FileWatch watch = open(options, watched)) {
      Files.move(watched.resolve("tree"), directory.resolve("tree"));
      Files.createFile(directory.resolve("tree/not-told"));
      awaitEqual(watch, watched, true);
      Files.move(directory.resolve("tree"), watched.resolve("back"));
      awaitEqual(watch, watched, true);
      assertThat(mirror.believed()).containsKey(watched.resolve("back/deep/file").toString());
    }
  }

  // ---- the path itself

  @Test
  void aPathThatIsNotThereYetIsWaitedFor() throws Exception {
    Path path = directory.resolve("not/there/yet");
    try (FileWatch watch = open(WatchOptions.defaults(), path)) {
      assertThat(watch.await(Duration.ZERO)).isEmpty();
      Files.createDirectories(path);
      Files.writeString(path.resolve("file"), "x");
      awaitEqual(watch, path, false);
      assertThat(mirror.believed()).hasSize(2);
    }
  }

  @Test
  void aPathThatGoesAndComesBackIsFollowed() throws Exception {
    Path path = Files.createDirectory(directory.resolve("path"));
    Files.createFile(path.resolve("first"));
    WatchOptions options = WatchOptions.defaults().withPresentFirst(true);
    try (FileWatch watch = open(options, path)) {
      Files.move(path, directory.resolve("aside"));
      awaitEqual(watch, path, false);
      assertThat(mirror.believed()).isEmpty();
      Files.createDirectory(path);
      Files.createFile(path.resolve("second"));
      awaitEqual(watch, path, false);
      Files.createFile(directory.resolve("aside/not-told"));
      Files.delete(path.resolve("second"));
      Files.delete(path);
      awaitEqual(watch, path, false);
      Files.move(directory.resolve("aside"), path);
      awaitEqual(watch, path, false);
      assertThat(mirror.believed()).hasSize(3);
    }
  }

  @Test
  void aDirectoryOnTheWayThatIsReplacedIsNoticed() throws Exception {
    Path path = Files.createDirectories(directory.resolve("way/path"));
    Files.createFile(path.resolve("old"));
    Path other = Files.createDirectories(directory.resolve("other/path"));
    Files.createFile(other.resolve("new"));
    WatchOptions options = WatchOptions.defaults().withPresentFirst(true);
    try (FileWatch watch = open(options, path)) {
      mirror.apply(watch.await());
      Files.move(directory.resolve("way"), directory.resolve("aside"));
      Files.move(directory.resolve("other"), directory.resolve("way"));
      awaitEqual(watch, path, false);
      assertThat(mirror.believed()).containsKey(path.resolve("new").toString());
    }
  }

  /// As Kubernetes replaces a mounted configuration: a link is swapped by rename.
  @Test
  void aLinkOnTheWayThatIsSwappedIsNoticed() throws Exception {
    Files.createDirectory(directory.resolve("one"));
    Files.createFile(directory.resolve("one/old"));
    Files.createDirectory(directory.resolve("two"));
    Files.createFile(directory.resolve("two/new"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("one"));
    WatchOptions options = WatchOptions.defaults().withPresentFirst(true);
    try (FileWatch watch = open(options, link)) {
      mirror.apply(watch.await());
      assertThat(mirror.believed()).containsKey(link.resolve("old").toString());
      Path next = Files.createSymbolicLink(directory.resolve("next"), Path.of("two"));
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
      Await.until(
          "what the link leads to now is told",
          () -> {
            mirror.apply(watch.await(BRIEF));
            return mirror.believed().keySet().stream().anyMatch(path -> path.endsWith("/new"));
          });
      assertThat(mirror.believed()).hasSize(2);
    }
  }

  @Test
  void aSingleFileIsWatchedThroughItsReplacements() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "one");
    WatchOptions options = WatchOptions.defaults().withPresentFirst(true);
    try (FileWatch watch = open(options, file)) {
      Files.writeString(file, "and two");
      awaitEqual(watch, file, false);
      Path next = Files.writeString(directory.resolve("next"), "three is longer");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      awaitEqual(watch, file, false);
      Files.writeString(file, "and four is longer still");
      awaitEqual(watch, file, false);
      Files.delete(file);
      awaitEqual(watch, file, false);
      assertThat(mirror.count(Kind.GONE, file)).isOne();
      Files.writeString(file, "five");
      awaitEqual(watch, file, false);
    }
  }

  @Test
  void severalPathsAreWatchedAtOnceThoughOneIsInTheOther() throws Exception {
    Path below = Files.createDirectory(directory.resolve("below"));
    WatchOptions options = WatchOptions.defaults().withRecursive(true);
    try (FileWatch watch = open(options, directory, below);
        FileWatch other = open(options, below)) {
      other.close();
      Path file = Files.createFile(below.resolve("file"));
      Await.until(
          "it is told under both",
          () -> {
            mirror.heard().addAll(watch.await(BRIEF));
            return mirror.count(Kind.APPEARED, file) == 2;
          });
    }
  }

  // ---- other programs

  @Test
  void thousandsOfFilesOfOtherProgramsAreAllTold() throws Exception {
    WatchOptions options = WatchOptions.defaults().withRecursive(true).withPresentFirst(true);
    try (ProcessHarness processes = new ProcessHarness();
        FileWatch watch = open(options, directory)) {
      Child shell =
          processes.program(
              "sh",
              "-c",
              """
              cd "$1"
              for d in 1 2 3 4 5 6 7 8 9 10; do
                mkdir -p s$d/x/y
                i=0
                while [ $i -lt 150 ]; do echo $i >s$d/x/y/f$i; i=$((i + 1)); done
                mv s$d/x s$d/z
                rm -rf s$((d - 1))/z/y
              done
              rm -rf s3
              mv s4 s5/in
              """,
              "sh",
              directory.toString());
      Child python =
          processes.program(
              "python3",
              "-S",
              "-c",
              """
              import os, sys
              os.chdir(sys.argv[1])
              os.mkdir('p')
              for i in range(2000):
                  with open('p/tmp', 'w') as f: f.write(str(i))
                  os.rename('p/tmp', 'p/%d' % i)
                  if i % 7 == 0: os.unlink('p/%d' % i)
                  if i % 11 == 0: os.makedirs('p/d%d/e' % i)
              os.rename('p', 'q')
              """,
              directory.toString());
      while (shell.isAlive() || python.isAlive()) mirror.apply(watch.await(BRIEF));
      assertThat(shell.awaitExit()).as(shell.output()).isZero();
      assertThat(python.awaitExit()).as(python.output()).isZero();
      awaitEqual(watch, directory, true);
      assertThat(mirror.believed().size()).isGreaterThan(2000);
      ProcessHarness.run("sh", "-c", "rm -rf \"$1\"/*", "sh", directory.toString());
      awaitEqual(watch, directory, true);
      assertThat(mirror.believed()).hasSize(1);
    }
  }

  // ---- waiting, closing, failing

  @Test
  void timeoutsAndInterruptsCloseNothingAndLoseNothing() throws Exception {
    try (FileWatch watch = open(WatchOptions.defaults(), directory)) {
      assertThat(watch.await(Duration.ofMillis(1))).isEmpty();
      CompletableFuture<Throwable> ended = new CompletableFuture<>();
      Thread waiter = Thread.ofVirtual().start(() -> ended.complete(failureOf(watch)));
      waiter.interrupt();
      assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
      Files.createFile(directory.resolve("file"));
      awaitKind(watch, Kind.APPEARED, directory.resolve("file"));
    }
  }

  @Test
  void closingEndsAWait() throws Exception {
    FileWatch watch = open(WatchOptions.defaults(), directory);
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread waiter = Thread.ofPlatform().start(() -> ended.complete(failureOf(watch)));
    Await.until("it waits", () -> waiter.getState() == Thread.State.TIMED_WAITING);
    watch.close();
    assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(IllegalStateException.class);
    watch.close();
    assertThatThrownBy(() -> watch.await(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
  }

  private static Throwable failureOf(FileWatch watch) {
    try {
      while (true) watch.await();
    } catch (Exception e) {
      return e;
    }
  }

  @Test
  void aWayThatOthersCouldTamperWithIsRefused() throws Exception {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.createDirectory(open.resolve("below"));
    Files.setAttribute(open, "unix:mode", 0777);
    assertThatThrownBy(() -> open(WatchOptions.defaults(), open.resolve("below")))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("chmod o-w");
  }

  @Test
  void moreEntriesThanAllowedAreSaidToBeUnseen() throws Exception {
    for (int i = 0; i < 10; i++) Files.createFile(directory.resolve("file" + i));
    WatchOptions options = WatchOptions.defaults().withPresentFirst(true).withMaxEntries(5);
    try (FileWatch watch = open(options, directory)) {
      assertThat(watch.await())
          .filteredOn(change -> change.kind() == Kind.UNSEEN)
          .singleElement()
          .matches(change -> change.reason().contains("more than 5"));
    }
  }

  @Test
  void aWatchLeavesNoDescriptor() throws Exception {
    Files.createDirectories(directory.resolve("a/b/c"));
    WatchOptions options = WatchOptions.defaults().withRecursive(true);
    open(options, directory).close();
    long before = descriptors();
    FileWatch watch = open(options, directory);
    Files.createDirectories(directory.resolve("a/b/d"));
    watch.await();
    watch.close();
    Await.until("all are closed", () -> descriptors() <= before);
  }

  protected static long descriptors() {
    return Objects.requireNonNull(new File("/proc/self/fd").list()).length;
  }

  @Test
  void aDirectoryBelowThatMayNotBeReadIsUnseenUntilItMay() throws Exception {
    assumeTrue(
        Kernel.linux().effectiveUserId() != 0, "skipped: root may read everything; run as a user");
    Path secret = Files.createDirectory(directory.resolve("secret"));
    Files.createFile(secret.resolve("file"));
    Files.setAttribute(secret, "unix:mode", 0);
    WatchOptions options = WatchOptions.defaults().withRecursive(true).withPresentFirst(true);
    try (FileWatch watch = open(options, directory)) {
      awaitKind(watch, Kind.UNSEEN, secret);
      Files.setAttribute(secret, "unix:mode", 0700);
      awaitEqual(watch, directory, true);
    }
  }
}
