package dev.parley.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.atomic.AtomicFile;
import dev.parley.primitive.atomic.BinaryFile;
import dev.parley.primitive.atomic.FileBusyException;
import dev.parley.primitive.atomic.PendingUpdate;
import dev.parley.primitive.atomic.WriteOptions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a [BinaryFile] promises.
public abstract class BinaryFileContract extends FilesContract {
  private static final WriteOptions OPTIONS = WriteOptions.defaults().withDurable(false);

  protected BinaryFileContract() {}

  private Path path() {
    return directory().resolve("table");
  }

  private BinaryFile file() throws IOException {
    return opening(BinaryFile.at(kernel(), path(), OPTIONS));
  }

  @BeforeEach
  void fill() throws IOException {
    byte[] bytes = new byte[100];
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) i;
    Files.write(path(), bytes);
  }

  @Test
  void bytesAreChangedInPlace() throws Exception {
    BinaryFile file = file();
    Object inode = Files.getAttribute(path(), "unix:ino");
    file.update(
        10,
        3,
        before -> {
          assertThat(before).containsExactly(10, 11, 12);
          return new byte[] {1, 2, 3};
        });
    assertThat(file().read(8, 6)).containsExactly(8, 9, 1, 2, 3, 13);
    assertThat(Files.size(path())).isEqualTo(100);
    assertThat(Files.getAttribute(path(), "unix:ino")).isEqualTo(inode);
    assertThat(directory().toFile().list()).containsExactlyInAnyOrder("table", ".table.lock");
    file.update(0, 100, _ -> new byte[100]);
    assertThat(Files.readAllBytes(path())).containsOnly(0);
    file.update(50, 0, before -> before);
  }

  @Test
  void noUpdateIsLost() throws Exception {
    Files.write(path(), new byte[16]);
    List<Task<Boolean>> tasks = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int record = t % 2 * 8;
      tasks.add(
          inBackground(
              () -> {
                BinaryFile file = file();
                for (int i = 0; i < 50; i++)
                  file.update(record, 8, BinaryFileContract::incremented);
                return true;
              }));
    }
    for (Task<Boolean> task : tasks) assertThat(task.get()).isTrue();
    ByteBuffer both = ByteBuffer.wrap(file().read(0, 16));
    assertThat(both.getLong()).isEqualTo(100);
    assertThat(both.getLong()).isEqualTo(100);
  }

  private static byte[] incremented(byte[] before) {
    return ByteBuffer.allocate(8).putLong(ByteBuffer.wrap(before).getLong() + 1).array();
  }

  @Test
  void readersSeeAllOfAnUpdateOrNothing() throws Exception {
    Files.write(path(), new byte[300_000]);
    Task<Boolean> writing =
        inBackground(
            () -> {
              BinaryFile file = file();
              for (int i = 1; i < 60; i++) {
                byte[] content = new byte[300_000];
                Arrays.fill(content, (byte) i);
                file.update(0, 300_000, _ -> content);
              }
              return true;
            });
    BinaryFile reader = file();
    while (!writing.isDone()) {
      byte[] seen = reader.read(0, 300_000);
      assertThat(seen).containsOnly(seen[0]);
    }
    assertThat(writing.get()).isTrue();
  }

  @Test
  void whatIsNotThereIsNotChanged() throws Exception {
    BinaryFile file = file();
    assertThatThrownBy(() -> file.read(98, 3)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> file.update(98, 3, before -> before))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("it has 100");
    assertThatThrownBy(() -> file.update(0, 3, _ -> new byte[4]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () ->
                file.update(
                    0,
                    3,
                    _ -> {
                      throw new IOException("no idea");
                    }))
        .hasMessage("no idea");
    assertThat(file.read(0, 3)).containsExactly(0, 1, 2);
    Files.delete(path());
    assertThatThrownBy(() -> file.read(0, 1)).hasMessageContaining("ENOENT");
  }

  @Test
  void itExcludesReplacementsAndIsExcludedByThem() throws Exception {
    BinaryFile impatient =
        opening(BinaryFile.at(kernel(), path(), OPTIONS.withAtMost(Duration.ZERO)));
    try (AtomicFile whole = AtomicFile.at(kernel(), path(), OPTIONS);
        PendingUpdate _ = whole.beginUpdate()) {
      assertThatThrownBy(() -> impatient.update(0, 1, before -> before))
          .isInstanceOf(FileBusyException.class);
      assertThatThrownBy(() -> impatient.read(0, 1)).isInstanceOf(FileBusyException.class);
    }
    assertThat(impatient.read(0, 1)).containsExactly(0);
  }
}
