package dev.parley.cli;

import dev.parley.NoSuchNameException;
import dev.parley.Queue;
import dev.parley.QueueSettings;
import dev.parley.Space;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `parley work`.
@Command(
    name = "work",
    header = "Runs a command for each message of a queue.",
    customSynopsis =
        "parley work QUEUE [--jobs N] [--retries N] [--lease D] [--drain] -- CMD [ARG...]",
    exitCodeList = {
      "0:drained, or ended by SIGINT or SIGTERM with its messages finished",
      "1:no such subscription, or the queue was removed meanwhile",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      "69:the command cannot be run, or not available here",
      ExitCode.HELP_IO,
      ExitCode.HELP_BUSY,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "Exit status 0 acknowledges the message; 65 sends it to the dead letters at once;",
      "anything else makes it come again later, and the end of what the command wrote",
      "to standard error is kept beside it. The command finds in its environment",
      "PARLEY_SPACE, PARLEY_QUEUE, PARLEY_ID, PARLEY_ATTEMPT, PARLEY_PRIORITY,",
      "PARLEY_TOKEN, and PARLEY_HEADER_NAME for each header.",
      "",
      "SIGINT or SIGTERM lets the commands that run finish; a second one ends them and",
      "gives their messages back.",
      "",
      "Example:",
      "  parley work mails --jobs 4 -- sendmail -t"
    })
final class WorkCommand extends SpaceCommand {
  @Parameters(index = "0", paramLabel = "QUEUE", description = "A queue, or TOPIC/NAME.")
  String queue;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "CMD",
      description = "The command and its arguments, after --.")
  List<String> command;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many commands to run at a time.")
  int jobs;

  @Option(
      names = "--retries",
      paramLabel = "N",
      description =
          "How often a message comes again before it is given up. A setting of the queue: it takes it on if"
              + " this makes the queue, else it must have it already.")
  @Nullable Integer retries;

  @Option(
      names = "--lease",
      paramLabel = "D",
      converter = Durations.class,
      description = "How long the command may take: a setting of the queue, too.")
  @Nullable Duration lease;

  @Option(names = "--drain", description = "End once nothing is ready, claimed or delayed.")
  boolean drain;

  @Override
  void check() throws IOException {
    if (jobs < 1 || jobs > 1000) throw usage("--jobs takes a number from 1 to 1000");
    CommandRunner.requireProgram(command.getFirst(), shell().environment());
    Child.requireTemporaryFiles(Kernel.linux());
  }

  @Override
  boolean makesSpace() {
    return true;
  }

  @Override
  int run(Space space) throws Exception {
    try (Queue from = open(space);
        CommandRunner runner =
            new CommandRunner(
                Kernel.linux(),
                space,
                shell(),
                command,
                claim -> Map.of("PARLEY_QUEUE", queue),
                from.settings().lease())) {
      Optional<ConsumeLoop.Dry> dry = drain ? Optional.of(from::isDrained) : Optional.empty();
      var limits = new ConsumeLoop.Limits(jobs, Long.MAX_VALUE, Optional.empty(), dry);
      return new Interruptible(new ConsumeLoop(from, runner, limits), _ -> runner.cancel()).run();
    }
  }

  private Queue open(Space space) throws IOException {
    try {
      return WantedSettings.existing(space, queue, this::apply);
    } catch (NoSuchNameException e) {
      if (queue.contains("/")) throw e;
      Queue made = WantedSettings.made(space, queue, this::apply);
      shell().say("made the queue " + queue); // or is it a slip of the pen?
      return made;
    }
  }

  private QueueSettings apply(QueueSettings settings) {
    QueueSettings changed = settings;
    if (retries != null) changed = changed.withRetries(retries);
    if (lease != null) changed = changed.withLease(lease);
    return changed;
  }
}
