package dev.parley.cli;

import dev.parley.primitive.presence.Limit;
import dev.parley.primitive.presence.Limits;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `parley limits`.
@Command(
    name = "limits",
    header = "Lists the kernel's limits that matter here, and how near they are.",
    exitCodeList = {ExitCode.HELP_DONE, ExitCode.HELP_USAGE, ExitCode.HELP_IO},
    footer = {"", "Example:", "  parley limits --json | jq 'select(.percent > 80)'"})
final class LimitsCommand implements Callable<Integer> {
  @ParentCommand Parley parley;

  @Override
  public Integer call() throws Exception {
    List<Limit> limits = Limits.of(Kernel.linux());
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      for (Limit limit : limits) printer.json(json(limit));
    } else {
      printTable(limits, printer);
    }
    return ExitCode.DONE;
  }

  private static void printTable(List<Limit> limits, Printer printer) throws IOException {
    Table table = new Table("LIMIT", "USED", "OF", "%", "SET BY", "REMARK");
    for (Limit limit : limits) {
      table.row(
          limit.what(),
          limit.used() < 0 ? "" : limit.used(),
          limit.most() == Limit.NONE ? "no limit" : limit.most(),
          limit.percent() < 0 ? "" : limit.percent(),
          limit.where(),
          limit.remark());
    }
    printer.table(table);
  }

  private static Map<String, Object> json(Limit limit) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("limit", limit.what());
    if (limit.used() >= 0) object.put("used", limit.used());
    if (limit.most() != Limit.NONE) object.put("most", limit.most());
    if (limit.percent() >= 0) object.put("percent", limit.percent());
    object.put("setBy", limit.where());
    if (!limit.remark().isEmpty()) object.put("remark", limit.remark());
    return object;
  }
}
