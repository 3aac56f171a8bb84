package dev.parley.cli;

import dev.parley.Claim;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Space;
import dev.parley.Topic;
import dev.parley.cli.demo.Demo;
import dev.parley.cli.demo.Lines;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// A worker of `parley demo`: publishes what it makes of each line, then acknowledges the line, and
/// writes it to standard output, too. Begins when it is told to by a byte on standard input, and
/// ends when that ends, for then the demo is gone.
@Command(name = "demo-work", hidden = true, description = "A worker of `parley demo`.")
final class DemoWorkCommand extends SpaceCommand {
  @Parameters(index = "0", paramLabel = "N", description = "Its number.")
  int number;

  @Option(
      names = "--stand-at",
      paramLabel = "K",
      description = "Publish for the Kth line, do not acknowledge it, and stand still.")
  int standAt;

  private int taken;

  @Override
  int run(Space space) throws Exception {
    try (Queue lines = space.queue(Demo.QUEUE);
        Topic results = space.topic(Demo.TOPIC + number)) {
      space.self();
      awaitGo();
      var limits = new ConsumeLoop.Limits(1, Long.MAX_VALUE, Optional.empty(), Optional.empty());
      ConsumeLoop loop = new ConsumeLoop(lines, claim -> work(claim, results), limits);
      return new Interruptible(loop, signal -> System.exit(128 + signal)).run();
    }
  }

  private void awaitGo() throws IOException {
    InputStream in = shell().in();
    if (in.read() < 0) System.exit(ExitCode.DONE);
    Thread.ofPlatform().daemon().name("parent").start(() -> endWith(in));
  }

  private static void endWith(InputStream parent) {
    try {
      while (parent.read() >= 0) {}
    } catch (IOException e) {
      // As good as its end.
    }
    Runtime.getRuntime().halt(ExitCode.DONE);
  }

  private void work(Claim claim, Topic results) throws IOException, InterruptedException {
    String result = Lines.result(claim.message().payload(), number);
    results.publish(Outgoing.of(result));
    if (++taken == standAt) {
      printer().line(Demo.STANDING);
      while (true) Thread.sleep(Duration.ofDays(1));
    }
    claim.ack();
    printer().line(result);
  }
}
