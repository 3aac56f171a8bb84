package dev.parley.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley help`.
@Command(
    name = "help",
    header = "Shows help, for parley or for one command.",
    exitCodeList = {ExitCode.HELP_DONE, ExitCode.HELP_USAGE},
    footer = {"", "Example:", "  parley help work"})
final class HelpCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND", description = "Which.")
  @Nullable String command;

  @Override
  public Integer call() throws IOException {
    CommandLine all = Commands.all(parley.shell());
    CommandLine wanted = command == null ? all : all.getSubcommands().get(command);
    if (wanted == null) {
      throw new ParameterException(spec.commandLine(), "there is no command " + command);
    }
    Shell shell = parley.shell();
    Help.Ansi ansi = shell.color() ? Help.Ansi.ON : Help.Ansi.OFF;
    new Printer(shell).text(wanted.getUsageMessage(ansi));
    return ExitCode.DONE;
  }
}
