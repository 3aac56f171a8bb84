package dev.parley.cli;

import dev.parley.Space;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `parley unsubscribe`.
@Command(
    name = "unsubscribe",
    header = "Ends a durable subscription in every topic.",
    description =
        "What it has not acknowledged goes, and its dead letters. Until then topics keep entries for it.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such subscription",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley unsubscribe billing"})
final class UnsubscribeCommand extends SpaceCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "What subscribe --as was given.")
  String subscription;

  @Override
  int run(Space space) throws Exception {
    boolean ended = space.unsubscribe(subscription);
    if (json()) {
      printer().json(Map.of("ended", ended));
    } else {
      shell()
          .say(
              ended
                  ? "ended " + subscription
                  : "there is no durable subscription '"
                      + subscription
                      + "' in "
                      + space.path()
                      + "; parley ls shows what is there");
    }
    return ended ? ExitCode.DONE : ExitCode.NOTHING;
  }
}
