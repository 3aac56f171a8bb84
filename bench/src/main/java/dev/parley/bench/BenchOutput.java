package dev.parley.bench;

import java.io.PrintWriter;

/// Where a benchmark says what it does and what it found. Called by one thread.
public interface BenchOutput {

  /// What is being done, for whoever waits.
  void progress(String line);

  /// Where the results that follow come from; each environment once.
  void environment(Environment environment);

  /// One finding.
  void result(Result result);

  /// A table for people on `data`, progress on `talk`.
  static BenchOutput table(PrintWriter data, PrintWriter talk) {
    return new TableOutput(data, talk);
  }

  /// One JSON object a line on `data`, flushed; progress on `talk`.
  static BenchOutput json(PrintWriter data, PrintWriter talk) {
    return new JsonOutput(data, talk);
  }
}
