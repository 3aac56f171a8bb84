package dev.parley.testkit.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.OutcomeUnknownException;
import dev.parley.primitive.file.FileOptions;
import dev.parley.primitive.filequeue.FileQueue;
import dev.parley.primitive.filequeue.FileQueue.Item;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.testkit.FaultyKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Syncs that fail, and full disks.
class FileQueueFaultTest {
  @TempDir private Path directory;

  private final FaultyKernel faulty = FaultyKernel.over(Kernel.linux());
  private Path path;
  private FileQueue queue;

  @BeforeEach
  void open() throws IOException {
    path = directory.resolve("orders");
    queue = FileQueue.open(faulty.kernel(), path, FileOptions.defaults());
    queue.append("a".getBytes(UTF_8));
    queue.append("b".getBytes(UTF_8));
  }

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void aMessageWhoseRemovalCannotBeSyncedIsThereAgain() throws IOException {
    faulty.fail("fdatasync", 1, Errno.EIO);
    assertThatThrownBy(() -> queue.poll()).isInstanceOf(OutcomeUnknownException.class);
    assertThat(queue.size()).isEqualTo(2);
    assertThat(queue.poll()).contains("a".getBytes(UTF_8));
    assertThat(queue.poll()).contains("b".getBytes(UTF_8));
  }

  @Test
  void aChangeThatCannotBeSyncedIsThereAndSaidToBeUnknown() throws IOException {
    Item a = queue.peek().orElseThrow();
    faulty.fail("fdatasync", 1, Errno.EIO);
    assertThatThrownBy(() -> queue.consume(a))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("power cut");
    faulty.fail("fdatasync", 1, Errno.EIO);
    assertThatThrownBy(() -> queue.append("c".getBytes(UTF_8)))
        .isInstanceOf(OutcomeUnknownException.class);
    assertThat(queue.poll(9)).containsExactly("b".getBytes(UTF_8), "c".getBytes(UTF_8));
  }

  @Test
  void aNameThatCouldNotBeSyncedIsNotTakenForDurableLater() throws IOException {
    try (FileQueue other =
        FileQueue.open(faulty.kernel(), directory.resolve("other"), FileOptions.defaults())) {
      faulty.fail(
          call -> call.is("fsync") && call.path().equals(directory.toString()), 1, Errno.EIO);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> other.append(new byte[1]))
            .isInstanceOf(OutcomeUnknownException.class);
      }
      assertThat(other.size()).isEqualTo(2);
    }
  }

  @Test
  void aFullDiskRefusesTheMessageAndKeepsTheOthers() throws IOException {
    long before = Files.size(path);
    faulty.shorten("writeAt", 20).fail("writeAt", 3, Errno.ENOSPC);
    assertThatThrownBy(() -> queue.append(new byte[1000]))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOSPC));
    assertThat(Files.size(path)).isGreaterThan(before);
    faulty.heal();
    assertThat(queue.size()).isEqualTo(2);
    queue.append("c".getBytes(UTF_8));
    assertThat(queue.poll(9)).hasSize(3).last().isEqualTo("c".getBytes(UTF_8));
  }
}
