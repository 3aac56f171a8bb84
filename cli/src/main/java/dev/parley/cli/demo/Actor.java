package dev.parley.cli.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A process of the demo: this very command in a JVM of its own.
final class Actor implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Path talk;
  private final List<Thread> threads = new ArrayList<>();

  private Actor(String name, Process process, Path talk) {
    this.name = name;
    this.process = process;
    this.talk = talk;
  }

  /// Starts `parley ARGUMENTS`.
  ///
  /// @param talk where its standard error goes
  /// @param toEachLine gets what it writes to standard output
  static Actor start(String name, Path talk, List<String> arguments, Consumer<String> toEachLine)
      throws IOException {
    List<String> command = new ArrayList<>(Launcher.command());
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectError(talk.toFile()).start();
    Actor actor = new Actor(name, process, talk);
    actor.thread("output", () -> actor.read(toEachLine));
    return actor;
  }

  /// Writes to its standard input, then ends that.
  void feed(Feed feed) {
    thread("input", () -> write(feed));
  }

  /// Writes a byte to its standard input, which stays open while we live.
  void go() throws IOException {
    OutputStream in = process.getOutputStream();
    in.write('\n');
    in.flush();
  }

  /// Writes what a process is to read.
  interface Feed {
    void writeTo(OutputStream out) throws IOException;
  }

  String name() {
    return name;
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// SIGKILL.
  void kill() {
    process.destroyForcibly();
  }

  /// SIGTERM.
  void terminate() {
    process.destroy();
  }

  boolean hasFailed() {
    return !process.isAlive() && process.exitValue() != 0;
  }

  /// What it said on its standard error.
  String talk() throws IOException {
    return Files.readString(talk).strip();
  }

  /// Waits for its end and for all it wrote to have been read.
  boolean awaitEnd(Duration wait) throws InterruptedException {
    if (!process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS)) return false;
    for (Thread thread : threads) thread.join();
    return true;
  }

  /// Kills it, if it still runs, and waits until it has gone.
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  private void thread(String task, Runnable run) {
    threads.add(Thread.ofPlatform().daemon().name(name + " " + task).start(run));
  }

  private void read(Consumer<String> toEachLine) {
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        toEachLine.accept(line);
      }
    } catch (IOException e) {
      // It was killed; what it did not say is missed in the count.
    }
  }

  private void write(Feed feed) {
    try (OutputStream in = process.getOutputStream()) {
      feed.writeTo(in);
    } catch (IOException e) {
      // It has ended; what it did not take is missed in the count.
    }
  }
}
