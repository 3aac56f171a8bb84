package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// `parley` in a process of its own, whatever signals this one ignores, run by a shell, so that
/// pipes, redirections and signals are real ones.
final class ParleyProcess implements AutoCloseable {
  static {
    // A JVM may take long to start on a busy machine; tests wait for conditions, not for this.
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1));
  }

  private final Process shell;
  private final Path out;
  private final Path err;

  private ParleyProcess(Process shell, Path out, Path err) {
    this.shell = shell;
    this.out = out;
    this.err = err;
  }

  record Result(int code, String out, String err) {}

  /// Runs a shell command, in which `parley` is the command under test, to its end.
  static Result run(Path space, String command) throws Exception {
    try (ParleyProcess process = start(space, command)) {
      return process.awaitEnd();
    }
  }

  /// Starts one. Its standard input is empty, unless the command says otherwise.
  static ParleyProcess start(Path space, String command) throws IOException {
    Path directory = Files.createTempDirectory(space.getParent(), "run");
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
                "env",
                "--default-signal=HUP,INT,TERM",
                "bash",
                "-c",
                "parley() { " + java() + " \"$@\"; }\n" + command)
            .directory(directory.toFile())
            .redirectInput(new File("/dev/null"))
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("PARLEY_SPACE", space.toString());
    return new ParleyProcess(builder.start(), out, err);
  }

  /// The command that runs parley, for a shell.
  static String java() {
    List<String> paths = new ArrayList<>();
    for (String name : List.of("jdk.module.path", "java.class.path")) {
      String path = System.getProperty(name, "");
      if (!path.isEmpty()) paths.add(path);
    }
    return "'"
        + Path.of(System.getProperty("java.home"), "bin", "java")
        + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp '"
        + String.join(File.pathSeparator, paths)
        + "' dev.parley.cli.Main";
  }

  String out() throws IOException {
    return Files.readString(out, UTF_8);
  }

  String err() throws IOException {
    return Files.readString(err, UTF_8);
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  /// The JVM that runs parley: a child of the shell, or what the shell became.
  ProcessHandle parley() {
    // Its own children, if it starts some, are the same program: the nearest first.
    return Stream.concat(shell.children(), shell.descendants())
        .filter(process -> process.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElse(shell.toHandle());
  }

  /// Everything that the shell started, and they in turn.
  Stream<ProcessHandle> descendants() {
    return shell.descendants();
  }

  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, String.valueOf(parley().pid())).start().waitFor();
  }

  Result awaitEnd() throws Exception {
    if (!shell.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("still runs: " + err());
    return new Result(shell.exitValue(), out(), err());
  }

  @Override
  public void close() {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
  }
}
