package dev.parley.bench;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What the benchmark uses if it is installed: a C compiler, and a Python with dirq.
final class Tools {
  private static final List<String> PYTHONS = List.of("/usr/bin/python3", "python3");

  private Tools() {}

  /// Compiles the C loop into `place`; empty without a compiler.
  static Optional<Path> compileCycle(Path place) throws IOException, InterruptedException {
    Path program = place.resolve("cycle");
    Path source = unpack("cycle.c", place);
    for (String compiler : List.of("gcc", "cc")) {
      if (succeeds(List.of(compiler, "-O2", "-o", program.toString(), source.toString()))) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }

  /// A Python interpreter that can import dirq. Debian's package serves Debian's own Python.
  static Optional<String> pythonWithDirq() throws InterruptedException {
    for (String python : PYTHONS) {
      if (succeeds(List.of(python, "-c", "import dirq.QueueSimple"))) return Optional.of(python);
    }
    return Optional.empty();
  }

  /// Writes a resource of this package to `place`.
  static Path unpack(String resource, Path place) throws IOException {
    Path file = place.resolve(resource);
    try (InputStream in = Tools.class.getResourceAsStream(resource)) {
      if (in == null) throw new IOException("the resource " + resource + " is missing");
      Files.copy(in, file);
    }
    return file;
  }

  private static boolean succeeds(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .redirectInput(Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
