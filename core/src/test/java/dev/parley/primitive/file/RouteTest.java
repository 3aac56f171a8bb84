package dev.parley.primitive.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.UnsafePathException;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteTest {
  private final Kernel kernel = Kernel.linux();

  @TempDir Path temporary;

  @BeforeEach
  void resolve() throws IOException {
    temporary = temporary.toRealPath();
  }

  @Test
  void aRouteEndsAtTheFile() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));
    try (Route route = Route.of(kernel, file)) {
      assertThat(route.failure()).isEmpty();
      assertThat(route.refusal()).isEmpty();
      assertThat(route.status()).isEqualTo(kernel.statusAt(Fd.CWD, file.toString()));
      assertThat(route.end()).isNotNull();
      assertThat(route.steps().getLast().path()).isEqualTo(file.toString());
      assertThat(route.steps()).hasSize(file.getNameCount());
    }
  }

  @Test
  void linksAreFollowedStepByStep() throws IOException {
    Path real = Files.createDirectories(temporary.resolve("real/deep"));
    Files.createFile(real.resolve("file"));
    Files.createSymbolicLink(temporary.resolve("absolute"), real);
    Files.createSymbolicLink(temporary.resolve("relative"), Path.of("./real/../absolute"));
    try (Route route = Route.of(kernel, temporary.resolve("relative/file"))) {
      assertThat(route.refusal()).isEmpty();
      assertThat(route.end()).isNotNull();
      assertThat(route.end().path()).isEqualTo(real.resolve("file").toString());
      List<Route.Step> links =
          route.steps().stream().filter(step -> step.target() != null).toList();
      assertThat(links).extracting(Route.Step::name).containsExactly("relative", "absolute");
      assertThat(links).extracting(Route.Step::target).contains(real.toString());
    }
  }

  @Test
  void aRouteSaysWhereItEndsAndWhy() throws IOException {
    Files.createFile(temporary.resolve("file"));
    assertEnds("missing/below", "missing", Errno.ENOENT);
    assertEnds("file/below", "below", Errno.ENOTDIR);
    Files.createSymbolicLink(temporary.resolve("loop"), Path.of("loop"));
    assertEnds("loop", "loop", Errno.ELOOP);
    Files.createSymbolicLink(temporary.resolve("dangling"), Path.of("nowhere"));
    assertEnds("dangling", "nowhere", Errno.ENOENT);
  }

  private void assertEnds(String path, String at, Errno reason) throws IOException {
    try (Route route = Route.of(kernel, temporary.resolve(path))) {
      assertThat(route.end()).isNull();
      assertThat(route.steps().getLast().name()).isEqualTo(at);
      assertThat(route.failure()).map(ErrnoException::errno).contains(reason);
    }
  }

  /// The rule is one: what a route would refuse, the walk that opens does refuse.
  @Test
  void aRouteRefusesWhatTheTrustedPathRefuses() throws IOException {
    Path open = Files.createDirectory(temporary.resolve("open"));
    Files.createDirectory(open.resolve("below"));
    Path fine = Files.createDirectory(temporary.resolve("fine"));
    assertAgree(fine, true);
    Files.setAttribute(open, "unix:mode", 0777);
    assertAgree(open.resolve("below"), false);
    Files.setAttribute(open, "unix:mode", 01777);
    assertAgree(open.resolve("below"), true);
    Path shared = Files.createDirectory(temporary.resolve("shared"));
    Path link = Files.createSymbolicLink(shared.resolve("link"), fine);
    assertAgree(link, true);
    Files.setAttribute(shared, "unix:mode", 0770);
    assertAgree(link, false);
  }

  private void assertAgree(Path path, boolean trusted) throws IOException {
    try (Route route = Route.of(kernel, path)) {
      assertThat(route.end()).as("a route goes on").isNotNull();
      assertThat(route.refusal().isEmpty()).isEqualTo(trusted);
      String refusal = null;
      try (Fd fd = TrustedPath.tryOpen(kernel, path)) {
        assertThat(fd).isNotNull();
      } catch (UnsafePathException e) {
        refusal = e.getMessage();
      }
      assertThat(refusal).isEqualTo(route.refusal().orElse(null));
    }
  }

  @Test
  void linksOfProcLeadWhereTheKernelSays() throws IOException {
    Path file = Files.createFile(temporary.resolve("gone"));
    try (Fd open = kernel.openAt(Fd.CWD, file.toString(), Open.READ_ONLY, 0)) {
      Files.delete(file);
      try (Route route = Route.of(kernel, Path.of("/proc/self/fd/" + open.number()))) {
        assertThat(route.status()).isNotNull();
        assertThat(route.status().inode()).isEqualTo(kernel.status(open).inode());
        assertThat(route.status().links()).isZero();
      }
    }
  }

  @Test
  void mountsAreSeen() throws IOException {
    try (Route route = Route.of(kernel, Path.of("/proc/self"))) {
      Route.Step proc = route.steps().getFirst();
      assertThat(proc.name()).isEqualTo("proc");
      assertThat(proc.isMountPoint()).isTrue();
      assertThat(route.steps().get(1).isMountPoint()).isFalse();
    }
  }

  @Test
  void aRouteLeavesNoDescriptor() throws IOException {
    Files.createSymbolicLink(temporary.resolve("loop"), Path.of("loop"));
    long before = descriptors();
    Route.of(kernel, temporary).close();
    Route.of(kernel, temporary.resolve("loop")).close();
    Route.of(kernel, temporary.resolve("none/none")).close();
    assertThat(descriptors()).isEqualTo(before);
  }

  private static long descriptors() {
    return java.util.Objects.requireNonNull(new java.io.File("/proc/self/fd").list()).length;
  }
}
