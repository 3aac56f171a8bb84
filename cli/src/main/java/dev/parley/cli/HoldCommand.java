package dev.parley.cli;

import dev.parley.Queue;
import dev.parley.Space;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `parley hold`.
@Command(
    name = "hold",
    header = "Stops deliveries of a queue, or sets messages in it aside.",
    description = "Until `parley release`. What is claimed already goes on.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such queue, or none of the messages waits there",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley hold mails"})
final class HoldCommand extends SpaceCommand {
  @Parameters(index = "0", paramLabel = "QUEUE", description = "A queue, or TOPIC/NAME.")
  String queue;

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "ID",
      description = "Only these messages.")
  List<String> ids = new ArrayList<>();

  @Override
  int run(Space space) throws Exception {
    try (Queue from = space.existingQueue(queue)) {
      if (ids.isEmpty()) {
        from.hold();
        if (json()) printer().json(Map.of("held", from.isHeld()));
        return ExitCode.DONE;
      }
      int count = from.hold(ids);
      if (json()) printer().json(Map.of("found", count));
      if (count < ids.size()) shell().say(count + " of " + ids.size() + " were waiting there");
      return count == 0 ? ExitCode.NOTHING : ExitCode.DONE;
    }
  }
}
