package dev.parley.doctor;

import dev.parley.primitive.process.SameJava;
import dev.parley.sys.Kernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The processes that examine a directory together: each a [Worker] in a JVM of its own. They end
/// with their standard input, so none outlives this process.
final class Workers implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "-Xmx64m", "-XX:-UsePerfData");
  private static final int PATIENCE_SECONDS = 60;

  /// From the order to the start, so that all have heard it.
  private static final long HEAD_START_NANOS = 3_000_000;

  private static final String END = "";

  private final Kernel kernel;
  private final List<One> workers = new ArrayList<>();

  private Workers(Kernel kernel) {
    this.kernel = kernel;
  }

  static Workers start(Kernel kernel, String directory, int count) throws IOException {
    Workers workers = new Workers(kernel);
    boolean good = false;
    try {
      for (int i = 0; i < count; i++) workers.workers.add(new One(directory, i));
      for (One worker : workers.workers) worker.hear("ready");
      good = true;
      return workers;
    } finally {
      if (!good) workers.close();
    }
  }

  int count() {
    return workers.size();
  }

  /// Has all of them do the same at the same time.
  ///
  /// @return what each says of it
  List<String> all(Trial trial, Object... told) throws IOException {
    long start = kernel.boottimeNanos() + HEAD_START_NANOS;
    for (One worker : workers) worker.tell(trial, start, told);
    List<String> answers = new ArrayList<>();
    TrialFailedException failure = null;
    for (One worker : workers) {
      try {
        answers.add(worker.hear("done"));
      } catch (TrialFailedException e) {
        failure = e; // the others' answers must not be taken for those to the next trial
      }
    }
    if (failure != null) throw failure;
    return answers;
  }

  /// Has one of them do something.
  String one(int index, Trial trial, Object... told) throws IOException {
    workers.get(index).tell(trial, 0, told);
    return workers.get(index).hear("done");
  }

  /// Kills the last one, as kill -9 does, and waits until it is gone.
  void killLast() throws IOException {
    workers.removeLast().kill();
  }

  @Override
  public void close() {
    workers.forEach(One::close);
  }

  private static final class One {
    private final Process process;
    private final OutputStream orders;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

    One(String directory, int index) throws IOException {
      List<String> arguments = List.of(directory, Integer.toString(index));
      List<String> command = SameJava.command(Worker.class, FLAGS, arguments);
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      orders = process.getOutputStream();
      Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
      try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          answers.add(line);
        }
      } catch (IOException e) {
        answers.add("broken " + e.getMessage());
      }
      answers.add(END);
    }

    void tell(Trial trial, long start, Object... told) throws IOException {
      StringBuilder order = new StringBuilder().append(trial).append(' ').append(start);
      for (Object word : told) order.append(' ').append(word);
      orders.write(order.append('\n').toString().getBytes(StandardCharsets.UTF_8));
      orders.flush();
    }

    /// What follows `word` in the next answer.
    String hear(String word) throws IOException {
      String answer;
      try {
        answer = answers.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while processes were examining");
      }
      if (answer == null) throw new IOException("a process of the examination does not answer");
      if (answer.equals(word)) return "";
      if (answer.startsWith(word + " ")) return answer.substring(word.length() + 1);
      if (answer.startsWith("failed "))
        throw new TrialFailedException(answer.substring("failed ".length()));
      throw new IOException(
          "a process of the examination "
              + (answer.equals(END) ? "ended" : "says '" + answer + "'"));
    }

    void kill() throws IOException {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a process was being killed");
      }
    }

    void close() {
      process.destroyForcibly();
    }
  }
}
