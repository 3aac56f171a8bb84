package dev.parley.bench;

import java.io.PrintWriter;
import java.util.Locale;

/// A table for people: a heading for each case, a line for each result.
final class TableOutput implements BenchOutput {
  private static final String LINE = "  %-26s %-22s %12s %12s %12s  %s";

  private final PrintWriter data;
  private final PrintWriter talk;
  private String heading = "";

  TableOutput(PrintWriter data, PrintWriter talk) {
    this.data = data;
    this.talk = talk;
  }

  @Override
  public void progress(String line) {
    talk.println(line);
    talk.flush();
  }

  @Override
  public void environment(Environment environment) {
    heading = "";
    data.println();
    data.println("environment " + environment.id());
    environment
        .fields()
        .forEach(
            (name, value) -> {
              if (!name.equals("row") && !name.equals("id")) {
                data.printf(Locale.ROOT, "  %-14s %s%n", name, value);
              }
            });
    data.flush();
  }

  @Override
  public void result(Result result) {
    String wanted = result.suite() + ": " + result.caseName();
    if (!wanted.equals(heading)) {
      heading = wanted;
      data.println();
      data.println(wanted + "   (median of " + result.runs() + " runs)");
      data.printf(LINE + "%n", "system", "metric", "median", "min", "max", "unit");
    }
    data.printf(
        LINE + "%n",
        result.system(),
        result.metric(),
        figure(result.median()),
        figure(result.min()),
        figure(result.max()),
        result.unit());
    data.flush();
  }

  /// Three significant digits are all a shared machine can promise.
  static String figure(double value) {
    double size = Math.abs(value);
    if (size >= 100) return String.format(Locale.ROOT, "%,.0f", value);
    if (size >= 10) return String.format(Locale.ROOT, "%.1f", value);
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
