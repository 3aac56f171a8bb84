package dev.parley.testkit.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.TemporaryDirectory;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import dev.parley.testkit.MortalKernel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {
  @TempDir(factory = InMemory.class)
  private Path place;

  private Place open(Kernel kernel) throws Exception {
    return Place.of(kernel, place.resolve("x"));
  }

  @Test
  void itIsItsMakersAloneAndGoesWithAllThatIsInIt() throws Exception {
    try (Place here = open(Kernel.linux())) {
      Path outside = Files.writeString(place.resolve("outside"), "mine");
      try (TemporaryDirectory scratch = TemporaryDirectory.in(here.dir())) {
        Path path = place.resolve(scratch.name());
        assertThat(Files.getAttribute(path, "unix:mode")).isEqualTo(0040700);
        scratch.dir().create("file").close();
        Files.createDirectories(path.resolve("a/b"));
        Files.createSymbolicLink(path.resolve("a/link"), outside);
        Files.createSymbolicLink(path.resolve("dir"), place);
        assertThat(TemporaryDirectory.removeLeftovers(here.dir())).as("its maker lives").isZero();
        assertThat(path.resolve("file")).exists();
      }
      assertThat(place.toFile().list()).containsExactly("outside");
    }
  }

  @Test
  void thoseOfDeadMakersAreRemoved() throws Exception {
    for (int call = 1; ; call++) {
      MortalKernel mortal = new MortalKernel(Kernel.linux());
      mortal.dieBefore(call);
      boolean died = true;
      try {
        Place here = open(mortal.kernel());
        TemporaryDirectory scratch = TemporaryDirectory.in(here.dir());
        scratch.dir().create("file").close();
        died = mortal.isDead();
      } catch (MortalKernel.Death e) {
        // It was to be expected.
      }
      mortal.die();
      try (Place here = open(Kernel.linux())) {
        TemporaryDirectory.removeLeftovers(here.dir());
      }
      assertThat(place).isEmptyDirectory();
      if (!died) return;
    }
  }

  @Test
  void anyCallMayFail() throws Exception {
    new Trials(place, new MadeAndRemoved()).everyCallFails();
  }

  @Test
  void aMissingParentIsSaid() {
    assertThatThrownBy(() -> Place.of(Kernel.linux(), place.resolve("missing/x")))
        .isInstanceOf(ErrnoException.class)
        .hasMessageContaining("ENOENT");
  }

  private record MadeAndRemoved() implements Scenario {
    @Override
    public void prepare(Path directory) {}

    @Override
    public void act(Kernel kernel, Path directory, Consumer<Object> promise) throws Exception {
      try (Place here = Place.of(kernel, directory.resolve("x"));
          TemporaryDirectory scratch = TemporaryDirectory.in(here.dir())) {
        scratch.dir().create("file").close();
      }
    }

    @Override
    public void check(Path directory, List<Object> promises) throws Exception {
      try (Place here = Place.of(Kernel.linux(), directory.resolve("x"))) {
        TemporaryDirectory.removeLeftovers(here.dir());
      }
      assertThat(directory).isEmptyDirectory();
    }
  }
}
