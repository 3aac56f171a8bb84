package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Runs commands in this JVM, against one space.
record InProcess(Path space) {
  /// What a command line gave.
  record Result(int code, byte[] bytes, String err) {
    String out() {
      return new String(bytes, UTF_8);
    }

    /// Its output as objects, one a line.
    List<Map<String, Object>> json() throws IOException {
      List<Map<String, Object>> objects = new ArrayList<>();
      for (String line : out().lines().toList()) objects.add(Json.parse(line));
      return objects;
    }
  }

  Result run(String... args) {
    return runWith("", args);
  }

  /// The same with something on standard input.
  Result runWith(String input, String... args) {
    List<String> line = new ArrayList<>(List.of("--space", space.toString()));
    line.addAll(List.of(args));
    TestShell shell = new TestShell().in(input);
    int code = Main.run(line.toArray(String[]::new), shell.shell());
    return new Result(code, shell.out(), shell.err());
  }

  /// The objects that a command prints with `--json`.
  List<Map<String, Object>> json(String... args) throws IOException {
    List<String> line = new ArrayList<>(List.of(args));
    line.add("--json");
    return run(line.toArray(String[]::new)).json();
  }
}
