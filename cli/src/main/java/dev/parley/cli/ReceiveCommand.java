package dev.parley.cli;

import dev.parley.Claim;
import dev.parley.Message;
import dev.parley.Queue;
import dev.parley.Space;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `parley receive`.
@Command(
    name = "receive",
    header = "Takes messages out of a queue.",
    description =
        "Writes their payloads. A message is acknowledged once it was written: what could not be written comes again.",
    customSynopsis = "parley receive QUEUE [-n N] [--wait D] [-l | -0] [--peek]",
    exitCodeList = {
      "0:done; fewer than N is done, too",
      "1:none was there, or came in time",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_BUSY,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley receive mails --wait 1m >letter.eml"})
final class ReceiveCommand extends SpaceCommand {
  @Parameters(index = "0", paramLabel = "QUEUE", description = "A queue, or TOPIC/NAME.")
  String queue;

  @Option(
      names = "-n",
      paramLabel = "N",
      defaultValue = "1",
      description = "At most so many messages; above 1, a newline follows each.")
  int most;

  @Option(
      names = "--wait",
      paramLabel = "D",
      converter = Durations.class,
      description = "Wait for each, so long at most; else only take what is there.")
  @Nullable Duration wait;

  @Option(names = "--peek", description = "Only show what would come next; take nothing.")
  boolean peek;

  @ArgGroup @Nullable Separator separator;

  @Override
  void check() {
    if (most < 1) throw usage("-n takes a number from 1 up");
    if (peek && wait != null) throw usage("--peek does not wait: leave --wait out");
  }

  @Override
  boolean makesSpace() {
    return wait != null;
  }

  @Override
  int run(Space space) throws Exception {
    // A queue to wait for need not be there yet.
    try (Queue from = wait == null ? space.existingQueue(queue) : space.queue(queue)) {
      long count = peek ? peek(from) : receive(from);
      if (count == 0 && from.isHeld()) {
        shell().say(queue + " is on hold; let it deliver with: parley release " + queue);
      }
      return count == 0 ? ExitCode.NOTHING : ExitCode.DONE;
    }
  }

  private long receive(Queue from) throws Exception {
    MessageWriter writer = writer();
    Duration time = wait == null ? Duration.ZERO : wait;
    var limits = new ConsumeLoop.Limits(1, most, Optional.of(time), Optional.empty());
    return new ConsumeLoop(from, claim -> take(claim, writer), limits).run();
  }

  private void take(Claim claim, MessageWriter writer) throws IOException {
    writer.write(Map.of("queue", queue), claim);
    claim.ack();
  }

  private long peek(Queue from) throws IOException {
    MessageWriter writer = writer();
    List<Message> messages = from.peek(most);
    for (Message message : messages) writer.write(Map.of("queue", queue), message);
    return messages.size();
  }

  private MessageWriter writer() {
    String end = separator != null ? separator.text() : most > 1 ? "\n" : "";
    return new MessageWriter(printer(), json(), end);
  }
}
