package dev.parley.primitive.file;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/// Opens temporary directories for tests.
public final class TestDirs {
  private TestDirs() {}

  public static Dir open(Path path) throws IOException {
    Kernel kernel = Kernel.linux();
    Fd fd = Objects.requireNonNull(TrustedPath.tryOpen(kernel, path));
    return Dir.verified(kernel, fd, Access.privateTo(kernel.effectiveUserId()));
  }
}
