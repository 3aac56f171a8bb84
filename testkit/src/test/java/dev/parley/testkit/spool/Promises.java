package dev.parley.testkit.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Claim;
import dev.parley.DeadLetters.DeadLetter;
import dev.parley.Outgoing;
import dev.parley.Queue;
import dev.parley.Sent;
import dev.parley.Space;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What a run had promised when it was cut short, and whether a queue keeps it.
///
/// A message's text is its identity here.
final class Promises {
  /// How much of what was promised must have been kept.
  enum Keeping {
    /// Everything: processes died, the machine did not.
    ALL,
    /// What was promised durably: the power went.
    DURABLE,
    /// Nothing but that the space opens, mends and delivers nothing damaged.
    NOTHING
  }

  /// A send has begun: from now on the message may be there.
  record Began(String text, Optional<String> id) {}

  /// It has returned: from now on the message is there, once.
  record Acknowledged(String text, Optional<String> id) {}

  /// Somebody is about to acknowledge, purge or remove it: it may be gone, or come again.
  record MayBeGone(String text) {}

  /// It may be a dead letter from now on, until it is acknowledged (again).
  record MayBeDead(String text) {}

  private static final Pattern IN_A_LOG = Pattern.compile("put [a-z]+ (.{29})");

  private final Map<String, Optional<String>> begun = new LinkedHashMap<>();
  private final Map<String, Optional<String>> acknowledged = new LinkedHashMap<>();
  private final Set<String> mayBeGone = new HashSet<>();
  private final Set<String> mayBeDead = new HashSet<>();

  Promises(List<Object> promises) {
    for (Object promise : promises) {
      switch (promise) {
        case Began began -> begun.put(began.text(), began.id());
        case Acknowledged sent -> {
          acknowledged.put(sent.text(), sent.id());
          mayBeDead.remove(sent.text());
        }
        case MayBeGone gone -> mayBeGone.add(gone.text());
        case MayBeDead dead -> mayBeDead.add(dead.text());
        default -> throw new IllegalArgumentException(promise.toString());
      }
    }
  }

  static String text(Outgoing message) {
    return new String(message.payload(), UTF_8);
  }

  /// Reaps, checks, mends and empties the queue, and counts what was in it.
  void check(Space space, String name, Keeping keeping) throws Exception {
    space.reap();
    assertThat(space.check(true)).allMatch(Space.Finding::repaired);
    assertThat(space.check(false)).isEmpty();
    Queue queue = space.queue(name);
    List<String> there = drain(queue, space.path().resolve("queues").resolve(name));
    Map<String, String> dead = deadLetters(queue);
    checkNothingElse(there, keeping);
    if (keeping != Keeping.NOTHING) {
      checkKept(there, dead);
      checkDead(dead);
    }
    checkRepeats(queue, there, dead, keeping);
  }

  private static List<String> drain(Queue queue, Path folder) throws Exception {
    queue.release();
    List<String> texts = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      for (Optional<Claim> claim = queue.tryClaim(); claim.isPresent(); claim = queue.tryClaim()) {
        texts.add(claim.get().message().text());
        claim.get().ack();
      }
      queue.hold(idsIn(folder.resolve("delayed")));
      queue.release(idsIn(folder.resolve("held")));
    }
    return texts;
  }

  /// The ids of the messages in a folder of a spool; for a queue in a log, all that it ever had.
  private static List<String> idsIn(Path folder) throws IOException {
    if (!Files.exists(folder)) return idsInLogs(folder.getParent());
    try (var files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString().substring(0, 29))
          .toList();
    }
  }

  private static List<String> idsInLogs(Path queue) throws IOException {
    List<String> ids = new ArrayList<>();
    for (String name : List.of("log", "memory")) {
      Path log = queue.resolve(name);
      if (!Files.exists(log)) continue;
      IN_A_LOG
          .matcher(Files.readString(log, StandardCharsets.ISO_8859_1))
          .results()
          .forEach(put -> ids.add(put.group(1)));
    }
    return ids;
  }

  /// Reasons by text.
  private static Map<String, String> deadLetters(Queue queue) throws IOException {
    Map<String, String> dead = new LinkedHashMap<>();
    for (DeadLetter letter : queue.dead().list()) {
      DeadLetter whole = queue.dead().find(letter.id()).orElseThrow();
      String text =
          whole.message().map(message -> message.text()).orElse("unreadable " + letter.id());
      dead.put(text, letter.reason());
    }
    return dead;
  }

  private void checkNothingElse(List<String> there, Keeping keeping) {
    for (String text : there) {
      assertThat(begun.containsKey(text) || acknowledged.containsKey(text))
          .as("'%s' is what somebody sent", text)
          .isTrue();
      // Where a rename has two halves, both may land, of each.
      if (keeping == Keeping.NOTHING) continue;
      assertThat(Collections.frequency(there, text)).as("how often '%s' is there", text).isOne();
    }
  }

  private void checkKept(List<String> there, Map<String, String> dead) {
    for (String text : acknowledged.keySet()) {
      boolean excused =
          mayBeGone.contains(text) || mayBeDead.contains(text) && dead.containsKey(text);
      assertThat(excused || there.contains(text))
          .as("'%s', which was acknowledged, is in %s; dead: %s", text, there, dead)
          .isTrue();
    }
  }

  private void checkDead(Map<String, String> dead) {
    dead.forEach(
        (text, reason) ->
            assertThat(
                    mayBeDead.contains(text)
                        || text.startsWith("unreadable") && !mayBeDead.isEmpty())
                .as("'%s' may be dead: %s", text, reason)
                .isTrue());
  }

  /// Sends each id again: it is never lost. Whether it may come twice depends on what was promised.
  private void checkRepeats(
      Queue queue, List<String> there, Map<String, String> dead, Keeping keeping) throws Exception {
    for (Map.Entry<String, Optional<String>> each : begun.entrySet()) {
      if (each.getValue().isEmpty()) continue;
      String text = each.getKey();
      Sent again = queue.send(Outgoing.of(text).withDeduplicationId(each.getValue().get()));
      if (keeping == Keeping.NOTHING) continue;
      boolean was = there.contains(text) || dead.containsKey(text) || mayBeGone.contains(text);
      assertThat(was || !again.duplicate())
          .as("'%s' is nowhere, and yet called a duplicate", text)
          .isTrue();
      if (keeping == Keeping.ALL || acknowledged.containsKey(text)) {
        assertThat(again.duplicate())
            .as("'%s' is there, so it is a duplicate", text)
            .isEqualTo(was);
      }
    }
  }
}
