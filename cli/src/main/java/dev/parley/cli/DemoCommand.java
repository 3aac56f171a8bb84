package dev.parley.cli;

import dev.parley.Space;
import dev.parley.cli.demo.Demo;
import dev.parley.cli.demo.Lines;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/// `parley demo`.
@Command(
    name = "demo",
    header = "Shows the main job, with one process killed on the way.",
    description =
        "Two processes send the lines of a file to a queue, three workers take them and publish what they make of them, two subscribers check every line. One worker is killed with SIGKILL while it holds a line whose result it has published: that line comes twice.",
    exitCodeList = {
      "0:every line arrived, at every subscriber, as it was sent",
      ExitCode.HELP_USAGE,
      "65:a line was lost or damaged, or the file is empty",
      ExitCode.HELP_IO
    },
    footer = {
      "",
      "It uses a space of its own under $TMPDIR, and removes it.",
      "",
      "Example:",
      "  parley demo /usr/share/common-licenses/GPL-3"
    })
final class DemoCommand implements Callable<Integer> {
  private static final String OWN_TEXT = "LICENSE";

  @ParentCommand Parley parley;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Any text; default: Parley's own licence.")
  @Nullable Path file;

  @Option(names = "--keep", description = "Leave the space there, to look at.")
  boolean keep;

  private volatile @Nullable Demo running;

  @Override
  public Integer call() throws Exception {
    Lines lines = new Lines(text());
    if (lines.count() == 0) {
      parley
          .shell()
          .say(file + " is empty: the demo sends the lines of a file, give one that has some");
      return ExitCode.DATA;
    }
    TemporaryDirectory place =
        TemporaryDirectory.create(parley.shell().environment(), "parley-demo-");
    // Also when it is interrupted.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(place), "end-demo"));
    Path logs = Files.createDirectory(place.path().resolve("logs"));
    try (Space space = Space.open(place.path().resolve("space"));
        Demo demo = new Demo(space, logs, lines, DemoCommand::payload)) {
      running = demo;
      parley.shell().say("in " + space.path() + ": 2 senders, 3 workers, 2 subscribers");
      DemoMeter meter = new DemoMeter(parley.shell());
      Demo.Outcome outcome = demo.run(meter::show);
      meter.end();
      report(outcome);
      return outcome.isGood() ? ExitCode.DONE : ExitCode.DATA;
    }
  }

  private void end(TemporaryDirectory place) {
    Demo demo = running;
    if (demo != null) demo.close();
    if (!keep) place.remove();
  }

  private byte[] text() throws IOException {
    if (file != null) {
      Kernel kernel = Kernel.linux();
      try (InputStream in =
          new DescriptorInput(kernel, kernel.openAt(Fd.CWD, file.toString(), Open.READ_ONLY, 0))) {
        return in.readAllBytes();
      }
    }
    try (InputStream own = Demo.class.getResourceAsStream(OWN_TEXT)) {
      if (own == null) throw new IOException("Parley's own text is missing: give a FILE");
      return own.readAllBytes();
    }
  }

  private static String payload(String line) {
    try {
      return String.valueOf(Json.parse(line).get("payload"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void report(Demo.Outcome outcome) throws IOException {
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      printer.json(describe(outcome));
      return;
    }
    Table workers = new Table("WORKER", "DONE", "");
    for (Demo.WorkerLine worker : outcome.workers()) {
      String fate =
          worker.killed()
              ? "killed, holding " + Words.count(outcome.heldByVictim(), "message")
              : "";
      workers.row(worker.number(), worker.done(), fate);
    }
    printer.table(workers);
    printer.line("");
    // A column for each, so that it fits into a narrow terminal.
    List<Demo.SubscriberLine> lines = outcome.subscribers();
    Table subscribers =
        new Table("SUBSCRIBER", lines.getFirst().pattern(), lines.getLast().pattern());
    row(subscribers, "sent", lines, _ -> outcome.sent());
    row(subscribers, "received", lines, Demo.SubscriberLine::received);
    row(subscribers, "duplicated", lines, Demo.SubscriberLine::duplicated);
    row(subscribers, "lost", lines, Demo.SubscriberLine::lost);
    row(subscribers, "damaged", lines, Demo.SubscriberLine::damaged);
    printer.table(subscribers);
    printer.line("");
    printer.line(verdict(outcome));
  }

  private static void row(
      Table table,
      String name,
      List<Demo.SubscriberLine> lines,
      ToIntFunction<Demo.SubscriberLine> count) {
    table.row(name, count.applyAsInt(lines.getFirst()), count.applyAsInt(lines.getLast()));
  }

  private static String verdict(Demo.Outcome outcome) {
    String lines = Words.count(outcome.lines(), "line") + ", each checked by number and SHA-256: ";
    if (!outcome.isGood()) return lines + "NOT ALL ARRIVED";
    boolean twice = outcome.subscribers().stream().anyMatch(line -> line.duplicated() > 0);
    return lines
        + "nothing lost"
        + (twice
            ? "\n(twice: what worker 2 had published and not yet acknowledged when it was killed)"
            : "");
  }

  private static Map<String, Object> describe(Demo.Outcome outcome) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("lines", outcome.lines());
    object.put("sent", outcome.sent());
    object.put("heldByKilledWorker", outcome.heldByVictim());
    List<Map<String, Object>> subscribers = new ArrayList<>();
    for (Demo.SubscriberLine line : outcome.subscribers()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("pattern", line.pattern());
      one.put("received", line.received());
      one.put("duplicated", line.duplicated());
      one.put("lost", line.lost());
      one.put("damaged", line.damaged());
      subscribers.add(one);
    }
    object.put("subscribers", subscribers);
    object.put("good", outcome.isGood());
    return object;
  }
}
