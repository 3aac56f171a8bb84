package dev.parley.testkit.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Small runs, whose every outcome can be written down.
class CrashEnumeratorTest {
  @TempDir private Path root;
  private PowerCutRecorder recorder;
  private Kernel kernel;
  private Fd dir;

  @BeforeEach
  void record() throws IOException {
    Files.createDirectory(root.resolve("a"));
    Files.createDirectory(root.resolve("b"));
    Files.writeString(root.resolve("old"), "old");
    recorder = PowerCutRecorder.of(root);
    kernel = recorder.kernel();
    dir = kernel.openAt(Fd.CWD, root.toString(), Open.READ_ONLY | Open.DIRECTORY, 0);
  }

  @Test
  void anUnsyncedWriteLandsIsMissingOrIsTorn() throws IOException {
    write("new", "12345678");
    kernel.fsync(dir);
    assertThat(after("new"))
        .containsExactlyInAnyOrder("-", "", "12345678", "1234", "\0\0\0\0\0\0\0\0");
  }

  @Test
  void aSyncedFileIsWholeOrHasNoName() throws IOException {
    try (Fd fd = write("new", "12345678")) {
      kernel.fsync(fd);
      recorder.promise("synced");
    }
    assertThat(after("new", "synced")).containsExactlyInAnyOrder("-", "12345678");
  }

  @Test
  void aSyncedDirectoryKeepsItsNames() throws IOException {
    try (Fd fd = write("new", "12345678")) {
      kernel.fdatasync(fd);
      kernel.fsync(dir);
      recorder.promise("synced");
    }
    assertThat(after("new", "synced")).containsExactly("12345678");
    assertThat(states(FilesystemModel.INDEPENDENT_HALVES, "synced", "new"))
        .containsExactly("12345678");
  }

  @Test
  void changesOfOneFileLandInOrderOrOutOfIt() throws IOException {
    try (Fd fd = kernel.openAt(dir, "old", Open.WRITE_ONLY, 0)) {
      kernel.writeAt(fd, 0, "AA".getBytes(UTF_8), 0, 2);
      kernel.writeAt(fd, 2, "BB".getBytes(UTF_8), 0, 2);
      recorder.promise("written");
    }
    assertThat(after("old", "written"))
        .contains("old", "AAd", "AABB", "AAB", "olBB", "Ald")
        .doesNotContain("-");
  }

  @Test
  void withAJournalARenameIsWholeAndOperationsComeInOrder() throws IOException {
    renameTwice();
    assertThat(states(FilesystemModel.JOURNALLED, null, "old", "a/1", "b/2"))
        .containsExactlyInAnyOrder("old - -", "- old -", "- - old");
  }

  @Test
  void withoutOneTheHalvesOfARenameAreIndependent() throws IOException {
    renameTwice();
    assertThat(states(FilesystemModel.INDEPENDENT_HALVES, null, "old", "a/1", "b/2"))
        .containsExactlyInAnyOrder(
            "old - -",
            "- old -",
            "- - old",
            "old old -",
            "- - -",
            "old - old",
            "- old old",
            "old old old");
  }

  @Test
  void theTargetSyncedFirstAFileIsNowhereLost() throws IOException {
    try (Fd a = directory("a")) {
      kernel.renameAt(dir, "old", a, "1");
      kernel.fsync(a);
      recorder.promise("moved");
      kernel.fsync(dir);
      recorder.promise("all");
    }
    assertThat(states(FilesystemModel.INDEPENDENT_HALVES, "moved", "old", "a/1"))
        .containsExactlyInAnyOrder("old old", "- old");
    assertThat(states(FilesystemModel.INDEPENDENT_HALVES, "all", "old", "a/1"))
        .containsExactly("- old");
  }

  @Test
  void hardLinksStayLinks() throws IOException {
    kernel.linkAt(dir, "old", dir, "second");
    kernel.fsync(dir);
    recorder.promise("linked");
    Set<Object> links = new TreeSet<>();
    new CrashEnumerator(FilesystemModel.JOURNALLED)
        .check(
            recorder.stop(),
            state -> {
              if (state.promises().contains("linked")) {
                links.add(Files.getAttribute(state.directory().resolve("old"), "unix:nlink"));
              }
            });
    assertThat(links).containsExactly(2);
  }

  @Test
  void aSyncOfTheWholeFilesystemKeepsEverything() throws IOException {
    write("new", "12345678");
    kernel.syncfs(dir);
    recorder.promise("synced");
    assertThat(after("new", "synced")).containsExactly("12345678");
  }

  @Test
  void aFolderIsOnlyThereIfItsOwnNameIs() throws IOException {
    kernel.makeDirectoryAt(dir, "c", 0700);
    try (Fd c = directory("c");
        Fd file = kernel.openAt(c, "x", Open.CREATE | Open.WRITE_ONLY, 0600)) {
      kernel.fsync(file);
      kernel.fsync(c);
      recorder.promise("synced");
    }
    assertThat(states(FilesystemModel.INDEPENDENT_HALVES, "synced", "c/x"))
        .containsExactlyInAnyOrder("-", "");
    assertThat(states(FilesystemModel.JOURNALLED, "synced", "c/x")).containsExactly("");
  }

  @Test
  void aBrokenPromiseIsToldWithTheRunTheCutAndTheDisk() throws IOException {
    write("new", "12345678");
    CrashEnumerator enumerator = new CrashEnumerator(FilesystemModel.JOURNALLED);
    assertThatThrownBy(
            () ->
                enumerator.check(
                    recorder.stop(),
                    state -> assertThat(state.directory().resolve("new")).exists()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("create new")
        .hasMessageContaining("---- power cut ----")
        .hasMessageContaining("old FILE");
  }

  @Test
  void whatIsTooMuchIsSampledAndSaidSo() throws IOException {
    for (int i = 0; i < 6; i++) write("new" + i, "12345678");
    CrashReport report =
        new CrashEnumerator(FilesystemModel.INDEPENDENT_HALVES, 500)
            .check(recorder.stop(), state -> {});
    assertThat(report.exhaustive()).isFalse();
    assertThat(report.checked()).isBetween(100L, 500L);
    assertThat(report.toString()).contains("a sample of");
  }

  private Fd write(String name, String text) throws ErrnoException {
    Fd fd = kernel.openAt(dir, name, Open.CREATE | Open.EXCLUSIVE | Open.WRITE_ONLY, 0600);
    kernel.write(fd, text.getBytes(UTF_8), 0, text.length());
    return fd;
  }

  private Fd directory(String name) throws ErrnoException {
    return kernel.openAt(dir, name, Open.READ_ONLY | Open.DIRECTORY, 0);
  }

  private void renameTwice() throws ErrnoException {
    try (Fd a = directory("a");
        Fd b = directory("b")) {
      kernel.renameAt(dir, "old", a, "1");
      kernel.renameAt(a, "1", b, "2");
    }
  }

  private Set<String> after(String name) throws IOException {
    return states(FilesystemModel.JOURNALLED, null, name);
  }

  private Set<String> after(String name, String promise) throws IOException {
    return states(FilesystemModel.JOURNALLED, promise, name);
  }

  /// What the named files can hold after a cut, `-` for none, once `promise` was given.
  private Set<String> states(FilesystemModel model, String promise, String... names)
      throws IOException {
    Set<String> states = new TreeSet<>();
    CrashReport report =
        new CrashEnumerator(model)
            .check(
                recorder.stop(),
                state -> {
                  if (promise != null && !state.promises().contains(promise)) return;
                  states.add(
                      String.join(
                          " ",
                          Stream.of(names).map(name -> read(state.directory(), name)).toList()));
                });
    assertThat(report.exhaustive()).isTrue();
    return states;
  }

  private static String read(Path directory, String name) {
    try {
      return Files.exists(directory.resolve(name))
          ? Files.readString(directory.resolve(name))
          : "-";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
