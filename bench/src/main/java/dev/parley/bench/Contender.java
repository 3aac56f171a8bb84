package dev.parley.bench;

import java.io.IOException;

/// A system under test with its processes, started and waiting for orders.
interface Contender extends AutoCloseable {
  String name();

  /// Takes `messages` through the system, at `rate` a second or as fast as it goes if that is 0.
  ///
  /// @throws BenchFailedException if any message was lost, repeated, damaged or out of a promised
  ///   order
  Run run(long messages, long rate) throws IOException, InterruptedException;

  @Override
  void close();

  /// One run's figures. Percentiles count only in runs with a rate; they start when a message was
  /// due, whether or not the sender was ready for it.
  ///
  /// @param seconds from the first message's send to the last one's receipt
  /// @param sendCpuNanos of all senders, or of all that a single process did
  record Run(
      long messages,
      double seconds,
      long sendCpuNanos,
      long receiveCpuNanos,
      long p50Nanos,
      long p99Nanos,
      long maxNanos) {
    double rate() {
      return messages / seconds;
    }
  }
}
