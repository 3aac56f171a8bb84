package dev.parley.bench;

import java.io.PrintWriter;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/// One JSON object a line.
final class JsonOutput implements BenchOutput {
  private final PrintWriter data;
  private final PrintWriter talk;

  JsonOutput(PrintWriter data, PrintWriter talk) {
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
    print(environment.fields());
  }

  @Override
  public void result(Result result) {
    print(result.fields());
  }

  private void print(Map<String, Object> fields) {
    data.println(JSON.std.asString(fields));
    data.flush();
  }
}
