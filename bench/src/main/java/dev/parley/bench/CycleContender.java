package dev.parley.bench;

import java.io.IOException;
import java.util.List;

/// Loops without a queue: one process that does every step, or two that share the steps between
/// them. They check what they read themselves.
final class CycleContender implements Contender {
  private final String name;
  private final List<Child> children;
  private long sequence;

  CycleContender(String name, List<Child> children) throws IOException, InterruptedException {
    this.name = name;
    this.children = List.copyOf(children);
    for (Child child : children) child.hear("ready");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Run run(long messages, long rate) throws IOException, InterruptedException {
    Line order = Line.of("cycle").with("from", sequence).with("count", messages);
    sequence += messages;
    for (Child child : children) child.tell(order);
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    long[] cpu = new long[2];
    for (int i = 0; i < children.size(); i++) {
      Line line = children.get(i).hear("cycled");
      start = Math.min(start, line.number("start"));
      end = Math.max(end, line.number("end"));
      cpu[i] = line.number("cpu");
    }
    return new Run(messages, (end - start) / 1e9, cpu[0], cpu[1], 0, 0, 0);
  }

  @Override
  public void close() {
    children.forEach(Child::close);
  }
}
