package dev.parley.testkit.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads what all processes wrote and says what was not as promised:
///
/// - **lost**: a line whose send returned was acknowledged by no consumer and is not in the queue;
/// - **held by two at once**: a claim was made while an earlier claim of the message had neither
///   ended nor lost its holder; or two claims have one token;
/// - **lost without a reason**: a claim was refused although its holder lived and nobody moved it;
/// - **acknowledged twice**, or claimed after it was acknowledged;
/// - **acknowledged although it was moved away** by hand;
/// - **out of order**: first deliveries of one producer's messages;
/// - **invented**: a payload that nobody sent;
/// - a process that ended by itself.
///
/// What a ledger cannot say: whether an acknowledgement took effect whose process was killed before
/// it could write so, or which an error interrupted. There may be one for each kill of a consumer,
/// and one for each fault; those count as acknowledged if nobody got the message afterwards.
///
/// Orders of claims are orders of tokens. A token is made before the rename that makes the claim,
/// and the name that it was renamed from is seen after the rename before it: so of two messages of
/// which one had to be gone before the other could be taken, the second has no lower token.
final class Judge {
  private static final int MOST_SHOWN = 20;

  private final boolean faults;
  private final boolean moves;
  private final List<Life> lives;
  private final List<Entry> byHand;
  private final Set<String> left;
  private final Map<String, Sending> sent = new LinkedHashMap<>();
  private final Set<String> intents = new HashSet<>();
  private final Map<String, TreeMap<Long, Hold>> holds = new HashMap<>();
  private final Map<String, Long> moving = new HashMap<>();
  private final Set<String> moved = new HashSet<>();

  /// The ids of messages that were moved, whoever held them: they may have been aside for a while.
  private final Set<String> movedAtAll = new HashSet<>();

  private final Map<String, Long> faultsByCall = new TreeMap<>();
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private final List<String> violations = new ArrayList<>();

  private record Sending(String line, String id, Life producer) {}

  /// A claim and its end.
  private static final class Hold {
    final Life holder;
    final long token;
    final int attempt;
    final long claimed;
    long acking;
    long acked;
    long lost;
    long back;

    Hold(Life holder, long token, int attempt, long claimed) {
      this.holder = holder;
      this.token = token;
      this.attempt = attempt;
      this.claimed = claimed;
    }
  }

  /// @param byHand the ledger of the shell that moved messages
  /// @param left the ids that were in the queue at the end
  Judge(SoakOptions options, List<Life> lives, List<Entry> byHand, Set<String> left) {
    faults = options.faults();
    moves = options.moves();
    this.lives = lives;
    this.byHand = byHand;
    this.left = left;
  }

  /// @param before figures to start the table with
  /// @param stalls violations that the driver has seen itself
  SoakReport judge(Map<String, Long> before, List<String> stalls) {
    figures.putAll(before);
    violations.addAll(stalls);
    readMoves();
    for (Life life : lives) read(life);
    figures.put("sends begun", (long) intents.size());
    figures.put("sends acknowledged", (long) sent.size());
    checkEnds();
    checkHolds();
    checkNothingLost();
    if (!moves) checkOrder();
    long fired = faultsByCall.values().stream().mapToLong(Long::longValue).sum();
    figures.put("system calls made to fail", fired);
    figures.put("violations", (long) violations.size());
    return new SoakReport(figures, faultsByCall, violations.stream().limit(MOST_SHOWN).toList());
  }

  // ---- reading

  private void readMoves() {
    for (Entry entry : byHand) {
      if (entry.act().equals("exit")) continue;
      String claim = claimOf(entry.word(0));
      if (entry.act().equals("moving")) {
        moving.putIfAbsent(claim, entry.nanos());
        movedAtAll.add(claim.substring(0, claim.indexOf(' ')));
      }
      if (entry.act().equals("moved")) moved.add(claim);
    }
    if (moves)
      figures.put("moved by hand", byHand.stream().filter(e -> e.act().equals("moved")).count());
  }

  /// The id and the token in a message's name; the token is 0 if it was never claimed.
  private static String claimOf(String file) {
    String token = "0";
    String[] parts = file.split("\\.");
    for (String part : parts) {
      if (part.startsWith("t")) token = part.substring(1);
    }
    return parts[0] + " " + token;
  }

  private void read(Life life) {
    for (Entry entry : life.entries()) {
      switch (entry.act()) {
        case "intent" -> intents.add(entry.word(0));
        case "sent" -> sent.put(entry.word(1), new Sending(entry.word(0), entry.word(1), life));
        case "claim" -> claimed(life, entry);
        case "acking" -> hold(life, entry).acking = entry.nanos();
        case "ack" -> hold(life, entry).acked = entry.nanos();
        case "lost" -> hold(life, entry).lost = entry.nanos();
        case "back" -> hold(life, entry).back = entry.nanos();
        case "fault" -> faultsByCall.merge(entry.word(0), 1L, Long::sum);
        default -> {}
      }
    }
  }

  private void claimed(Life life, Entry entry) {
    String id = entry.word(0);
    if (!intents(entry.word(2))) violation("invented: nobody sent " + entry.word(2), id);
    Hold hold = new Hold(life, entry.number(1), Integer.parseInt(entry.word(3)), entry.nanos());
    Hold before = holds.computeIfAbsent(id, _ -> new TreeMap<>()).putIfAbsent(hold.token, hold);
    if (before == null) return;
    // What could not be given back, because of a fault, its holder hands out again.
    boolean again = faults && before.holder == life && before.back > 0 && before.acked == 0;
    if (!again) violation("two claims with one token " + hold.token, id);
    before.back = 0;
    before.acking = 0;
  }

  /// A send may be read after the claim of its message, so ask all producers.
  private boolean intents(String line) {
    if (intents.contains(line)) return true;
    for (Life life : lives) {
      if (!life.role().isProducer()) continue;
      for (Entry entry : life.entries()) {
        if (entry.act().equals("intent")) intents.add(entry.word(0));
      }
    }
    return intents.contains(line);
  }

  private Hold hold(Life life, Entry entry) {
    TreeMap<Long, Hold> claims = holds.get(entry.word(0));
    Hold hold = claims == null ? null : claims.get(entry.number(1));
    if (hold == null) throw new IllegalStateException(life.name() + " never claimed: " + entry);
    return hold;
  }

  // ---- judging

  private void checkEnds() {
    figures.put("errors met", lives.stream().mapToLong(life -> count(life, "error")).sum());
    if (faults) return;
    for (Life life : lives) {
      for (Entry entry : life.entries()) {
        if (entry.act().equals("error")) violation(life.name() + ": " + entry.text(), null);
      }
    }
  }

  private static long count(Life life, String act) {
    return life.entries().stream().filter(entry -> entry.act().equals(act)).count();
  }

  private void checkHolds() {
    long claims = 0;
    long taken = 0;
    List<Long> waits = new ArrayList<>();
    for (Map.Entry<String, TreeMap<Long, Hold>> message : holds.entrySet()) {
      String id = message.getKey();
      Hold before = null;
      for (Hold hold : message.getValue().values()) {
        claims++;
        if (before != null) {
          checkPair(id, before, hold);
          if (diedHolding(before)) {
            taken++;
            if (!movedAtAll.contains(id)) waits.add(hold.claimed - before.holder.end());
          }
        }
        if (hold.lost > 0 && !moving.containsKey(id + " " + hold.token)) {
          violation("lost without a reason: the claim with token " + hold.token, id);
        }
        if (hold.acked > 0 && moved.contains(id + " " + hold.token)) {
          violation("acknowledged although it was moved away: token " + hold.token, id);
        }
        before = hold;
      }
    }
    figures.put("claims", claims);
    figures.put("claims of the dead, claimed again", taken);
    waits.sort(Comparator.naturalOrder());
    figures.put(
        "  median wait for that, ms",
        waits.isEmpty() ? 0 : waits.get(waits.size() / 2) / 1_000_000);
    figures.put("  longest wait for that, ms", waits.isEmpty() ? 0 : waits.getLast() / 1_000_000);
    if (moves) {
      figures.put("claims moved by hand", count(moved::contains));
      figures.put("acknowledgements refused", acts("lost"));
    }
  }

  private interface Claims {
    boolean include(String claim);
  }

  private long count(Claims which) {
    long count = 0;
    for (Map.Entry<String, TreeMap<Long, Hold>> message : holds.entrySet()) {
      for (long token : message.getValue().keySet()) {
        if (which.include(message.getKey() + " " + token)) count++;
      }
    }
    return count;
  }

  private long acts(String act) {
    return lives.stream().mapToLong(life -> count(life, act)).sum();
  }

  private static boolean diedHolding(Hold hold) {
    return hold.holder.wasKilled() && hold.acked == 0 && hold.lost == 0 && hold.back == 0;
  }

  /// Two claims of one message, in the order of their tokens, with none between them.
  private void checkPair(String id, Hold first, Hold second) {
    if (first.acked > 0) {
      violation(second.acked > 0 ? "acknowledged twice" : "claimed after it was acknowledged", id);
      return;
    }
    if (endOf(id, first) > second.claimed) {
      violation("held by two at once: tokens " + first.token + " and " + second.token, id);
    }
    if (!moves && second.attempt <= first.attempt) {
      violation("attempts do not grow: tokens " + first.token + " and " + second.token, id);
    }
  }

  /// A time before which the claim had certainly not ended.
  private long endOf(String id, Hold hold) {
    long end = hold.holder.end();
    if (hold.back > 0) end = Math.min(end, hold.back);
    Long byHand = moving.get(id + " " + hold.token);
    return byHand == null ? end : Math.min(end, byHand);
  }

  private void checkNothingLost() {
    long unknown = 0;
    long acknowledged = 0;
    Map<Life, Integer> unsaid = new HashMap<>();
    for (Map.Entry<String, TreeMap<Long, Hold>> message : holds.entrySet()) {
      Hold last = message.getValue().lastEntry().getValue();
      if (last.acked > 0) {
        acknowledged++;
      } else if (last.acking > 0 && !left.contains(message.getKey())) {
        unsaid.merge(last.holder, 1, Integer::sum);
        unknown++;
      }
    }
    figures.put("acknowledged by consumers", acknowledged);
    figures.put("  perhaps: its holder could not say", unknown);
    figures.put("left in the queue", (long) left.size());
    for (Map.Entry<Life, Integer> each : unsaid.entrySet()) {
      Life life = each.getKey();
      long most = life.wasKilled() ? 1 : 0;
      if (faults) most += count(life, "error");
      if (each.getValue() > most) {
        violation(
            life.name()
                + " began "
                + each.getValue()
                + " acknowledgements that came to nothing, but could"
                + " have left at most "
                + most
                + " unsaid",
            null);
      }
    }
    for (Sending sending : sent.values()) {
      if (left.contains(sending.id)) continue;
      TreeMap<Long, Hold> claims = holds.get(sending.id);
      Hold last = claims == null ? null : claims.lastEntry().getValue();
      if (last == null || last.acked == 0 && last.acking == 0) {
        violation("lost: " + sending.line + ", sent by " + sending.producer.name(), sending.id);
      }
    }
    for (String id : left) {
      TreeMap<Long, Hold> claims = holds.get(id);
      if (claims != null && claims.values().stream().anyMatch(hold -> hold.acked > 0)) {
        violation("in the queue although it was acknowledged", id);
      }
    }
  }

  /// Each process is one handle, and so one order.
  private void checkOrder() {
    Map<String, TreeMap<String, Hold>> byHandle = new HashMap<>();
    for (Map.Entry<String, TreeMap<Long, Hold>> message : holds.entrySet()) {
      String id = message.getKey();
      String handle = id.substring(id.indexOf('-') + 1);
      byHandle
          .computeIfAbsent(handle, _ -> new TreeMap<>())
          .put(id, message.getValue().firstEntry().getValue());
    }
    long compared = 0;
    for (TreeMap<String, Hold> firsts : byHandle.values()) {
      long newest = 0;
      String newestId = "";
      for (Map.Entry<String, Hold> each : firsts.entrySet()) {
        Hold first = each.getValue();
        if (first.attempt != 1) continue; // its first holder died before it could say so
        compared++;
        if (first.token < newest) {
          violation(
              "out of order: claimed after " + newestId + ", which was sent later", each.getKey());
        } else {
          newest = first.token;
          newestId = each.getKey();
        }
      }
    }
    figures.put("first deliveries in order", compared);
    for (Life life : lives) {
      String last = "";
      for (Entry entry : life.entries()) {
        if (!entry.act().equals("sent")) continue;
        if (entry.word(1).compareTo(last) <= 0) violation("ids do not grow", entry.word(1));
        last = entry.word(1);
      }
    }
  }

  private void violation(String what, @Nullable String id) {
    if (id == null || violations.size() >= MOST_SHOWN) {
      violations.add(what);
      return;
    }
    StringBuilder text = new StringBuilder(what + ": message " + id);
    record Line(String who, Entry entry) {}
    List<Line> lines = new ArrayList<>();
    for (Life life : lives) {
      boolean concerned = false;
      for (Entry entry : life.entries()) {
        if (!entry.words().contains(id)) continue;
        lines.add(new Line(life.name(), entry));
        concerned = true;
      }
      if (concerned && life.end() != Life.STILL_ALIVE) {
        lines.add(new Line(life.name(), new Entry(life.end(), "ended", List.of())));
      }
    }
    for (Entry entry : byHand) {
      if (!entry.words().isEmpty() && entry.word(0).startsWith(id))
        lines.add(new Line("by hand", entry));
    }
    lines.sort(Comparator.comparingLong(line -> line.entry.nanos()));
    for (Line line : lines) text.append("\n    ").append(line.who).append(": ").append(line.entry);
    violations.add(text.toString());
  }
}
