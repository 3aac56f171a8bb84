package dev.parley.testkit.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.BadFormatException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.atomic.AtomicFile;
import dev.parley.primitive.atomic.FileBusyException;
import dev.parley.primitive.atomic.PendingUpdate;
import dev.parley.primitive.atomic.Replacement;
import dev.parley.primitive.atomic.WriteOptions;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What an [AtomicFile] promises.
public abstract class AtomicFileContract extends FilesContract {
  protected static final WriteOptions OPTIONS = WriteOptions.defaults().withDurable(false);

  protected AtomicFileContract() {}

  protected Path path() {
    return directory().resolve("stock");
  }

  protected AtomicFile file() throws IOException {
    return file(OPTIONS);
  }

  protected AtomicFile file(WriteOptions options) throws IOException {
    return opening(AtomicFile.at(kernel(), path(), options));
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  protected String content() throws IOException {
    return Files.readString(path());
  }

  private List<String> names() {
    String[] names = directory().toFile().list();
    return names == null ? List.of() : Arrays.stream(names).sorted().toList();
  }

  // ---- whole

  @Test
  void whatWasWrittenIsReadAndReplaced() throws Exception {
    AtomicFile file = file();
    assertThat(file.read()).isEmpty();
    file.write(bytes("one"));
    assertThat(file().read()).contains(bytes("one"));
    file.write(new byte[0]);
    assertThat(file.read()).contains(new byte[0]);
    file.write(new byte[3_000_000]);
    assertThat(file.read().orElseThrow()).hasSize(3_000_000);
    assertThat(names()).containsExactly(".stock.lock", "stock");
  }

  @Test
  void readersSeeOneVersionOrAnother() throws Exception {
    AtomicFile file = file();
    file.write(new byte[200_000]);
    Task<Integer> writing =
        inBackground(
            () -> {
              AtomicFile writer = file();
              int written = 0;
              for (byte value = 1; value <= 60; value++, written++) {
                byte[] content = new byte[200_000 + 1000 * value];
                Arrays.fill(content, value);
                writer.write(content);
              }
              return written;
            });
    while (!writing.isDone()) {
      byte[] seen = file.read().orElseThrow();
      assertThat(seen).hasSize(200_000 + 1000 * seen[0]).containsOnly(seen[0]);
    }
    assertThat(writing.get()).isEqualTo(60);
  }

  @Test
  void oneOfAllWhoCreateItDoes() throws Exception {
    List<Task<Boolean>> tasks = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      byte[] content = bytes("by " + i);
      tasks.add(inBackground(() -> file().create(content)));
    }
    int winner = -1;
    for (int i = 0; i < tasks.size(); i++) {
      if (!tasks.get(i).get()) continue;
      assertThat(winner).as("the only one").isNegative();
      winner = i;
    }
    assertThat(content()).isEqualTo("by " + winner);
    assertThat(file().create(bytes("late"))).isFalse();
    assertThat(content()).isEqualTo("by " + winner);
  }

  // ---- updates

  @Test
  void noUpdateIsLost() throws Exception {
    List<Task<Boolean>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      tasks.add(
          inBackground(
              () -> {
                AtomicFile file = file();
                for (int i = 0; i < 50; i++) file.update(AtomicFileContract::incremented);
                return true;
              }));
    }
    for (Task<Boolean> task : tasks) assertThat(task.get()).isTrue();
    assertThat(content()).isEqualTo("200");
  }

  private static byte[] incremented(Optional<byte[]> before) {
    int number = before.map(bytes -> Integer.parseInt(new String(bytes, UTF_8))).orElse(0);
    return bytes(String.valueOf(number + 1));
  }

  @Test
  void oneHandleServesManyThreads() throws Exception {
    AtomicFile file = file();
    List<Task<Boolean>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      tasks.add(
          inBackground(
              () -> {
                for (int i = 0; i < 25; i++) file.update(AtomicFileContract::incremented);
                return true;
              }));
    }
    for (Task<Boolean> task : tasks) assertThat(task.get()).isTrue();
    assertThat(content()).isEqualTo("100");
  }

  @Test
  void aChangeThatFailsChangesNothing() throws Exception {
    AtomicFile file = file();
    file.write(bytes("good"));
    assertThatThrownBy(
            () ->
                file.update(
                    _ -> {
                      throw new IOException("no idea");
                    }))
        .hasMessage("no idea");
    assertThat(content()).isEqualTo("good");
    file.update(_ -> bytes("better"));
    assertThat(content()).isEqualTo("better");
  }

  @Test
  void linesAreChangedAndAllElseComesBackAsItWas() throws Exception {
    AtomicFile file = file();
    file.updateLines(
        lines -> {
          assertThat(lines).isEmpty();
          lines.add("one");
          lines.add("zwei äöü");
          return lines;
        });
    assertThat(content()).isEqualTo("one\nzwei äöü\n");
    for (String text : List.of("", "\n", "a", "a\n", "a\r\nb\r\n", "\n\na\0b\n\nc", "a\n\n")) {
      file.write(bytes(text));
      file.updateLines(lines -> lines);
      assertThat(content()).isEqualTo(text);
    }
    file.write(bytes("a\nb"));
    file.updateLines(
        lines -> {
          Collections.reverse(lines);
          return lines;
        });
    assertThat(content()).isEqualTo("b\na");
  }

  @Test
  void textOfAnotherCharsetIsNotDestroyed() throws Exception {
    AtomicFile file = file();
    byte[] latin = "größe\nx\n".getBytes(ISO_8859_1);
    file.write(latin);
    assertThatThrownBy(() -> file.updateLines(lines -> lines))
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("UTF-8");
    assertThat(Files.readAllBytes(path())).isEqualTo(latin);
    file.updateLines(
        ISO_8859_1,
        lines -> {
          lines.removeLast();
          return lines;
        });
    assertThat(Files.readString(path(), ISO_8859_1)).isEqualTo("größe\n");
    assertThatThrownBy(() -> file.updateLines(ISO_8859_1, _ -> List.of("日本")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> file.updateLines(ISO_8859_1, _ -> List.of("a\nb")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.readString(path(), ISO_8859_1)).isEqualTo("größe\n");
  }

  // ---- streams

  @Test
  void aStreamIsPutInPlaceByItsCommitOnly() throws Exception {
    AtomicFile file = file();
    file.write(bytes("old"));
    try (Replacement replacement = file.replace()) {
      replacement.write(bytes("half"));
      assertThat(content()).isEqualTo("old");
    }
    assertThat(content()).isEqualTo("old");
    try (Replacement replacement = file.replace()) {
      for (int i = 0; i < 1000; i++) replacement.write(bytes("line " + i + "\n"));
      replacement.commit();
    }
    assertThat(content()).startsWith("line 0\n").endsWith("line 999\n");
    try (Replacement replacement = file.replace()) {
      replacement.write(bytes("late"));
      assertThat(replacement.commitIfAbsent()).isFalse();
    }
    Files.delete(path());
    try (Replacement replacement = file.replace()) {
      replacement.write(bytes("first"));
      assertThat(replacement.commitIfAbsent()).isTrue();
    }
    assertThat(content()).isEqualTo("first");
    assertThat(names()).containsExactly(".stock.lock", "stock");
  }

  @Test
  void aSlowStreamKeepsNobodyWaiting() throws Exception {
    AtomicFile file = file();
    try (Replacement slow = file.replace()) {
      slow.write(bytes("slow"));
      file.write(bytes("fast"));
      file.update(_ -> bytes("faster"));
      slow.commit();
    }
    assertThat(content()).isEqualTo("slow");
  }

  @Test
  void anUpdateOfAnotherProcessIsInstalledAsItWasAtTheCommit() throws Exception {
    AtomicFile file = file();
    Kernel real = Kernel.linux();
    file.write(bytes("old"));
    try (PendingUpdate update = file.beginUpdate()) {
      byte[] seen = new byte[10];
      assertThat(real.read(update.before().orElseThrow(), seen, 0, 10)).isEqualTo(3);
      real.write(update.after(), bytes("new"), 0, 3);
      update.commit();
      real.write(update.after(), bytes(" and late"), 0, 9);
      assertThat(content()).isEqualTo("new");
    }
    try (PendingUpdate _ = file.beginUpdate()) {
      // Nothing is committed.
    }
    assertThat(content()).isEqualTo("new");
  }

  // ---- the lock

  @Test
  void whoIsAtWorkKeepsOthersWaitingUntilTimeOrInterrupt() throws Exception {
    AtomicFile file = file();
    try (PendingUpdate _ = file.beginUpdate()) {
      AtomicFile impatient = file(OPTIONS.withAtMost(Duration.ofMillis(20)));
      assertThatThrownBy(() -> impatient.write(bytes("x")))
          .isInstanceOf(FileBusyException.class)
          .hasMessageContaining(".stock.lock");
      AtomicFile now = file(OPTIONS.withAtMost(Duration.ZERO));
      assertThatThrownBy(() -> now.create(bytes("x"))).isInstanceOf(FileBusyException.class);
      Task<Boolean> waiting =
          inBackground(
              () -> {
                file().update(_ -> bytes("x"));
                return true;
              });
      waiting.thread().interrupt();
      assertThat(waiting.failure()).isInstanceOf(InterruptedException.class);
    }
    assertThat(path()).doesNotExist();
    file.write(bytes("free"));
  }

  @Test
  void whoeverHasADuplicateOfTheLockHoldsIt() throws Exception {
    AtomicFile file = file();
    AtomicFile impatient = file(OPTIONS.withAtMost(Duration.ZERO));
    Fd orphans;
    try (PendingUpdate update = file.beginUpdate()) {
      orphans = Kernel.linux().duplicate(update.lock());
    }
    try (orphans) {
      assertThatThrownBy(() -> impatient.write(bytes("x"))).isInstanceOf(FileBusyException.class);
    }
    impatient.write(bytes("free"));
  }

  @Test
  void aLockFileThatWasRemovedMeanwhileIsNotTheRightOne() throws Exception {
    AtomicFile file = file();
    AtomicFile impatient = file(OPTIONS.withAtMost(Duration.ZERO));
    try (PendingUpdate _ = file.beginUpdate()) {
      Files.delete(directory().resolve(".stock.lock"));
      try (PendingUpdate _ = file.beginUpdate()) {
        assertThatThrownBy(() -> impatient.write(bytes("x"))).isInstanceOf(FileBusyException.class);
      }
    }
    impatient.write(bytes("free"));
  }

  @Test
  void flockTakesPart() throws Exception {
    AtomicFile impatient = file(OPTIONS.withAtMost(Duration.ZERO));
    impatient.write(bytes("x"));
    Kernel real = Kernel.linux();
    String lock = directory().resolve(".stock.lock").toString();
    try (Fd held = real.openAt(Fd.CWD, lock, Open.READ_ONLY, 0)) {
      assertThat(real.tryFlock(held, LockKind.EXCLUSIVE)).isTrue();
      assertThatThrownBy(() -> impatient.write(bytes("y"))).isInstanceOf(FileBusyException.class);
    }
    impatient.write(bytes("y"));
  }

  @Test
  void aLeftoverOfADeadWriterIsRemoved() throws Exception {
    AtomicFile file = file();
    file.write(bytes("old"));
    Object inode = Files.getAttribute(directory().resolve(".stock.lock"), "unix:ino");
    for (int stream = 0; stream < 2; stream++) {
      Path leftover = directory().resolve(".stock.parley-" + inode);
      Files.writeString(leftover, "half");
      if (stream == 0) {
        file.write(bytes("new"));
      } else {
        try (Replacement replacement = file.replace()) {
          replacement.write(bytes("newer"));
          replacement.commit();
        }
      }
      assertThat(names()).containsExactly(".stock.lock", "stock");
    }
    assertThat(content()).isEqualTo("newer");
  }

  // ---- checksums

  @Test
  void aChecksumIsKeptAndShowsDamage() throws Exception {
    AtomicFile file = file(OPTIONS.withChecksum(true));
    file.write(bytes("apples 7\n"));
    assertThat(content()).matches("apples 7\n# sha256 [0-9a-f]{64}\n");
    assertThat(file.read()).contains(bytes("apples 7\n"));
    file.updateLines(
        lines -> {
          lines.add("pears 3");
          return lines;
        });
    assertThat(file.read()).contains(bytes("apples 7\npears 3\n"));
    try (Replacement replacement = file.replace()) {
      replacement.write(bytes("str"));
      replacement.write(bytes("eam"));
      replacement.commit();
    }
    assertThat(file.read()).contains(bytes("stream"));
    byte[] good = Files.readAllBytes(path());
    for (int i = 0; i < good.length; i++) {
      byte[] bad = good.clone();
      bad[i] ^= 1;
      Files.write(path(), bad);
      assertThatThrownBy(file::read).isInstanceOf(BadFormatException.class);
      Files.write(path(), Arrays.copyOf(good, i));
      assertThatThrownBy(() -> file.update(before -> before.orElseThrow()))
          .isInstanceOf(BadFormatException.class);
      assertThat(Files.size(path())).isEqualTo(i);
    }
    Files.writeString(path(), new String(good, UTF_8) + "added\n");
    assertThatThrownBy(file::read)
        .isInstanceOf(BadFormatException.class)
        .hasMessageContaining("damaged");
    file.write(bytes("anew"));
    assertThat(file.read()).contains(bytes("anew"));
  }

  // ---- backup

  @Test
  void theVersionBeforeIsKept() throws Exception {
    AtomicFile file = file(OPTIONS.withBackup("stock~"));
    file.write(bytes("one"));
    assertThat(directory().resolve("stock~")).doesNotExist();
    file.write(bytes("two"));
    file.write(bytes("three"));
    assertThat(directory().resolve("stock~")).hasContent("two");
    assertThat(content()).isEqualTo("three");
    Files.delete(directory().resolve("stock~"));
    Files.createLink(directory().resolve("stock~"), path());
    file.write(bytes("four"));
    assertThat(directory().resolve("stock~")).hasContent("three");
    assertThat(names()).containsExactly(".stock.lock", "stock", "stock~");
  }

  // ---- what there is in the place

  @Test
  void theOwnersLinkIsFollowedAndStays() throws Exception {
    Files.createDirectory(directory().resolve("real"));
    Files.createSymbolicLink(path(), Path.of("real/file"));
    AtomicFile file = file();
    file.write(bytes("one"));
    file.write(bytes("two"));
    assertThat(path()).isSymbolicLink();
    assertThat(directory().resolve("real/file")).hasContent("two");
    assertThat(directory().resolve("real/.file.lock")).exists();
  }

  @Test
  void otherNamesKeepTheOldContent() throws Exception {
    AtomicFile file = file();
    file.write(bytes("old"));
    Path link = Files.createLink(directory().resolve("link"), path());
    file.write(bytes("new"));
    assertThat(link).hasContent("old");
  }

  @Test
  void whatIsNoRegularFileIsRefused() throws Exception {
    Files.createDirectory(path());
    AtomicFile file = file();
    assertThatThrownBy(() -> file.write(bytes("x"))).isInstanceOf(UnsafePathException.class);
    assertThatThrownBy(() -> file.update(_ -> bytes("x"))).isInstanceOf(UnsafePathException.class);
    Files.delete(path());
    Files.createSymbolicLink(path(), Path.of("planted-later"));
    assertThatThrownBy(() -> file.write(bytes("x"))).isInstanceOf(UnsafePathException.class);
    assertThat(path()).isSymbolicLink();
  }

  @Test
  void aFileThatIsTooLargeIsNotReadIntoMemory() throws Exception {
    Files.write(path(), new byte[1001]);
    AtomicFile file = file(OPTIONS.withMaxBytes(1000));
    assertThatThrownBy(file::read)
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("1000 bytes");
    file.write(new byte[2000]);
    assertThat(Files.size(path())).isEqualTo(2000);
  }

  @Test
  void longNamesHaveCompanionsToo() throws Exception {
    for (int length : List.of(240, 249, 250, 255)) {
      Path path = directory().resolve("n".repeat(length));
      AtomicFile file = opening(AtomicFile.at(kernel(), path, OPTIONS.withBackup("old")));
      file.write(bytes("one"));
      try (Replacement replacement = file.replace()) {
        replacement.write(bytes("two"));
        replacement.commit();
      }
      assertThat(path).hasContent("two");
    }
  }

  // ---- modes

  @Test
  void modeIsKeptOrAsAskedFor() throws Exception {
    AtomicFile file = file();
    file.write(bytes("x"));
    assertThat(mode(path())).isEqualTo(0600);
    for (int mode : List.of(0644, 0400, 0666, 0640)) {
      Files.setAttribute(path(), "unix:mode", mode);
      file.write(bytes("x"));
      assertThat(mode(path())).isEqualTo(mode);
    }
    Files.setAttribute(path(), "unix:mode", 06755);
    file.write(bytes("x"));
    assertThat(mode(path())).as("no set-user-id on new content").isEqualTo(0755);
    file(OPTIONS.withMode(0666)).write(bytes("x"));
    assertThat(mode(path())).isEqualTo(0666);
    Files.delete(path());
    file(OPTIONS.withMode(0664)).create(bytes("x"));
    assertThat(mode(path())).isEqualTo(0664);
  }

  @Test
  void theLockIsForThoseWhoMayChangeTheFile() throws Exception {
    Path lock = directory().resolve(".stock.lock");
    AtomicFile file = file();
    file.write(bytes("x"));
    assertThat(mode(lock)).isEqualTo(0600);
    Files.setAttribute(path(), "unix:mode", 0664);
    file.write(bytes("x"));
    assertThat(mode(lock)).isEqualTo(0660);
  }

  protected static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode") & 07777;
  }
}
