package dev.parley.cli;

import dev.parley.Space;
import dev.parley.Space.MemberInfo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/// `parley members`.
@Command(
    name = "members",
    header = "Lists the processes that are in the space.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:no space",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "A dead member is shown until somebody has returned what it held; whoever waits",
      "for messages does. A process that only looks is no member.",
      "",
      "Example:",
      "  parley members"
    })
final class MembersCommand extends SpaceCommand {
  @Override
  int run(Space space) throws Exception {
    List<MemberInfo> members = space.members();
    if (json()) {
      for (MemberInfo member : members) printer().json(describe(member));
    } else {
      printTable(members);
    }
    return ExitCode.DONE;
  }

  private void printTable(List<MemberInfo> members) throws IOException {
    Table table = new Table("ID", "STATE", "PID", "HOST", "USER", "AGE", "CLAIMS", "COMMAND");
    for (MemberInfo member : members) {
      table.row(
          member.id(),
          member.state(),
          member.pid(),
          member.host(),
          member.user(),
          Durations.about(member.age()),
          member.claims(),
          member.command());
    }
    printer().table(table);
  }

  private static Map<String, Object> describe(MemberInfo member) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("id", member.id());
    object.put("state", member.state());
    object.put("pid", member.pid());
    object.put("host", member.host());
    object.put("user", member.user());
    object.put("command", member.command());
    object.put("ageMillis", member.age().toMillis());
    object.put("claims", member.claims());
    return object;
  }
}
