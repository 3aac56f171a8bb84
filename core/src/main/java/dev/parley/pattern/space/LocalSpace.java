package dev.parley.pattern.space;

import dev.parley.Space;
import dev.parley.SpaceOptions;
import java.io.IOException;
import java.nio.file.Path;

/// A space in a directory of this host.
public final class LocalSpace {
  private LocalSpace() {}

  public static Space open(Path directory, SpaceOptions options) throws IOException {
    throw new UnsupportedOperationException(directory + " " + options);
  }

  public static Path defaultPath() {
    throw new UnsupportedOperationException();
  }
}
