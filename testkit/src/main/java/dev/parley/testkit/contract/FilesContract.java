package dev.parley.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sys.Kernel;
import dev.parley.testkit.InMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// What the contracts of primitives that live in files share: a directory a test, the kernel they
/// run on, and the descriptors counted.
public abstract class FilesContract extends Contract {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  @TempDir(factory = InMemory.class)
  private @Nullable Path directory;

  protected FilesContract() {}

  /// The kernel that everything under test gets.
  protected abstract Kernel kernel();

  protected Path directory() {
    return Objects.requireNonNull(directory);
  }

  @BeforeEach
  void nothingIsOpen() throws IOException {
    assertThat(descriptorsHere()).isEmpty();
  }

  @Override
  @AfterEach
  void closeAll() throws Exception {
    super.closeAll();
    assertThat(descriptorsHere()).as("descriptors left open").isEmpty();
  }

  /// What this process has open below the test's directory.
  private List<String> descriptorsHere() throws IOException {
    List<String> here = new ArrayList<>();
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      for (Path each : all.toList()) {
        String target = target(each);
        if (target.startsWith(directory().toString())) here.add(target);
      }
    }
    return here;
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // the one that lists them
    }
  }
}
