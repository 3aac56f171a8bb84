package dev.parley.cli;

import dev.parley.QueueStats;
import dev.parley.Space;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `parley stats`.
@Command(
    name = "stats",
    header = "Counts messages by state.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such name, or no space",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley stats mails --watch"})
final class StatsCommand extends SpaceCommand {
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final String HOME = "\u001b[H";
  private static final String CLEAR_TO_END = "\u001b[J";
  private static final String CLEAR = "\u001b[2J";

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Only this queue or topic.")
  @Nullable String name;

  @Option(names = "--watch", description = "Count again every second, until interrupted.")
  boolean watch;

  @Override
  int run(Space space) throws Exception {
    if (watch && redraws()) printer().text(CLEAR);
    Snapshot snapshot = Snapshot.of(space, name);
    print(snapshot);
    while (watch) {
      Thread.sleep(INTERVAL);
      snapshot = Snapshot.of(space, name);
      print(snapshot);
    }
    return snapshot.report(shell());
  }

  private boolean redraws() {
    return !json() && shell().outIsTerminal();
  }

  private void print(Snapshot snapshot) throws IOException {
    if (json()) {
      for (Snapshot.TopicLine line : snapshot.topics()) printer().json(line.json());
      for (Snapshot.QueueLine line : snapshot.queues()) printer().json(line.json());
    } else if (watch && redraws()) {
      // In one write: a terminal shows no half-drawn table.
      printer().text(HOME + CLEAR_TO_END + text(snapshot));
    } else {
      printer().text(text(snapshot) + (watch ? "\n" : ""));
    }
  }

  private String text(Snapshot snapshot) {
    StringBuilder text = new StringBuilder();
    boolean topics = !snapshot.topics().isEmpty();
    if (topics) text.append(topics(snapshot).toString(shell().color()));
    if (topics && !snapshot.queues().isEmpty()) text.append('\n');
    if (!topics || !snapshot.queues().isEmpty()) {
      text.append(queues(snapshot).toString(shell().color()));
    }
    return text.toString();
  }

  private static Table topics(Snapshot snapshot) {
    Table table = new Table("TOPIC", "ENTRIES", "OLDEST", "SUBSCRIPTIONS");
    for (Snapshot.TopicLine line : snapshot.topics()) {
      String oldest = Snapshot.age(line.stats().oldest());
      table.row(line.name(), line.stats().entries(), oldest, line.stats().subscriptions().size());
    }
    return table;
  }

  private static Table queues(Snapshot snapshot) {
    Table table =
        new Table(
            "QUEUE", "READY", "BEHIND", "DELAYED", "CLAIMED", "HELD", "DEAD", "DONE", "OLDEST", "");
    for (Snapshot.QueueLine line : snapshot.queues()) {
      QueueStats stats = line.stats();
      table.row(
          line.name(),
          stats.ready(),
          line.kind().equals("subscription") ? line.behind() : "",
          stats.delayed(),
          stats.claimed(),
          stats.heldMessages(),
          stats.dead(),
          stats.done(),
          Snapshot.age(stats.oldest()),
          stats.held() ? "queue is held" : "");
    }
    return table;
  }
}
