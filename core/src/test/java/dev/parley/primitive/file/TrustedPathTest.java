package dev.parley.primitive.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedPathTest {
  private final Kernel kernel = Kernel.linux();
  @TempDir private Path temporary;

  private long inode(Path path) throws IOException {
    try (Fd fd = TrustedPath.tryOpen(kernel, path)) {
      assertThat(fd).isNotNull();
      return kernel.status(fd).inode();
    }
  }

  @Test
  void aSymlinkOfOursIsFollowed() throws IOException {
    Path real = Files.createDirectories(temporary.resolve("a/real"));
    Path relative = Files.createSymbolicLink(temporary.resolve("relative"), Path.of("a/../a/real"));
    Path absolute = Files.createSymbolicLink(temporary.resolve("absolute"), real.getParent());
    assertThat(inode(relative)).isEqualTo(inode(real));
    assertThat(inode(absolute.resolve("real"))).isEqualTo(inode(real));
  }

  @Test
  void aSymlinkOfSomebodyElseIsRefused() throws IOException {
    assumeThat(kernel.effectiveUserId()).as("needs root, to make files of another user").isZero();
    Path real = Files.createDirectory(temporary.resolve("real"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), real);
    Files.setAttribute(link, "unix:uid", 12345, LinkOption.NOFOLLOW_LINKS);
    assertThatThrownBy(() -> TrustedPath.tryOpen(kernel, link))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("symbolic link that another user could have put there");
  }

  @Test
  void aSymlinkWhereOthersCanWriteIsRefused() throws IOException {
    Path shared = Files.createDirectory(temporary.resolve("shared"));
    Files.createDirectory(shared.resolve("real"));
    Path link = Files.createSymbolicLink(shared.resolve("link"), Path.of("real"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwx---"));
    assertThatThrownBy(() -> TrustedPath.tryOpen(kernel, link))
        .isInstanceOf(UnsafePathException.class);
  }

  /// Where the kernel lets him, anybody can put a link of root's into /tmp under another name.
  @Test
  void aSymlinkWithASecondNameInAStickyDirectoryIsRefused() throws IOException {
    Path shared = Files.createDirectory(temporary.resolve("shared"));
    Files.createDirectory(shared.resolve("real"));
    Path link = Files.createSymbolicLink(shared.resolve("link"), Path.of("real"));
    Files.setAttribute(shared, "unix:mode", 01777);
    TrustedPath.tryOpen(kernel, link).close();
    try (Fd dir = kernel.openAt(Fd.CWD, shared.toString(), Open.DIRECTORY, 0)) {
      kernel.linkAt(dir, "link", dir, "second");
    }
    assertThatThrownBy(() -> TrustedPath.tryOpen(kernel, link))
        .isInstanceOf(UnsafePathException.class);
  }

  @Test
  void aDirectoryThatEverybodyCanWriteToIsNoWay() throws IOException {
    Path open = Files.createDirectory(temporary.resolve("open"));
    Files.createDirectory(open.resolve("space"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> TrustedPath.tryOpen(kernel, open.resolve("space")))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("chmod o-w " + open);
  }

  @Test
  void aLoopOfSymlinksEnds() throws IOException {
    Files.createSymbolicLink(temporary.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(temporary.resolve("b"), Path.of("a"));
    assertThatThrownBy(() -> TrustedPath.tryOpen(kernel, temporary.resolve("a")))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
  }

  @Test
  void whatIsMissingIsMadeForOurselvesAlone() throws IOException {
    Path deep = temporary.resolve("x/y/z");
    assertThat(TrustedPath.tryOpen(kernel, deep)).isNull();
    TrustedPath.openOrMake(kernel, deep).close();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(deep.getParent())))
        .isEqualTo("rwx------");
  }

  @Test
  void nothingIsLeftOpen() throws IOException {
    Files.createSymbolicLink(temporary.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(temporary.resolve("b"), Path.of("a"));
    long before = openDescriptors();
    for (int i = 0; i < 20; i++) {
      assertThat(TrustedPath.tryOpen(kernel, temporary.resolve("missing/child"))).isNull();
      assertThatThrownBy(() -> TrustedPath.tryOpen(kernel, temporary.resolve("a")))
          .isInstanceOf(IOException.class);
    }
    assertThat(openDescriptors()).isLessThan(before + 10);
  }

  private static long openDescriptors() throws IOException {
    try (var list = Files.list(Path.of("/proc/self/fd"))) {
      return list.count();
    }
  }
}
