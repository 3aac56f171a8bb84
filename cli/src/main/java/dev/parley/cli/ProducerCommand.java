package dev.parley.cli;

import dev.parley.Durability;
import dev.parley.OutcomeUnknownException;
import dev.parley.Outgoing;
import dev.parley.PartlySentException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What `send` and `publish` have in common.
abstract class ProducerCommand extends SpaceCommand {
  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "FILE",
      description = "Each is a message; - or none is standard input.")
  List<String> files = new ArrayList<>();

  @ArgGroup @Nullable Separator separator;

  @Option(
      names = "--priority",
      paramLabel = "N",
      defaultValue = "" + Outgoing.DEFAULT_PRIORITY,
      description = "0 to 9; 9 goes first. Default: ${DEFAULT-VALUE}.")
  int priority;

  @Option(
      names = "--ttl",
      paramLabel = "D",
      converter = Durations.class,
      description = "Not delivered any more after this time.")
  @Nullable Duration timeToLive;

  @Option(names = "--header", paramLabel = "K=V", description = "A header; may be repeated.")
  Map<String, String> headers = new LinkedHashMap<>();

  @Option(
      names = "--sync",
      paramLabel = "S",
      description =
          "What it survives once sent: none (no power cut), group (a power cut; one sync for all"
              + " that come together), message (the same, a sync each). Default: group where the"
              + " disk keeps it.")
  @Nullable Durability sync;

  @Option(names = "--print-id", description = "Print the id of each message.")
  boolean printId;

  private long sent;

  @Override
  void check() {
    if (files.stream().filter(Payloads.STDIN::equals).count() > 1) {
      throw usage("- may be given once: standard input has one end");
    }
    if (timeToLive != null && timeToLive.isZero()) {
      throw usage("--ttl takes a time above 0; without it a message does not expire");
    }
    outgoing(new byte[0]);
  }

  @Override
  final boolean makesSpace() {
    return true;
  }

  /// @throws IllegalArgumentException if an option is out of bounds
  Outgoing outgoing(byte[] payload) {
    Outgoing message = Outgoing.of(payload).withPriority(priority);
    if (timeToLive != null) message = message.withTimeToLive(timeToLive);
    if (sync != null) message = message.withDurability(sync);
    for (Map.Entry<String, String> header : headers.entrySet()) {
      message = message.withHeader(header.getKey(), header.getValue());
    }
    return message;
  }

  /// Sends some messages, in their order.
  interface Sender<R> {
    List<R> send(List<Outgoing> messages) throws IOException, InterruptedException;
  }

  /// Reads all payloads and sends them, and tells what became of each.
  ///
  /// If it ends early, says how far it came, so that the rest can be sent.
  final <R> void produce(long mostBytes, Sender<R> sender, Report<R> report)
      throws IOException, InterruptedException {
    try {
      new Payloads(files, separator)
          .forEach(shell(), mostBytes, batch -> print(send(batch, sender), report));
    } catch (PartlySentException e) {
      sent += e.ids().size();
      sayHowFar(e.getCause() instanceof OutcomeUnknownException);
      print(e.ids().stream().map(report::resultOf).toList(), report);
      throw e.getCause() instanceof IOException cause ? cause : e;
    } catch (IOException | InterruptedException | RuntimeException e) {
      sayHowFar(false);
      throw e;
    }
  }

  private <R> List<R> send(List<byte[]> batch, Sender<R> sender)
      throws IOException, InterruptedException {
    List<Outgoing> messages = batch.stream().map(this::outgoing).toList();
    try {
      List<R> results = sender.send(messages);
      sent += results.size();
      return results;
    } catch (OutcomeUnknownException e) {
      sent += messages.size();
      throw e;
    }
  }

  private void sayHowFar(boolean unsureOfTheNext) {
    if (sent == 0 && !unsureOfTheNext) return;
    String one = separator == null ? "message" : separator.word();
    String first = sent == 0 ? "sent nothing" : "sent the first " + Words.count(sent, one);
    String next =
        unsureOfTheNext ? ", and perhaps the next" : "; go on with " + one + " " + (sent + 1);
    shell().say(first + next);
  }

  /// What to tell about the result of a send.
  interface Report<R> {
    String id(R result);

    /// The result of one of several that was sent, the opposite of [#id].
    R resultOf(String id);

    Map<String, Object> json(R result);
  }

  private <R> void print(List<R> results, Report<R> report) throws IOException {
    if (!json() && !printId) return;
    StringBuilder lines = new StringBuilder();
    for (R result : results) {
      lines.append(json() ? Json.text(report.json(result)) : report.id(result)).append('\n');
    }
    printer().text(lines.toString());
  }
}
