package dev.parley.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Senders and receivers in processes of their own, with a queue between them.
final class QueueContender implements Contender {
  private static final long STALLED_NANOS = 10_000_000_000L;
  private static final long SILENT_NANOS = 180_000_000_000L;

  private final String name;
  private final List<Child> senders;
  private final List<Child> receivers;
  private final boolean ordered;
  private long sequence;

  /// @param ordered whether a lone receiver must get each sender's messages in their order
  QueueContender(String name, List<Child> senders, List<Child> receivers, boolean ordered)
      throws IOException, InterruptedException {
    this.name = name;
    this.senders = List.copyOf(senders);
    this.receivers = List.copyOf(receivers);
    this.ordered = ordered && receivers.size() == 1;
    for (Child sender : senders) sender.hear("ready");
    for (Child receiver : receivers) receiver.hear("ready");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Run run(long messages, long rate) throws IOException, InterruptedException {
    long each = Math.max(1, messages / senders.size());
    Line send =
        Line.of("send")
            .with("from", sequence)
            .with("count", each)
            .with("rate", rate)
            .with("mixed", 0);
    sequence += each;
    for (Child receiver : receivers) receiver.tell(Line.of("receive"));
    for (Child sender : senders) sender.tell(send);
    return new Round(each * senders.size()).finish();
  }

  /// One run, from the order to the last answer.
  private final class Round {
    private final long expected;
    private final Map<Child, Line> sent = new HashMap<>();
    private final Map<Child, Line> received = new HashMap<>();
    private final Map<Child, Long> counts = new HashMap<>();
    private long progressedNanos = System.nanoTime();
    private long heardNanos = System.nanoTime();

    Round(long expected) {
      this.expected = expected;
    }

    Run finish() throws IOException, InterruptedException {
      while (sent.size() < senders.size() || received.size() < receivers.size()) {
        boolean any = false;
        for (Child sender : senders) any |= listen(sender);
        for (Child receiver : receivers) any |= listen(receiver);
        if (any) heardNanos = System.nanoTime();
        else if (System.nanoTime() - heardNanos > SILENT_NANOS)
          throw failed("says nothing for minutes");
        else Thread.sleep(2);
      }
      return verified();
    }

    private boolean listen(Child child) throws IOException {
      Line line = child.heard();
      if (line == null) return false;
      switch (line.word()) {
        case "sent" -> {
          sent.put(child, line);
          progressedNanos = System.nanoTime();
        }
        case "received" -> received.put(child, line);
        case "idle" -> child.tell(Line.of(mayStop(child, line.number("count")) ? "stop" : "more"));
        default -> throw failed("said '" + line + "'");
      }
      return true;
    }

    /// A receiver that has nothing to do may stop once everything that was sent has been received
    /// by somebody.
    private boolean mayStop(Child child, long count) throws IOException {
      Long before = counts.put(child, count);
      if (before == null || before != count) progressedNanos = System.nanoTime();
      if (sent.size() < senders.size()) return false;
      long total = counts.values().stream().mapToLong(Long::longValue).sum();
      if (total >= expected) return true;
      if (System.nanoTime() - progressedNanos > STALLED_NANOS) {
        throw failed("lost messages: " + expected + " sent, " + total + " received");
      }
      return false;
    }

    private Run verified() throws IOException {
      long start = Long.MAX_VALUE;
      long end = Long.MIN_VALUE;
      long count = 0;
      long sum = 0;
      long sendCpu = 0;
      long receiveCpu = 0;
      long disorder = 0;
      long p50 = 0;
      long p99 = 0;
      long max = 0;
      for (Line line : sent.values()) {
        start = Math.min(start, line.number("start"));
        sum += line.number("sum");
        sendCpu += line.number("cpu");
      }
      for (Line line : received.values()) {
        if (line.number("count") > 0) end = Math.max(end, line.number("last"));
        count += line.number("count");
        sum -= line.number("sum");
        disorder += line.number("disorder");
        receiveCpu += line.number("cpu");
        p50 = Math.max(p50, line.number("p50"));
        p99 = Math.max(p99, line.number("p99"));
        max = Math.max(max, line.number("max"));
      }
      if (count != expected) throw failed("sent " + expected + " messages and received " + count);
      if (sum != 0) throw failed("received other messages than were sent");
      if (ordered && disorder > 0) throw failed("received " + disorder + " messages out of order");
      return new Run(count, (end - start) / 1e9, sendCpu, receiveCpu, p50, p99, max);
    }

    private BenchFailedException failed(String what) {
      return new BenchFailedException(name + " " + what);
    }
  }

  @Override
  public void close() {
    senders.forEach(Child::close);
    receivers.forEach(Child::close);
  }
}
