package dev.parley.pattern.logqueue;

import dev.parley.BadFormatException;
import dev.parley.pattern.queue.MessageName;
import java.util.ArrayList;
import java.util.List;

/// One thing that happened in a queue: what a record of its log says.
///
/// ```text
///   put PLACE NAME MEMBER SINCE DEDUP    a message is new, whose bytes follow
///   move PLACE NAME MEMBER SINCE         the message of that id is now there, under that name
///   drop NAME                            it is gone
///   sent DEDUP ID SINCE                  a deduplication id that outlived its message
/// ```
///
/// Then come the lines of its history, those of `move` in addition to what there is. NAME is that
/// of the message's file in a spool.
sealed interface Step {
  String NOBODY = "-";

  /// @param member who holds it, or [#NOBODY]
  /// @param since when it came to this place, nanoseconds since 1970
  /// @param dedup the hash of its deduplication id, or [#NOBODY]
  record Put(
      Place place, MessageName name, String member, long since, String dedup, List<String> history)
      implements Step {}

  record Move(Place place, MessageName name, String member, long since, List<String> history)
      implements Step {}

  record Drop(MessageName name) implements Step {}

  record Sent(String dedup, String id, long since) implements Step {}

  /// A message as it waits: in nobody's hands.
  static Move move(Place place, MessageName name, long since) {
    return new Move(place, name, NOBODY, since, List.of());
  }

  default String encode() {
    return switch (this) {
      case Put put ->
          text(
              put.history,
              "put",
              put.place.word(),
              put.name.format(),
              put.member,
              Long.toString(put.since),
              put.dedup);
      case Move move ->
          text(
              move.history,
              "move",
              move.place.word(),
              move.name.format(),
              move.member,
              Long.toString(move.since));
      case Drop drop -> text(List.of(), "drop", drop.name.format());
      case Sent sent -> text(List.of(), "sent", sent.dedup, sent.id, Long.toString(sent.since));
    };
  }

  private static String text(List<String> history, String... words) {
    StringBuilder text = new StringBuilder(String.join(" ", words)).append('\n');
    for (String line : history) text.append(line).append('\n');
    return text.toString();
  }

  /// @throws BadFormatException if it is none, or of a kind this version does not know
  static Step decode(String text, String path) throws BadFormatException {
    List<String> lines = new ArrayList<>(text.lines().toList());
    String[] words = lines.isEmpty() ? new String[] {""} : lines.removeFirst().split(" ");
    try {
      return switch (words[0]) {
        case "put" ->
            new Put(
                Place.of(words[1]),
                name(words[2]),
                words[3],
                Long.parseLong(words[4]),
                words[5],
                lines);
        case "move" ->
            new Move(Place.of(words[1]), name(words[2]), words[3], Long.parseLong(words[4]), lines);
        case "drop" -> new Drop(name(words[1]));
        case "sent" -> new Sent(words[1], words[2], Long.parseLong(words[3]));
        default -> throw new IllegalArgumentException("no step is called " + words[0]);
      };
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new BadFormatException(
          path + " has a record that this version of Parley does not know: " + e.getMessage());
    }
  }

  private static MessageName name(String text) {
    MessageName name = MessageName.parse(text);
    if (name == null) throw new IllegalArgumentException(text + " is no message's name");
    return name;
  }
}
