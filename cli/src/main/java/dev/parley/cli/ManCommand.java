package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley man`.
@Command(
    name = "man",
    header = "Prints manual pages.",
    exitCodeList = {ExitCode.HELP_DONE, ExitCode.HELP_USAGE, ExitCode.HELP_IO},
    footer = {
      "",
      "Examples:",
      "  parley man work | man -l -",
      "  parley man --write ~/.local/share/man/man1"
    })
final class ManCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "COMMAND", description = "Which.")
  @Nullable String command;

  @Option(
      names = "--write",
      paramLabel = "DIR",
      description = "Write parley.1 and a page for each command there.")
  @Nullable Path directory;

  @Override
  public Integer call() throws IOException {
    CommandLine all = Commands.all(parley.shell());
    if (directory != null) {
      Files.createDirectories(directory);
      write(directory, all);
      for (CommandLine one : all.getSubcommands().values()) write(directory, one);
      return ExitCode.DONE;
    }
    CommandLine wanted = command == null ? all : all.getSubcommands().get(command);
    if (wanted == null) {
      throw new ParameterException(spec.commandLine(), "there is no command " + command);
    }
    new Printer(parley.shell()).text(ManPage.of(wanted));
    return ExitCode.DONE;
  }

  private static void write(Path directory, CommandLine command) throws IOException {
    Path file = directory.resolve(ManPage.name(command.getCommandSpec()) + ".1");
    Files.writeString(file, ManPage.of(command), UTF_8);
  }
}
