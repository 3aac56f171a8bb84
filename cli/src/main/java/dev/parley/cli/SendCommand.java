package dev.parley.cli;

import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Sent;
import dev.parley.Space;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `parley send`.
@Command(
    name = "send",
    header = "Puts messages into a queue.",
    description = "The queue is made if it is not there.",
    customSynopsis = {
      "parley send QUEUE [FILE...|-] [-l | -0] [--priority N] [--delay D] [--ttl D]",
      "            [--id KEY] [--header K=V]... [--sync none|group|message] [--print-id]"
    },
    exitCodeList = {
      ExitCode.HELP_DONE,
      ExitCode.HELP_REMOVED,
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_IO,
      ExitCode.HELP_BUSY,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "Examples:",
      "  parley send mails letter.eml --priority 7",
      "  tail -f access.log | parley send hits -l"
    })
final class SendCommand extends ProducerCommand implements ProducerCommand.Report<Sent> {
  @Parameters(index = "0", paramLabel = "QUEUE", description = "Where to.")
  String queue;

  @Option(
      names = "--delay",
      paramLabel = "D",
      converter = Durations.class,
      description = "Stay invisible for so long.")
  @Nullable Duration delay;

  @Option(
      names = "--id",
      paramLabel = "KEY",
      description = "Send only if none with this key was sent lately; for a single message.")
  @Nullable String id;

  @Override
  void check() {
    boolean single = separator == null && files.size() <= 1;
    if (id != null && !single) throw usage("--id goes with a single message only");
    super.check();
  }

  @Override
  int run(Space space) throws Exception {
    try (Queue to = space.queue(queue)) {
      produce(to.settings().maxPayloadBytes(), messages -> send(to, messages), this);
    }
    return ExitCode.DONE;
  }

  private List<Sent> send(Queue to, List<Outgoing> messages)
      throws IOException, InterruptedException {
    if (messages.size() > 1) return to.sendAll(messages);
    Sent sent = to.send(messages.getFirst());
    if (sent.duplicate()) shell().say("not sent: one with this --id was sent before");
    return List.of(sent);
  }

  @Override
  Outgoing outgoing(byte[] payload) {
    Outgoing message = super.outgoing(payload);
    if (delay != null) message = message.withDelay(delay);
    return id == null ? message : message.withDeduplicationId(id);
  }

  @Override
  public String id(Sent sent) {
    return sent.id();
  }

  @Override
  public Sent resultOf(String id) {
    return new Sent(id, false);
  }

  @Override
  public Map<String, Object> json(Sent sent) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", sent.id());
    object.put("duplicate", sent.duplicate());
    return object;
  }
}
