package dev.parley.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// One line of a benchmark's outcome, the same for every suite.
///
/// A figure means something beside others of the same run and the same environment; alone it is an
/// anecdote.
///
/// @param suite what was measured, such as `queue`
/// @param caseName under which circumstances, such as `none 256 B 1x1`
/// @param system whose figure it is, such as `parley` or `sqlite batch 100`
/// @param metric what the figure counts, such as `throughput`
/// @param unit of the figures, such as `msg/s`
/// @param median over the runs
/// @param runs how many times it was measured
/// @param environment the [Environment#id] of where
public record Result(
    String suite,
    String caseName,
    String system,
    String metric,
    String unit,
    double median,
    double min,
    double max,
    int runs,
    String environment) {

  /// The row for one figure a run.
  ///
  /// @throws IllegalArgumentException if there is no figure
  public static Result of(
      String suite,
      String caseName,
      String system,
      String metric,
      String unit,
      double[] figures,
      String environment) {
    if (figures.length == 0) throw new IllegalArgumentException("no figure for " + system);
    double[] sorted = figures.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Result(
        suite,
        caseName,
        system,
        metric,
        unit,
        median,
        sorted[0],
        sorted[sorted.length - 1],
        sorted.length,
        environment);
  }

  /// The row as names and values, in the order they are printed.
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("row", "result");
    fields.put("suite", suite);
    fields.put("case", caseName);
    fields.put("system", system);
    fields.put("metric", metric);
    fields.put("unit", unit);
    fields.put("median", median);
    fields.put("min", min);
    fields.put("max", max);
    fields.put("runs", runs);
    fields.put("environment", environment);
    return fields;
  }
}
