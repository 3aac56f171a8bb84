package dev.parley.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Kernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// A process that a [ProcessHarness] started. Everything waits at most a minute and then fails the
/// test with what the process printed.
public final class Child implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final int SIGSTOP = 19;
  private static final int SIGCONT = 18;
  private static final int SIGTERM = 15;
  private static final int SIGKILL = 9;

  private final Process process;
  private final Writer input;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private int linesAwaited;

  Child(Process process) {
    this.process = process;
    input = process.outputWriter(UTF_8);
    reader = Thread.ofVirtual().start(this::readLines);
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  // ---- talking

  /// Writes a line to its standard input.
  public void say(String line) throws IOException {
    input.write(line + "\n");
    input.flush();
  }

  /// Closes its standard input.
  public void hangUp() throws IOException {
    input.close();
  }

  /// Says `line` and returns the next line it prints.
  public String ask(String line) throws IOException, InterruptedException {
    say(line);
    return awaitLine(any -> true, "an answer to " + line);
  }

  /// The same for a process that may end instead: then empty.
  public Optional<String> tryAsk(String line) throws IOException, InterruptedException {
    int before;
    synchronized (lines) {
      before = lines.size();
    }
    try {
      return Optional.of(ask(line));
    } catch (AssertionError e) {
      awaitExit();
      synchronized (lines) {
        if (lines.size() > before) throw e;
      }
      return Optional.empty();
    }
  }

  /// The next line that starts like this, among those that nobody has awaited yet; the ones before
  /// it are skipped.
  public String awaitLine(String start) throws InterruptedException {
    return awaitLine(line -> line.startsWith(start), "a line that starts with '" + start + "'");
  }

  private String awaitLine(Predicate<String> wanted, String what) throws InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    synchronized (lines) {
      while (true) {
        while (linesAwaited < lines.size()) {
          String line = lines.get(linesAwaited++);
          if (wanted.test(line)) return line;
        }
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left <= 0 || !reader.isAlive()) {
          throw new AssertionError("no " + what + "; it printed:\n" + String.join("\n", lines));
        }
        lines.wait(Math.min(left, 100));
      }
    }
  }

  /// What it printed so far, on both streams.
  public String output() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  // ---- signals; they reach its descendants too

  /// SIGKILL; returns once it is gone.
  public void kill() throws InterruptedException {
    signal(SIGKILL);
    awaitExit();
  }

  /// SIGTERM.
  public void terminate() {
    signal(SIGTERM);
  }

  /// SIGSTOP; returns once it has stopped.
  public void stop() throws Exception {
    signal(SIGSTOP);
    Await.until(
        "process " + pid() + " stops",
        () -> {
          String status =
              java.nio.file.Files.readString(java.nio.file.Path.of("/proc/" + pid() + "/stat"));
          return status.charAt(status.lastIndexOf(')') + 2) == 'T';
        });
  }

  /// SIGCONT.
  public void resume() {
    signal(SIGCONT);
  }

  private void signal(int signal) {
    process.descendants().forEach(descendant -> signal(descendant.pid(), signal));
    if (process.isAlive()) signal(process.pid(), signal);
  }

  private static void signal(long pid, int signal) {
    try {
      Kernel.linux().kill((int) pid, signal);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ESRCH)) throw new IllegalStateException(e);
    }
  }

  // ---- the end

  /// Waits until it ends and all it printed has been read.
  ///
  /// @return the exit status; 128 plus the signal if one ended it
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("process " + pid() + " does not end; it printed:\n" + output());
    }
    reader.join(LIMIT);
    return process.exitValue();
  }

  /// Kills it if it still runs.
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void readLines() {
    try (BufferedReader output = process.inputReader(UTF_8)) {
      String line;
      while ((line = output.readLine()) != null) add(line);
    } catch (IOException e) {
      add("(reading its output failed: " + e + ")");
    }
  }

  private void add(String line) {
    synchronized (lines) {
      lines.add(line);
      lines.notifyAll();
    }
  }
}
