package dev.parley.cli;

import dev.parley.DeadLetters;
import dev.parley.DeadLetters.DeadLetter;
import dev.parley.Message;
import dev.parley.NoSuchNameException;
import dev.parley.Queue;
import dev.parley.Space;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `parley dead`.
@Command(
    name = "dead",
    header = "Shows, replays or removes what a queue has given up on.",
    customSynopsis = "parley dead QUEUE [ls | show ID | replay ID...|ALL | rm ID...|ALL]",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such dead letter, or none at all",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Examples:", "  parley dead mails ls", "  parley dead mails replay ALL"})
final class DeadCommand extends SpaceCommand {
  private static final String ALL = "ALL";

  @Parameters(index = "0", paramLabel = "QUEUE", description = "A queue, or TOPIC/NAME.")
  String queue;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ACTION",
      defaultValue = "ls",
      description = {
        "ls      list them, oldest first",
        "show    all about one: its reason, its history, its payload",
        "replay  send them again, with attempts counted anew",
        "rm      remove them"
      })
  Action action;

  @Parameters(index = "2..*", arity = "0..*", paramLabel = "ID", description = "Which; or ALL.")
  List<String> ids = new ArrayList<>();

  enum Action {
    LS,
    SHOW,
    REPLAY,
    RM
  }

  @Override
  void check() {
    switch (action) {
      case LS -> {
        if (!ids.isEmpty()) throw usage("ls takes no ID");
      }
      case SHOW -> {
        if (ids.size() != 1) throw usage("show takes one ID");
      }
      case REPLAY, RM -> {
        if (ids.isEmpty()) throw usage(Words.of(action) + " takes the IDs of dead letters, or ALL");
      }
    }
  }

  @Override
  int run(Space space) throws Exception {
    try (Queue from = space.existingQueue(queue)) {
      DeadLetters dead = from.dead();
      return switch (action) {
        case LS -> list(dead);
        case SHOW -> show(dead, ids.getFirst());
        case REPLAY -> report("replayed", isAll() ? dead.replayAll() : dead.replay(ids));
        case RM -> report("removed", isAll() ? dead.removeAll() : dead.remove(ids));
      };
    }
  }

  private boolean isAll() {
    return ids.equals(List.of(ALL));
  }

  private int report(String what, int count) throws IOException {
    if (json()) {
      printer().json(Map.of(what, count));
    } else {
      shell().say(what + " " + Words.count(count, "message"));
    }
    return count == 0 ? ExitCode.NOTHING : ExitCode.DONE;
  }

  private int list(DeadLetters dead) throws IOException {
    List<DeadLetter> letters = dead.list();
    if (json()) {
      for (DeadLetter letter : letters) printer().json(summary(letter));
    } else {
      Table table = new Table("ID", "ATTEMPTS", "DIED", "REASON");
      for (DeadLetter letter : letters) {
        String died = letter.died().map(Object::toString).orElse("");
        table.row(letter.id(), letter.attempts(), died, letter.reason());
      }
      printer().table(table);
    }
    return letters.isEmpty() ? ExitCode.NOTHING : ExitCode.DONE;
  }

  private static Map<String, Object> summary(DeadLetter letter) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", letter.id());
    object.put("attempts", letter.attempts());
    object.put("reason", letter.reason());
    letter.died().ifPresent(time -> object.put("died", time.toString()));
    return object;
  }

  private int show(DeadLetters dead, String id) throws IOException {
    DeadLetter letter =
        dead.find(id)
            .orElseThrow(() -> new NoSuchNameException(queue + " has no dead letter " + id));
    if (json()) {
      Map<String, Object> object = summary(letter);
      List<Object> history = new ArrayList<>();
      for (String line : letter.history()) history.add(Json.parse(line));
      object.put("history", history);
      letter.message().ifPresent(message -> object.put("message", MessageWriter.describe(message)));
      printer().json(object);
    } else {
      printer().text(text(letter));
      if (letter.message().isPresent()) printer().bytes(letter.message().get().payload());
    }
    return ExitCode.DONE;
  }

  /// Lines like those of a letter: the head, an empty line, then the payload.
  private static String text(DeadLetter letter) throws IOException {
    StringBuilder text = new StringBuilder();
    field(text, "id", letter.id());
    field(text, "reason", letter.reason());
    letter.died().ifPresent(time -> field(text, "died", time.toString()));
    field(text, "attempts", String.valueOf(letter.attempts()));
    letter.message().ifPresent(message -> describe(text, message));
    for (String line : letter.history()) event(text, Json.parse(line));
    return text.append('\n').toString();
  }

  private static void describe(StringBuilder text, Message message) {
    field(text, "sent", message.sent().toString());
    field(text, "priority", String.valueOf(message.priority()));
    message.headers().forEach((name, value) -> field(text, "header " + name, value));
  }

  private static void event(StringBuilder text, Map<String, Object> event) {
    text.append("history:\n");
    event.forEach(
        (key, value) -> {
          for (String line : String.valueOf(value).split("\n")) {
            text.append("  ").append(key).append(": ").append(Printable.line(line)).append('\n');
          }
        });
  }

  private static void field(StringBuilder text, String name, String value) {
    text.append(name).append(": ").append(Printable.line(value)).append('\n');
  }
}
