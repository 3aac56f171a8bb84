package dev.parley.bench;

import java.io.IOException;

/// The benchmark of queues: Parley's beside those a user would pick instead, and beside the
/// kernel's limit.
public final class QueueBench {
  private QueueBench() {}

  /// Measures, telling `output` as it goes. Starts processes of its own, and ends them.
  ///
  /// @throws BenchFailedException if a run lost, repeated or damaged a message
  /// @throws InterruptedException if the thread was interrupted; everything started is ended
  public static void run(QueueBenchOptions options, BenchOutput output)
      throws IOException, InterruptedException {
    output.progress("bench queue: nothing is measured yet " + options.runs());
  }
}
