package dev.parley.cli;

import dev.parley.Claim;
import dev.parley.ClaimLostException;
import dev.parley.Space;
import dev.parley.SubscribeOptions;
import dev.parley.Subscription;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `parley subscribe`.
@Command(
    name = "subscribe",
    header = "Writes what is published, or runs a command for each message.",
    customSynopsis = {
      "parley subscribe PATTERN... [--as NAME] [--from beginning|now|ID|TIME] [-n N]",
      "                 [--wait D] [-l | -0] [-- CMD [ARG...]]"
    },
    exitCodeList = {
      "0:done, or ended by SIGINT or SIGTERM",
      "1:nothing came in time, or the topic was removed meanwhile",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      "69:the command cannot be run, or not available here",
      ExitCode.HELP_IO,
      ExitCode.HELP_BUSY,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "In a pattern * stands for one word and ** for any number: orders.*, **.error. A",
      "command is run as by `parley work`, with PARLEY_TOPIC in its environment, too.",
      "",
      "Examples:",
      "  parley subscribe 'orders.*' --as billing -- ./bill",
      "  parley subscribe '**' --from 10m --json"
    })
final class SubscribeCommand extends SpaceCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "PATTERN",
      description = "Topics; after --, the command and its arguments.")
  List<String> words;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description =
          "Make it durable: it goes on where it was, and those who use one name share its messages.")
  @Nullable String name;

  @Option(
      names = "--from",
      paramLabel = "WHERE",
      defaultValue = "now",
      description =
          "Where a new subscription starts: beginning, now, after the message ID, or at a TIME such as"
              + " 2026-07-01T12:00:00Z or 10m (ago).")
  String from;

  @Option(names = "-n", paramLabel = "N", description = "End after so many messages.")
  @Nullable Integer most;

  @Option(
      names = "--wait",
      paramLabel = "D",
      converter = Durations.class,
      description = "End when none came for so long.")
  @Nullable Duration wait;

  @ArgGroup @Nullable Separator separator;

  private List<String> command = List.of();

  @Override
  void check() throws IOException {
    if (most != null && most < 1) throw usage("-n takes a number from 1 up");
    start();
    command = CommandTail.of(spec, words);
    if (words.size() == command.size()) throw usage("which topics? Give a PATTERN before --");
    if (command.isEmpty()) return;
    if (separator != null)
      throw usage("-l and -0 say how to write messages; a command reads them instead");
    CommandRunner.requireProgram(command.getFirst(), shell().environment());
    Child.requireTemporaryFiles(Kernel.linux());
  }

  @Override
  boolean makesSpace() {
    return true;
  }

  @Override
  int run(Space space) throws Exception {
    List<String> patterns = words.subList(0, words.size() - command.size());
    SubscribeOptions options = new SubscribeOptions(patterns, Optional.ofNullable(name), start());
    try (Subscription to = space.subscribe(options)) {
      return command.isEmpty() ? write(to) : runCommand(space, to);
    }
  }

  private SubscribeOptions.From start() {
    return From.parse(from, Instant.now());
  }

  private int write(Subscription to) throws Exception {
    String end = separator != null ? separator.text() : most != null && most == 1 ? "" : "\n";
    MessageWriter writer = new MessageWriter(printer(), json(), end);
    return consume(to, claim -> take(to, claim, writer), signal -> System.exit(128 + signal));
  }

  private int runCommand(Space space, Subscription to) throws Exception {
    try (CommandRunner runner =
        new CommandRunner(
            Kernel.linux(), space, shell(), command, claim -> origin(to, claim), Duration.ZERO)) {
      return consume(to, runner, _ -> runner.cancel());
    }
  }

  private int consume(Subscription to, ConsumeLoop.Handler handler, IntConsumer cancel)
      throws Exception {
    long limit = most == null ? Long.MAX_VALUE : most;
    var limits = new ConsumeLoop.Limits(1, limit, Optional.ofNullable(wait), Optional.empty());
    Interruptible loop = new Interruptible(new ConsumeLoop(to, handler, limits), cancel);
    int code = loop.run();
    boolean inVain = code == ExitCode.DONE && loop.handled() == 0 && !loop.wasInterrupted();
    return inVain ? ExitCode.NOTHING : code;
  }

  private void take(Subscription to, Claim claim, MessageWriter writer) throws IOException {
    Map<String, String> source = new LinkedHashMap<>();
    source.put("topic", to.topicOf(claim));
    source.put("subscription", to.name());
    writer.write(source, claim);
    try {
      claim.ack();
    } catch (ClaimLostException e) {
      shell().say("message " + claim.message().id() + ": " + e.getMessage());
    }
  }

  private static Map<String, String> origin(Subscription to, Claim claim) {
    String topic = to.topicOf(claim);
    return Map.of("PARLEY_TOPIC", topic, "PARLEY_QUEUE", topic + "/" + to.name());
  }
}
