package dev.parley.bench;

import java.util.ArrayList;
import java.util.List;

/// Keeps what a benchmark says.
final class Recorder implements BenchOutput {
  final List<String> lines = new ArrayList<>();
  final List<Environment> environments = new ArrayList<>();
  final List<Result> results = new ArrayList<>();

  @Override
  public void progress(String line) {
    lines.add(line);
  }

  @Override
  public void environment(Environment environment) {
    environments.add(environment);
  }

  @Override
  public void result(Result result) {
    results.add(result);
  }
}
