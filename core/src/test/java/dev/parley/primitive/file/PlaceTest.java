package dev.parley.primitive.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceTest {
  private final Kernel kernel = Kernel.linux();
  @TempDir Path temp;

  @Test
  void namesWhatNeedNotBeThere() throws IOException {
    try (Place place = Place.of(kernel, temp.resolve("new"))) {
      place.dir().create(place.name()).close();
      assertThat(temp.resolve("new")).isRegularFile();
      assertThat(place.path()).isEqualTo(temp.resolve("new").toString());
    }
  }

  @Test
  void followsItsOwnersLinkToTheFileThatOtherProgramsMean() throws IOException {
    Files.createDirectory(temp.resolve("real"));
    Files.createSymbolicLink(temp.resolve("link"), Path.of("real/lock"));
    try (Place place = Place.of(kernel, temp.resolve("link"))) {
      assertThat(place.path()).isEqualTo(temp.resolve("real/lock").toString());
    }
  }

  @Test
  void saysThatTheDirectoryIsMissing() {
    assertThatThrownBy(() -> Place.of(kernel, temp.resolve("none/lock")))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
  }

  @Test
  void refusesWhatIsNoName() {
    assertThatThrownBy(() -> Place.of(kernel, Path.of("/")))
        .isInstanceOf(UnsafePathException.class);
    assertThatThrownBy(() -> Place.of(kernel, temp.resolve("..")))
        .isInstanceOf(UnsafePathException.class);
  }

  @Test
  void refusesADirectoryThatEverybodyMayRearrange() throws IOException {
    Files.setPosixFilePermissions(temp, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> Place.of(kernel, temp.resolve("lock")))
        .isInstanceOf(UnsafePathException.class)
        .hasMessageContaining("chmod o-w");
  }

  @Test
  void refusesALinkThatASymlinkLoopEndsIn() throws IOException {
    Files.createSymbolicLink(temp.resolve("a"), Path.of("b"));
    Files.createSymbolicLink(temp.resolve("b"), Path.of("a"));
    assertThatThrownBy(() -> Place.of(kernel, temp.resolve("a")))
        .isInstanceOfSatisfying(
            ErrnoException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
  }

  @Test
  void inAStickyDirectoryAStrangersFileAndLinkAreRefused() throws IOException {
    assumeTrue(kernel.effectiveUserId() == 0, "skipped: giving files to another user takes root");
    makeSticky();
    Path planted = Files.createFile(temp.resolve("planted"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), planted);
    give(planted, 65534);
    Files.setAttribute(link, "unix:uid", 65534, java.nio.file.LinkOption.NOFOLLOW_LINKS);
    try (Place place = Place.of(kernel, planted)) {
      assertThatThrownBy(() -> place.dir().tryOpenFile(place.name()))
          .isInstanceOf(UnsafePathException.class)
          .hasMessageContaining("belongs to user 65534");
    }
    assertThatThrownBy(() -> Place.of(kernel, link)).isInstanceOf(UnsafePathException.class);
  }

  @Test
  void whereOnlyTheOwnerWritesAnotherUsersFileIsAsGoodAsHis() throws IOException {
    assumeTrue(kernel.effectiveUserId() == 0, "skipped: giving files to another user takes root");
    Path given = Files.createFile(temp.resolve("given"));
    give(given, 65534);
    try (Place place = Place.of(kernel, given);
        Fd file = place.dir().tryOpenFile(place.name())) {
      assertThat(file).isNotNull();
    }
  }

  private void makeSticky() throws IOException {
    try (Fd dir = kernel.openAt(Fd.CWD, temp.toString(), 0, 0)) {
      kernel.changeMode(dir, 01777);
    }
  }

  private static void give(Path file, int user) throws IOException {
    Files.setAttribute(file, "unix:uid", user);
  }
}
