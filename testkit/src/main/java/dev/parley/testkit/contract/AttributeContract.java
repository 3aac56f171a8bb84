package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.UnsafePathException;
import dev.parley.primitive.attribute.AttributeFile;
import dev.parley.primitive.attribute.AttributeLimitException;
import dev.parley.primitive.attribute.AttributeOptions;
import dev.parley.primitive.attribute.AttributeWatch;
import dev.parley.primitive.attribute.AttributesBusyException;
import dev.parley.primitive.attribute.NoAttributesException;
import dev.parley.primitive.lock.OpenFileLock;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import dev.parley.testkit.ProcessHarness;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What an [AttributeFile] promises.
public abstract class AttributeContract extends FilesContract {
  private static final AttributeOptions OPTIONS = AttributeOptions.defaults().withDurable(false);

  protected AttributeContract() {}

  private Path path() {
    return directory().resolve("job");
  }

  private AttributeFile file() throws IOException {
    return file(OPTIONS);
  }

  private AttributeFile file(AttributeOptions options) throws IOException {
    return opening(AttributeFile.at(kernel(), path(), options));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @BeforeEach
  void make() throws Exception {
    Files.writeString(path(), "content");
    try (AttributeFile file = AttributeFile.at(kernel(), path(), OPTIONS)) {
      file.set("probe", new byte[0]);
      file.remove("probe");
    } catch (NoAttributesException e) {
      assumeTrue(false, "skipped: " + e.getMessage());
    }
  }

  // ---- values

  @Test
  void aValueIsWholeAndTheLastOneCounts() throws Exception {
    AttributeFile file = file();
    assertThat(file.get("state")).isEmpty();
    file.set("state", bytes("queued"));
    assertThat(file().get("state")).contains(bytes("queued"));
    file.set("state", new byte[0]);
    assertThat(file.get("state")).contains(new byte[0]);
    file.set("größe", new byte[] {0, 1, -1});
    assertThat(file.names()).containsExactly("größe", "state");
    assertThat(file.remove("state")).isTrue();
    assertThat(file.remove("state")).isFalse();
    assertThat(file.names()).containsExactly("größe");
    assertThat(path()).hasContent("content");
  }

  @Test
  void makingReplacesNothingAndReplacingMakesNothing() throws Exception {
    AttributeFile file = file();
    assertThat(file.replace("state", bytes("a"))).isFalse();
    assertThat(file.create("state", bytes("b"))).isTrue();
    assertThat(file.create("state", bytes("c"))).isFalse();
    assertThat(file.get("state")).contains(bytes("b"));
    assertThat(file.replace("state", bytes("d"))).isTrue();
    assertThat(file.get("state")).contains(bytes("d"));
  }

  @Test
  void aSwapHappensOnlyIfTheValueIsAsExpected() throws Exception {
    AttributeFile file = file();
    assertThat(file.compareAndSet("state", bytes("a"), bytes("b"))).isFalse();
    assertThat(file.get("state")).isEmpty();
    file.set("state", bytes("a"));
    assertThat(file.compareAndSet("state", bytes("x"), bytes("b"))).isFalse();
    assertThat(file.compareAndSet("state", bytes("a"), bytes("b"))).isTrue();
    assertThat(file.get("state")).contains(bytes("b"));
  }

  @Test
  void directoriesHaveAttributesToo() throws Exception {
    Files.delete(path());
    Files.createDirectory(path());
    AttributeFile file = file();
    file.set("state", bytes("open"));
    assertThat(file.label("shared")).isTrue();
    assertThat(file.get("state")).contains(bytes("open"));
    assertThat(file.labels()).containsExactly("shared");
  }

  @Test
  void itIsOfTheFileThatThePathLeadsToNow() throws Exception {
    AttributeFile file = file();
    file.set("state", bytes("old"));
    Path other = Files.writeString(directory().resolve("other"), "other");
    Files.move(other, path(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(file.get("state")).isEmpty();
    file.set("state", bytes("new"));
    assertThat(file().get("state")).contains(bytes("new"));
    Files.delete(path());
    assertThatThrownBy(() -> file.get("state")).hasMessageContaining("ENOENT");
    assertThatThrownBy(() -> file.set("state", bytes("x"))).hasMessageContaining("ENOENT");
  }

  // ---- contention

  @Test
  void noUpdateIsLost() throws Exception {
    List<Task<Boolean>> tasks = new ArrayList<>();
    AttributeFile shared = file();
    for (int t = 0; t < 4; t++) {
      AttributeFile file = t < 2 ? shared : file();
      tasks.add(
          inBackground(
              () -> {
                for (int i = 0; i < 100; i++) {
                  file.update("count", AttributeContract::incremented);
                }
                return true;
              }));
    }
    for (Task<Boolean> task : tasks) assertThat(task.get()).isTrue();
    assertThat(shared.get("count")).contains(bytes("400"));
  }

  static Optional<byte[]> incremented(Optional<byte[]> before) {
    int count = before.map(bytes -> Integer.parseInt(new String(bytes, UTF_8))).orElse(0);
    return Optional.of(bytes(String.valueOf(count + 1)));
  }

  @Test
  void anUpdateThatFailsChangesNothingAndOneToNothingRemoves() throws Exception {
    AttributeFile file = file();
    file.set("state", bytes("a"));
    assertThatThrownBy(
            () ->
                file.update(
                    "state",
                    _ -> {
                      throw new IOException("no idea");
                    }))
        .hasMessage("no idea");
    assertThatThrownBy(
            () ->
                file.update(
                    "state",
                    _ -> {
                      throw new ErrnoException("write", "its own file", Errno.ENOSPC);
                    }))
        .as("not taken for a lack of room for attributes")
        .isInstanceOf(ErrnoException.class);
    assertThat(file.get("state")).contains(bytes("a"));
    file.update("state", _ -> Optional.empty());
    assertThat(file.get("state")).isEmpty();
    file.update("state", before -> Optional.of(bytes(before.isEmpty() ? "first" : "?")));
    assertThat(file.get("state")).contains(bytes("first"));
  }

  @Test
  void whoHasItLockedKeepsChangesWaitingUntilTimeOrInterrupt() throws Exception {
    AttributeFile patient = file();
    AttributeFile impatient = file(OPTIONS.withAtMost(Duration.ofMillis(20)));
    try (Fd other = kernel().openAt(Fd.CWD, path().toString(), Open.READ_ONLY, 0)) {
      assertThat(OpenFileLock.flock(kernel(), other, LockKind.EXCLUSIVE, Duration.ZERO)).isTrue();
      assertThatThrownBy(() -> impatient.set("state", bytes("a")))
          .isInstanceOf(AttributesBusyException.class)
          .hasMessageContaining("parley who " + path());
      assertThat(impatient.get("state")).as("reading waits for nobody").isEmpty();
      assertThat(impatient.label("free")).as("nor do labels").isTrue();
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> patient.set("state", bytes("a")))
          .isInstanceOf(InterruptedException.class);
    }
    patient.set("state", bytes("a"));
    assertThat(patient.get("state")).contains(bytes("a"));
  }

  // ---- labels

  @Test
  void labelsAreASet() throws Exception {
    AttributeFile file = file();
    assertThat(file.labels()).isEmpty();
    assertThat(file.label("urgent")).isTrue();
    assertThat(file.label("urgent")).isFalse();
    assertThat(file.label("für Ada/Bob")).isTrue();
    file.set("state", bytes("a"));
    assertThat(file.labels()).containsExactly("für Ada/Bob", "urgent");
    assertThat(file.names()).containsExactly("state");
    assertThat(file.unlabel("urgent")).isTrue();
    assertThat(file.unlabel("urgent")).isFalse();
    assertThat(file.labels()).containsExactly("für Ada/Bob");
  }

  @Test
  void oneOfAllWhoAddALabelDoes() throws Exception {
    List<Task<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) tasks.add(inBackground(() -> file().label("mine")));
    int winners = 0;
    for (Task<Boolean> task : tasks) if (task.get()) winners++;
    assertThat(winners).isOne();
  }

  // ---- watching

  @Test
  void aWatchTellsEachValueThatStays() throws Exception {
    AttributeFile file = file();
    AttributeWatch watch = file.watch("state");
    assertThat(watch.value()).isEmpty();
    assertThat(watch.awaitChange(Duration.ZERO)).isFalse();
    file.set("state", bytes("1"));
    assertThat(watch.awaitChange(Duration.ofMinutes(1))).isTrue();
    assertThat(watch.value()).contains(bytes("1"));
    Task<Boolean> waiting = inBackground(() -> watch.awaitChange(Duration.ofMinutes(1)));
    file.set("other", bytes("x"));
    file.label("x");
    file.set("state", bytes("2"));
    assertThat(waiting.get()).isTrue();
    assertThat(watch.value()).contains(bytes("2"));
    Task<Boolean> replaced = inBackground(() -> watch.awaitChange(Duration.ofMinutes(1)));
    Path other = Files.writeString(directory().resolve("other"), "other");
    Files.move(other, path(), StandardCopyOption.REPLACE_EXISTING);
    assertThat(replaced.get()).isTrue();
    assertThat(watch.value()).isEmpty();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> watch.awaitChange(Duration.ofMinutes(1)))
        .isInstanceOf(InterruptedException.class);
  }

  // ---- limits and bad input

  @Test
  void whatDoesNotFitIsRefusedWithTheLimitAndChangesNothing() throws Exception {
    AttributeFile file = file();
    file.set("state", bytes("small"));
    int most = file.limits().valueBytes();
    assertThatThrownBy(() -> file.set("state", new byte[most + 1]))
        .isInstanceOf(AttributeLimitException.class)
        .hasMessageContaining(file.limits().filesystem())
        .hasMessageContaining("put it in a file");
    assertThatThrownBy(() -> file.update("state", _ -> Optional.of(new byte[most + 1])))
        .isInstanceOf(AttributeLimitException.class);
    assertThat(file.get("state")).contains(bytes("small"));
    file.set("state", new byte[500]);
    assertThat(file.get("state")).contains(new byte[500]);
  }

  @Test
  void namesThatCannotBeAreRefused() throws Exception {
    AttributeFile file = file();
    String longest = "n".repeat(250);
    file.set(longest, bytes("x"));
    assertThat(file.names()).containsExactly(longest);
    for (String bad : List.of("", longest + "n", "ü".repeat(126), "a\0b")) {
      assertThatThrownBy(() -> file.set(bad, bytes("x")))
          .isInstanceOf(IllegalArgumentException.class);
    }
    for (String bad : List.of("", "l".repeat(201), "a\nb")) {
      assertThatThrownBy(() -> file.label(bad)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void whatIsNeitherFileNorDirectoryIsRefused() throws Exception {
    Files.delete(path());
    ProcessHarness.run("mkfifo", path().toString());
    AttributeFile file = file();
    assertThatThrownBy(() -> file.set("state", bytes("x")))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("where a regular file should be");
    assertThatThrownBy(() -> file.get("state")).isInstanceOf(UnsafePathException.class);
  }
}
