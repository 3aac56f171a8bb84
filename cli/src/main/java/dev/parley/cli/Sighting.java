package dev.parley.cli;

import dev.parley.primitive.file.Accounts;
import dev.parley.primitive.presence.HostProcess;
import dev.parley.primitive.presence.LockRange;
import dev.parley.primitive.presence.Tie;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Somebody seen somewhere: a line of `parley who`.
///
/// @param pid `?` for somebody whom this user may not see
/// @param more what only `--json` has
record Sighting(
    String pid, String user, String command, String how, String detail, Map<String, Object> more) {
  private static final int LONGEST_COMMAND = 60;

  static Sighting of(Tie tie) {
    Map<String, Object> more = new LinkedHashMap<>();
    HostProcess process = tie.process();
    if (process != null) {
      if (process.isInOtherNamespace()) more.put("innerPid", process.innerPid());
      more.put("uid", Integer.toUnsignedLong(process.uid()));
      more.put("name", process.name());
      more.put("startedAt", process.startedAt().toString());
    }
    switch (tie) {
      case Tie.Open open -> more.put("descriptors", open.descriptors());
      case Tie.Mapping mapping -> {
        more.put("shared", mapping.shared());
        more.put("writable", mapping.writable());
      }
      case Tie.Place _ -> {}
      case Tie.Lock lock -> {
        more.put("lock", json(lock.range()));
        more.put("descriptors", lock.descriptors());
        if (lock.takenBy() > 0) more.put("takenBy", lock.takenBy());
      }
      case Tie.Wait wait -> {
        if (!wait.call().isEmpty()) more.put("call", wait.call());
        if (wait.wanted() != null) more.put("lock", json(wait.wanted()));
        more.put("blockers", pids(wait.blockers()));
      }
      case Tie.Listening listening -> {
        more.put("type", listening.type());
        more.put("waiting", listening.waiting());
      }
      case Tie.Connection connection -> {
        more.put("type", connection.type());
        more.put("peers", pids(connection.peers()));
      }
    }
    return new Sighting(
        process == null ? "?" : String.valueOf(process.pid()),
        process == null ? "?" : userName(process.uid()),
        process == null ? "" : process.command(),
        tie.how(),
        tie.detail(),
        more);
  }

  /// The command, short enough for a table.
  String shortCommand() {
    String inner = more.containsKey("innerPid") ? " (there " + more.get("innerPid") + ")" : "";
    if (command.codePointCount(0, command.length()) <= LONGEST_COMMAND) return command + inner;
    int end = command.offsetByCodePoints(0, LONGEST_COMMAND);
    return command.substring(0, end) + "..." + inner;
  }

  private static String userName(int uid) {
    try {
      return Accounts.userName(uid);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> json(LockRange range) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("kind", range.family().toString());
    object.put("exclusive", range.isExclusive());
    object.put("start", range.start());
    if (range.end() != LockRange.TO_THE_END) object.put("end", range.end());
    if (!range.state().isEmpty()) object.put("state", range.state());
    return object;
  }

  private static List<Integer> pids(List<HostProcess> processes) {
    return processes.stream().map(HostProcess::pid).toList();
  }

  Map<String, Object> json() {
    Map<String, Object> object = new LinkedHashMap<>();
    if (!pid.equals("?")) {
      object.put("pid", Integer.valueOf(pid));
      object.put("user", user);
      object.put("command", command);
    }
    object.put("how", how);
    object.put("detail", detail);
    object.putAll(more);
    return object;
  }
}
