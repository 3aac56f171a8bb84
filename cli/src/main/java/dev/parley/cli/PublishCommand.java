package dev.parley.cli;

import dev.parley.Outgoing;
import dev.parley.Space;
import dev.parley.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `parley publish`.
@Command(
    name = "publish",
    header = "Publishes messages to a topic.",
    description =
        "Every subscription gets each. A topic is words joined by dots; it is made if it is not there.",
    customSynopsis = {
      "parley publish TOPIC [FILE...|-] [-l | -0] [--priority N] [--ttl D]",
      "               [--header K=V]... [--sync none|group|message] [--print-id]"
    },
    exitCodeList = {
      ExitCode.HELP_DONE,
      ExitCode.HELP_REMOVED,
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  echo '{\"order\": 17}' | parley publish orders.eu"})
final class PublishCommand extends ProducerCommand implements ProducerCommand.Report<String> {
  @Parameters(index = "0", paramLabel = "TOPIC", description = "Where to.")
  String topic;

  @Override
  int run(Space space) throws Exception {
    try (Topic to = space.topic(topic)) {
      produce(to.settings().maxPayloadBytes(), messages -> publish(to, messages), this);
    }
    return ExitCode.DONE;
  }

  private static List<String> publish(Topic to, List<Outgoing> messages)
      throws IOException, InterruptedException {
    return messages.size() > 1 ? to.publishAll(messages) : List.of(to.publish(messages.getFirst()));
  }

  @Override
  public String id(String position) {
    return position;
  }

  @Override
  public String resultOf(String position) {
    return position;
  }

  @Override
  public Map<String, Object> json(String position) {
    return Map.of("position", position);
  }
}
