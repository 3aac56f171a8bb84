package dev.parley.bench;

import dev.parley.Durability;
import dev.parley.Outgoing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// A process of the benchmark: one end of a queue, or one loop. Not for people.
///
/// It says `ready`, then obeys lines on its standard input until that ends: see [Line], and each
/// role's method.
final class Worker {
  private static final Duration LOOK_UP = Duration.ofMillis(20);

  private final BufferedReader orders =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
  private final PrintStream answers = System.out;

  private Worker() {}

  /// `ROLE SYSTEM DIRECTORY DURABILITY BATCH SIZE INDEX`
  public static void main(String[] arguments) throws Exception {
    String role = arguments[0];
    String system = arguments[1];
    Path directory = Path.of(arguments[2]);
    Durability durability = Durability.valueOf(arguments[3]);
    int batch = Integer.parseInt(arguments[4]);
    Payload payload = Payload.of(Integer.parseInt(arguments[6]), Integer.parseInt(arguments[5]));
    Worker worker = new Worker();
    switch (role) {
      case "send" -> {
        try (Ends.Sender sender = Ends.sender(system, directory, durability, batch)) {
          worker.send(sender, payload);
        }
      }
      case "receive" -> {
        try (Ends.Receiver receiver = Ends.receiver(system, directory, durability, batch)) {
          worker.receive(receiver);
        }
      }
      case "cycle" -> worker.cycle(new NioCycle(directory, durability), payload);
      case "backlog" -> {
        try (Ends.Sender sender = Ends.sender(system, directory, durability, batch);
            Ends.Receiver receiver = Ends.receiver(system, directory, durability, batch)) {
          worker.backlog(sender, receiver, payload);
        }
      }
      case "idle" -> worker.idle(directory, Integer.parseInt(arguments[6]));
      default -> throw new BenchFailedException("no role is called " + role);
    }
  }

  /// `send from= count= rate= priorities=` sends so many messages, at so many a second (0: as fast
  /// as it goes), with random priorities if asked; answers `sent start= end= cpu= sum=`.
  private void send(Ends.Sender sender, Payload payload) throws IOException, InterruptedException {
    answer(Line.of("ready"));
    SplittableRandom random = new SplittableRandom(1);
    for (Line order = order(); order != null; order = order()) {
      long from = order.number("from");
      long count = order.number("count");
      long rate = order.number("rate");
      boolean mixed = order.number("mixed") != 0;
      long cpu = cpuNanos();
      long sum = 0;
      long start = System.nanoTime();
      for (long i = 0; i < count; i++) {
        long due = 0;
        if (rate > 0) {
          due = start + i * 1_000_000_000L / rate;
          awaitInstant(due);
        }
        sum += payload.seal(from + i, due);
        sender.send(payload.copy(), mixed ? random.nextInt(10) : Outgoing.DEFAULT_PRIORITY);
      }
      sender.flush();
      long end = System.nanoTime();
      answer(
          Line.of("sent")
              .with("start", start)
              .with("end", end)
              .with("cpu", cpuNanos() - cpu)
              .with("sum", sum));
    }
  }

  /// Sleeps most of the way and spins the rest, for a timer is late by its slack and more.
  private static void awaitInstant(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (left > 300_000) LockSupport.parkNanos(left - 200_000);
      else Thread.onSpinWait();
    }
  }

  /// `receive` receives, and whenever there has been nothing for a moment says `idle count=` and
  /// reads on: `more` goes on, `stop` ends it with `received` (see [Tally]) and `cpu=`.
  private void receive(Ends.Receiver receiver) throws IOException, InterruptedException {
    answer(Line.of("ready"));
    while (order() != null) {
      Tally tally = new Tally();
      long cpu = cpuNanos();
      while (true) {
        if (receiver.receive(LOOK_UP, tally::add)) continue;
        answer(Line.of("idle").with("count", tally.count()));
        Line order = order();
        if (order == null) return;
        if (order.word().equals("stop")) break;
      }
      answer(tally.toLine().with("cpu", cpuNanos() - cpu));
    }
  }

  /// `cycle from= count=` sends and receives one message after the other; answers `cycled start=
  /// end= cpu=`.
  private void cycle(NioCycle cycle, Payload payload) throws IOException {
    answer(Line.of("ready"));
    CRC32 crc = new CRC32();
    for (Line order = order(); order != null; order = order()) {
      long from = order.number("from");
      long count = order.number("count");
      long cpu = cpuNanos();
      long start = System.nanoTime();
      for (long i = from; i < from + count; i++) {
        long sum = payload.seal(i, 0);
        byte[] received = cycle.run(payload.copy(), Long.toHexString(i));
        if (Payload.verify(received, crc) != sum) {
          throw new BenchFailedException("message " + i + " came as another");
        }
      }
      long end = System.nanoTime();
      answer(Line.of("cycled").with("start", start).with("end", end).with("cpu", cpuNanos() - cpu));
    }
  }

  /// `fill count= mixed=` sends; `cycle count= mixed=` sends and receives by turns; `drain`
  /// receives what is left and says with `missing=` whether that was everything.
  private void backlog(Ends.Sender sender, Ends.Receiver receiver, Payload payload)
      throws IOException, InterruptedException {
    answer(Line.of("ready"));
    SplittableRandom random = new SplittableRandom(1);
    Tally tally = new Tally();
    long sequence = 0;
    long sum = 0;
    for (Line order = order(); order != null; order = order()) {
      long count = order.word().equals("drain") ? 0 : order.number("count");
      boolean mixed = count > 0 && order.number("mixed") != 0;
      boolean cycling = order.word().equals("cycle");
      long start = System.nanoTime();
      for (long i = 0; i < count; i++) {
        sum += payload.seal(sequence++, 0);
        sender.send(payload.copy(), mixed ? random.nextInt(10) : Outgoing.DEFAULT_PRIORITY);
        if (cycling && !receiver.receive(LOOK_UP, tally::add)) {
          throw new BenchFailedException(
              "nothing came though " + (sequence - tally.count()) + " wait");
        }
      }
      switch (order.word()) {
        case "fill" -> answer(Line.of("filled").with("nanos", System.nanoTime() - start));
        case "cycle" -> {
          long nanos = System.nanoTime() - start;
          System.gc();
          Runtime heap = Runtime.getRuntime();
          answer(
              Line.of("cycled")
                  .with("nanos", nanos)
                  .with("heap", heap.totalMemory() - heap.freeMemory()));
        }
        default -> {
          while (receiver.receive(LOOK_UP, tally::add)) {}
          long missing = Math.abs(sequence - tally.count()) + (sum == tally.sum() ? 0 : 1);
          answer(
              Line.of("drained").with("nanos", System.nanoTime() - start).with("missing", missing));
        }
      }
    }
  }

  /// So many threads wait for messages of one queue object; `report` answers `counted count=` with
  /// how many came since the last report.
  private void idle(Path directory, int threads) throws IOException {
    LongAdder count = new LongAdder();
    if (threads > 0) {
      Ends.Receiver receiver = Ends.receiver("parley", directory, Durability.NONE, 1);
      for (int i = 0; i < threads; i++) {
        Thread.ofPlatform().daemon().start(() -> receiveForEver(receiver, count));
      }
    }
    answer(Line.of("ready"));
    while (order() != null) answer(Line.of("counted").with("count", count.sumThenReset()));
  }

  private static void receiveForEver(Ends.Receiver receiver, LongAdder count) {
    try {
      while (true) receiver.receive(Duration.ofDays(1), message -> count.increment());
    } catch (IOException | InterruptedException e) {
      e.printStackTrace();
      System.exit(1);
    }
  }

  private @Nullable Line order() throws IOException {
    String line = orders.readLine();
    return line == null ? null : Line.parse(line);
  }

  private void answer(Line line) {
    answers.println(line);
    answers.flush();
  }

  /// What this process has used so far; the kernel counts in hundredths of a second.
  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }
}
