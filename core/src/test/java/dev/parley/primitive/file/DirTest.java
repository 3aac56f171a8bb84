package dev.parley.primitive.file;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.UnsafePathException;
import dev.parley.primitive.lock.KernelLock;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirTest {
  private Path path;
  private Dir dir;

  @BeforeEach
  void open(@TempDir Path temporary) throws IOException {
    path = temporary;
    dir = TestDirs.open(temporary);
  }

  @AfterEach
  void close() {
    dir.close();
  }

  @Test
  void aSymlinkIsNeverFollowed() throws IOException {
    Files.createDirectory(path.resolve("real"));
    Files.createSymbolicLink(path.resolve("folder"), path.resolve("real"));
    Files.writeString(path.resolve("file"), "x");
    Files.createSymbolicLink(path.resolve("link"), path.resolve("file"));
    assertThatThrownBy(() -> dir.tryOpen("folder"))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("symbolic link");
    assertThatThrownBy(() -> dir.tryOpenFile("link"))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("symbolic link");
  }

  @Test
  void aFifoIsRefusedWithoutBlocking() throws IOException {
    dir.openFifo("planted").close();
    assertThatThrownBy(() -> dir.tryOpenFile("planted"))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("FIFO");
  }

  @Test
  void aFolderWhereAFileShouldBeIsNamed() throws IOException {
    dir.tryMake("folder");
    assertThatThrownBy(() -> dir.tryOpenFile("folder"))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("directory where a regular file should be");
  }

  @Test
  void whatOthersCanWriteToIsRefusedWithTheRemedy() throws IOException {
    Files.createDirectory(path.resolve("open"));
    Files.setPosixFilePermissions(
        path.resolve("open"), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> dir.tryOpen("open"))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("chmod go-w");
  }

  @Test
  void aFolderThatAPersonMadeWithTheUsualUmaskIsAccepted() throws IOException {
    Files.createDirectory(path.resolve("mine"));
    Files.setPosixFilePermissions(
        path.resolve("mine"), PosixFilePermissions.fromString("rwxr-xr-x"));
    try (Dir mine = dir.open("mine")) {
      assertThat(mine.names()).isEmpty();
    }
  }

  @Test
  void aMoveNeverReplaces() throws IOException {
    dir.replaceFile("a", "a".getBytes(UTF_8), false);
    dir.replaceFile("b", "b".getBytes(UTF_8), false);
    assertThat(dir.move("a", dir, "b")).isEqualTo(Move.TAKEN);
    assertThat(dir.move("c", dir, "d")).isEqualTo(Move.MISSING);
    assertThat(dir.move("a", dir, "c")).isEqualTo(Move.MOVED);
    assertThat(dir.tryRead("b", 10)).isEqualTo("b".getBytes(UTF_8));
  }

  @Test
  void nothingIsPutIntoAFolderThatWasRemoved() throws IOException {
    dir.replaceFile("a", new byte[0], false);
    dir.tryMake("bucket");
    try (Dir bucket = dir.open("bucket")) {
      assertThat(dir.tryRemove("bucket")).isTrue();
      assertThat(dir.move("a", bucket, "a")).isEqualTo(Move.MISSING);
      assertThat(bucket.isGone()).isTrue();
      assertThat(bucket.list().names()).isEmpty();
    }
    assertThat(dir.has("a")).isTrue();
  }

  @Test
  void aFolderWithSomethingInItIsNotRemoved() throws IOException {
    dir.tryMake("bucket");
    try (Dir bucket = dir.open("bucket")) {
      bucket.touch("x");
    }
    assertThat(dir.tryRemove("bucket")).isFalse();
    dir.removeTree("bucket");
    assertThat(dir.has("bucket")).isFalse();
  }

  @Test
  void linesThatAreAppendedFollowEachOther() throws IOException {
    dir.append("log", "one\n".getBytes(UTF_8));
    dir.append("log", "two\n".getBytes(UTF_8));
    assertThat(dir.tryRead("log", 100)).isEqualTo("one\ntwo\n".getBytes(UTF_8));
  }

  @Test
  void aFileThatIsTooLargeToReadWholeIsRefused() throws IOException {
    dir.replaceFile("large", new byte[101], false);
    assertThatThrownBy(() -> dir.tryRead("large", 100)).isInstanceOf(UnsafePathException.class);
  }

  @Test
  void aFileWithASecondNameIsNotReadInAGroupSpace() throws IOException {
    dir.replaceFile("settings", new byte[1], false);
    Files.createLink(path.resolve("elsewhere"), path.resolve("settings"));
    assertThat(dir.tryRead("settings", 100)).hasSize(1);
    Kernel kernel = Kernel.linux();
    Access shared = Access.sharedWith(kernel.effectiveGroupId());
    try (Dir same = Dir.verified(kernel, kernel.duplicate(dir.fd()), shared)) {
      assertThatThrownBy(() -> same.tryRead("settings", 100))
          .isInstanceOf(UnsafePathException.class)
          .hasMessageContaining("2 names");
    }
  }

  @Test
  void creatingTwiceSaysSo() throws IOException {
    try (Fd _ = dir.create("once")) {
      assertThatThrownBy(() -> dir.create("once"))
          .isInstanceOfSatisfying(
              ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST))
          .hasMessageContaining(path + "/once");
    }
  }

  @Test
  void oneHolderAtATimeHasAKernelLock() throws IOException {
    try (KernelLock first = KernelLock.tryAcquire(dir, "lock")) {
      assertThat(first).isNotNull();
      assertThat(KernelLock.tryAcquire(dir, "lock")).isNull();
    }
    try (KernelLock again = KernelLock.tryAcquire(dir, "lock")) {
      assertThat(again).isNotNull();
    }
  }
}
