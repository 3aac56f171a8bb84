package dev.parley.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// A private directory that is removed with everything in it, when closed or when the JVM ends.
final class Scratch implements AutoCloseable {
  private final Path path;
  private final Thread atExit;

  private Scratch(Path path) {
    this.path = path;
    this.atExit = new Thread(this::removeAll);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  static Scratch in(Path parent) throws IOException {
    return new Scratch(Files.createTempDirectory(parent, "parley-bench"));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() {
    removeAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is ending; the hook finds nothing left.
    }
  }

  private void removeAll() {
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) return FileVisitResult.CONTINUE;
              throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                throws IOException {
              if (e != null) throw e;
              Files.deleteIfExists(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
