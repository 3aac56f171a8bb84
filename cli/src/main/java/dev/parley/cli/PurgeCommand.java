package dev.parley.cli;

import dev.parley.Queue;
import dev.parley.Space;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `parley purge`.
@Command(
    name = "purge",
    header = "Removes everything that waits in a queue.",
    description = "Claims and dead letters stay.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such queue",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley purge mails"})
final class PurgeCommand extends SpaceCommand {
  @Parameters(index = "0", paramLabel = "QUEUE", description = "A queue, or TOPIC/NAME.")
  String queue;

  @Override
  int run(Space space) throws Exception {
    try (Queue from = space.existingQueue(queue)) {
      long count = from.purge();
      if (json()) {
        printer().json(Map.of("removed", count));
      } else {
        shell().say("removed " + Words.count(count, "message"));
      }
      return ExitCode.DONE;
    }
  }
}
