package dev.parley.cli;

import dev.parley.Claim;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.Topic;
import dev.parley.cli.demo.Demo;
import dev.parley.cli.demo.Lines;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// A worker of `parley demo`: publishes what it makes of each line, then acknowledges the line, and
/// writes it to standard output, too.
@Command(name = "demo-work", hidden = true, description = "A worker of `parley demo`.")
final class DemoWorkCommand extends SpaceCommand {
  @Parameters(index = "0", paramLabel = "N", description = "Its number.")
  int number;

  @Override
  int run(Space space) throws Exception {
    try (Queue lines = space.queue(Demo.QUEUE);
        Topic results = space.topic(Demo.TOPIC + number)) {
      var limits = new ConsumeLoop.Limits(1, Long.MAX_VALUE, Optional.empty(), Optional.empty());
      ConsumeLoop loop = new ConsumeLoop(lines, claim -> work(claim, results), limits);
      return new Interruptible(loop, signal -> System.exit(128 + signal)).run();
    }
  }

  private void work(Claim claim, Topic results) throws IOException, InterruptedException {
    String result = Lines.result(claim.message().payload(), number);
    results.publish(Outgoing.of(result));
    claim.ack();
    printer().line(result);
  }
}
