package dev.parley.cli;

import dev.parley.Space;
import dev.parley.SpaceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The root of the command line: the options that every command has.
@Command(
    name = "parley",
    versionProvider = Parley.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    header = "Lets the processes of one host talk through a directory.",
    synopsisHeading = "%nUsage: ",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      ExitCode.HELP_DONE,
      "1:nothing there; a wait that ran out too",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_UNAVAILABLE,
      ExitCode.HELP_IO,
      ExitCode.HELP_BUSY,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "Data goes to standard output, everything else to standard error. Durations are",
      "written 250ms, 10s, 1h30m; a bare number is seconds. Sizes may end in k, M or G.",
      "",
      "Example:",
      "  echo hello | parley send greetings",
      "  parley receive greetings"
    })
final class Parley implements Runnable {
  private final Shell shell;

  @Spec CommandSpec spec;

  @Option(
      names = "--space",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "The space; else $PARLEY_SPACE, else $XDG_STATE_HOME/parley (~/.local/state/parley), for root"
              + " /var/lib/parley.")
  @Nullable String directory;

  @Option(
      names = "--json",
      scope = ScopeType.INHERIT,
      description = "Print JSON, one object a line.")
  boolean json;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  Parley(Shell shell) {
    this.shell = shell;
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }

  Shell shell() {
    return shell;
  }

  Path path() {
    if (directory != null && directory.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--space takes a directory, and got ''");
    }
    return directory == null ? Space.defaultPath() : Path.of(directory);
  }

  Space open(SpaceOptions options) throws IOException {
    List<String> words = spec.commandLine().getParseResult().originalArgs();
    Space space = Space.open(path(), options.withCommand("parley " + String.join(" ", words)));
    // What SIGINT or SIGTERM interrupts is given back at once rather than by whoever notices.
    Runtime.getRuntime().addShutdownHook(new Thread(space::close, "close-space"));
    return space;
  }

  /// `parley` and the version that the module was built with.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      var descriptor = Parley.class.getModule().getDescriptor();
      String version = descriptor == null ? "" : descriptor.rawVersion().orElse("");
      return new String[] {"parley " + (version.isEmpty() ? "(development)" : version)};
    }
  }
}
