package dev.parley.bench;

import dev.parley.primitive.process.SameJava;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A process that the benchmark started and talks to by lines; see [Worker]. It ends when its
/// standard input does, so it does not outlive the benchmark.
final class Child implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String END = "";

  private final String name;
  private final Process process;
  private final Path errors;
  private final OutputStream orders;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  private Child(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.orders = process.getOutputStream();
    Thread.ofVirtual().start(this::listen);
  }

  /// Starts `command`, whose standard error goes to a file in `place`.
  static Child start(String name, Path place, List<String> command) throws IOException {
    Path errors = Files.createTempFile(place, "errors", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(Redirect.to(errors.toFile()));
    return new Child(name, builder.start(), errors);
  }

  /// Starts a [Worker] in a JVM like this one: same Java, same modules.
  static Child worker(String name, Path place, List<String> jvmFlags, List<String> arguments)
      throws IOException {
    return java(name, place, Worker.class, jvmFlags, arguments);
  }

  /// The same for another class with a `main`.
  static Child java(
      String name, Path place, Class<?> main, List<String> jvmFlags, List<String> arguments)
      throws IOException {
    return start(name, place, SameJava.command(main, jvmFlags, arguments));
  }

  private void listen() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        answers.add(line);
      }
    } catch (IOException e) {
      answers.add("broken " + e);
    }
    answers.add(END);
  }

  void tell(Line order) throws IOException {
    try {
      orders.write((order + "\n").getBytes(StandardCharsets.UTF_8));
      orders.flush();
    } catch (IOException e) {
      throw failed("does not listen");
    }
  }

  /// The next answer.
  ///
  /// @throws BenchFailedException if it is another than `word`, or the process ended, or nothing
  ///   comes for minutes
  Line hear(String word) throws IOException, InterruptedException {
    String answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (answer == null) throw failed("says nothing");
    return understood(answer, word);
  }

  /// The next answer if there is one by now.
  ///
  /// @throws BenchFailedException if the process ended
  @Nullable Line heard() throws IOException {
    String answer = answers.poll();
    return answer == null ? null : understood(answer, null);
  }

  private Line understood(String answer, @Nullable String word) throws IOException {
    if (answer.equals(END)) throw failed("ended");
    Line line;
    try {
      line = Line.parse(answer);
    } catch (BenchFailedException e) {
      throw failed("said '" + answer + "'");
    }
    if (word != null && !line.word().equals(word)) throw failed("said '" + answer + "'");
    return line;
  }

  private BenchFailedException failed(String what) throws IOException {
    List<String> said = Files.exists(errors) ? Files.readAllLines(errors) : List.of();
    String last = String.join("\n  ", said.subList(Math.max(0, said.size() - 20), said.size()));
    return new BenchFailedException(name + " " + what + (last.isEmpty() ? "" : ":\n  " + last));
  }

  long pid() {
    return process.pid();
  }

  String name() {
    return name;
  }

  /// Ends the process: by the end of its input, or else by force.
  @Override
  public void close() {
    try {
      orders.close();
    } catch (IOException e) {
      // It is gone, and that is what was wanted.
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
