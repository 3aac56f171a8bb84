package dev.parley.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/// `parley completion`.
@Command(
    name = "completion",
    header = "Prints a completion script for bash and zsh.",
    exitCodeList = {ExitCode.HELP_DONE, ExitCode.HELP_USAGE},
    footer = {"", "Example:", "  source <(parley completion)"})
final class CompletionCommand implements Callable<Integer> {
  @ParentCommand Parley parley;

  @Override
  public Integer call() throws IOException {
    new Printer(parley.shell()).text(AutoComplete.bash("parley", Commands.all(parley.shell())));
    return ExitCode.DONE;
  }
}
