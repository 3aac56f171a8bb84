package dev.parley.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `parley version`.
@Command(
    name = "version",
    header = "Shows the versions of Parley and of what it runs on.",
    exitCodeList = {ExitCode.HELP_DONE, ExitCode.HELP_USAGE},
    footer = {"", "Example:", "  parley version --json"})
final class VersionCommand implements Callable<Integer> {
  @ParentCommand Parley parley;

  @Override
  public Integer call() throws IOException {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("parley", new Parley.Version().getVersion()[0].replaceFirst("^parley ", ""));
    versions.put("format", "1");
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    versions.put("arch", System.getProperty("os.arch"));
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      printer.json(versions);
    } else {
      for (var version : versions.entrySet())
        printer.line(version.getKey() + " " + version.getValue());
    }
    return ExitCode.DONE;
  }
}
