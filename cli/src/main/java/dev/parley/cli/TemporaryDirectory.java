package dev.parley.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A directory of our own under $TMPDIR, or /tmp.
record TemporaryDirectory(Path path) {
  private static final int ATTEMPTS = 10;

  static TemporaryDirectory create(Map<String, String> environment, String prefix)
      throws IOException {
    Path parent = Path.of(environment.getOrDefault("TMPDIR", "/tmp"));
    return new TemporaryDirectory(Files.createTempDirectory(parent, prefix));
  }

  /// Removes it with all that is in it, as far as that can be done.
  void remove() {
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        Files.walkFileTree(path, new Remover());
        return;
      } catch (IOException e) {
        // Somebody who is about to end has put something there meanwhile. What is left after all
        // attempts is under the directory for such things.
      }
    }
  }

  /// What is gone already is fine.
  private static final class Remover extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
      throw e;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
