package dev.parley.cli;

import dev.parley.Space;
import dev.parley.Space.Finding;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `parley fsck`.
@Command(
    name = "fsck",
    header = "Says what is wrong with the space, and repairs it if asked.",
    description = "Nothing that might be a message is removed.",
    exitCodeList = {
      "0:all is as it should be, or is again",
      "1:no space",
      ExitCode.HELP_USAGE,
      "65:something is wrong",
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley fsck"})
final class FsckCommand extends SpaceCommand {
  @Option(names = "--repair", description = "Repair it.")
  boolean repair;

  @Override
  int run(Space space) throws Exception {
    List<Finding> findings = space.check(repair);
    for (Finding finding : findings) print(finding);
    long open = findings.stream().filter(finding -> !finding.repaired()).count();
    if (findings.isEmpty()) {
      shell().say("nothing is wrong with " + space.path());
    } else if (open > 0 && !repair) {
      shell().say(Words.count(open, "problem") + "; --repair does what is said above");
    }
    return open == 0 ? ExitCode.DONE : ExitCode.DATA;
  }

  private void print(Finding finding) throws IOException {
    if (json()) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("path", finding.path());
      object.put("problem", finding.problem());
      object.put("remedy", finding.remedy());
      object.put("repaired", finding.repaired());
      printer().json(object);
    } else {
      String state = finding.repaired() ? "done" : "repair";
      String remedy = " (" + state + ": " + finding.remedy() + ")";
      printer().line(Printable.line(finding.path() + ": " + finding.problem() + remedy));
    }
  }
}
