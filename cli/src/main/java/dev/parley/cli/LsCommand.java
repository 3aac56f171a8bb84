package dev.parley.cli;

import dev.parley.NoSuchNameException;
import dev.parley.Space;
import dev.parley.pattern.lock.NamedLock;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `parley ls`.
@Command(
    name = "ls",
    header = "Lists queues, topics and locks: depth, oldest message, holders.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no such name, or no space",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley ls mails"})
final class LsCommand extends SpaceCommand {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Only this queue, topic or lock.")
  @Nullable String name;

  private final Map<String, Space.MemberInfo> members = new HashMap<>();

  @Override
  int run(Space space) throws Exception {
    List<NamedLock.Info> locks = locks(space);
    Snapshot snapshot = snapshot(space, !locks.isEmpty());
    if (snapshot.queues().stream().anyMatch(line -> !line.stats().holders().isEmpty())) {
      nameMembers(space);
    }
    if (json()) {
      printJson(snapshot);
      for (NamedLock.Info lock : locks) printer().json(json(lock));
    } else {
      printTable(snapshot, locks);
    }
    return snapshot.report(shell());
  }

  private List<NamedLock.Info> locks(Space space) throws IOException {
    return NamedLock.list(Kernel.linux(), space.path()).stream()
        .filter(lock -> name == null || name.equals(lock.name()))
        .toList();
  }

  private Snapshot snapshot(Space space, boolean isLock) throws IOException {
    try {
      return Snapshot.of(space, name);
    } catch (NoSuchNameException e) {
      if (isLock) return new Snapshot(List.of(), List.of(), List.of());
      throw e;
    }
  }

  /// Without it, holders go by their ids.
  private void nameMembers(Space space) {
    try {
      for (Space.MemberInfo member : space.members()) members.put(member.id(), member);
    } catch (IOException e) {
      shell().say("members cannot be listed: " + e.getMessage());
    }
  }

  private void printTable(Snapshot snapshot, List<NamedLock.Info> locks) throws IOException {
    Table table = new Table("NAME", "KIND", "DEPTH", "OLDEST", "HOLDERS");
    for (Snapshot.TopicLine line : snapshot.topics()) {
      table.row(
          line.name(), "topic", line.stats().entries(), Snapshot.age(line.stats().oldest()), "");
    }
    for (Snapshot.QueueLine line : snapshot.queues()) {
      String kind = line.kind() + (line.stats().held() ? ", held" : "");
      String oldest = Snapshot.age(line.stats().oldest());
      table.row(line.name(), kind, line.depth(), oldest, holders(line));
    }
    for (NamedLock.Info lock : locks) {
      table.row(lock.name(), "lock", "", "", lock.holder().orElse(""));
    }
    printer().table(table);
  }

  private String holders(Snapshot.QueueLine line) {
    return line.stats().holders().entrySet().stream()
        .map(holder -> nameOf(holder.getKey()) + ": " + holder.getValue())
        .collect(Collectors.joining(", "));
  }

  /// Who it is, in words a person knows.
  private String nameOf(String id) {
    Space.MemberInfo member = members.get(id);
    return member == null ? "member " + id : "process " + member.pid();
  }

  private void printJson(Snapshot snapshot) throws IOException {
    for (Snapshot.TopicLine line : snapshot.topics()) {
      Map<String, Object> object = json(line.name(), "topic", line.stats().entries());
      line.stats().oldest().ifPresent(age -> object.put("oldestMillis", age.toMillis()));
      printer().json(object);
    }
    for (Snapshot.QueueLine line : snapshot.queues()) {
      Map<String, Object> object = json(line.name(), line.kind(), line.depth());
      line.stats().oldest().ifPresent(age -> object.put("oldestMillis", age.toMillis()));
      object.put("held", line.stats().held());
      List<Map<String, Object>> holders = new ArrayList<>();
      line.stats().holders().forEach((id, claims) -> holders.add(jsonHolder(id, claims)));
      object.put("holders", holders);
      printer().json(object);
    }
  }

  private static Map<String, Object> json(NamedLock.Info lock) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", lock.name());
    object.put("kind", "lock");
    object.put("held", lock.holder().isPresent());
    lock.holder().ifPresent(holder -> object.put("holder", holder));
    return object;
  }

  private Map<String, Object> jsonHolder(String id, long claims) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("member", id);
    Space.MemberInfo member = members.get(id);
    if (member != null) object.put("pid", member.pid());
    object.put("claims", claims);
    return object;
  }

  private static Map<String, Object> json(String name, String kind, long depth) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", name);
    object.put("kind", kind);
    object.put("depth", depth);
    return object;
  }
}
