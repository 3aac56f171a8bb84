package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/// The `parley` command.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int code = run(args, Shell.ofProcess());
    // Exiting asks for a logger first, which opens every jar: a tenth of what a short command
    // takes.
    // All threads that are left are daemons.
    if (code != 0) System.exit(code);
  }

  /// Runs one command line and returns its exit code.
  static int run(String[] args, Shell shell) {
    try {
      return commandLine(args, shell).execute(args);
    } catch (Throwable e) {
      return Errors.report(e, shell);
    }
  }

  /// The parser, with only the subcommand that `args` ask for, as each one costs time to register.
  private static CommandLine commandLine(String[] args, Shell shell) {
    CommandLine parser = new CommandLine(new Parley(shell));
    Commands.register(parser, Commands.named(args));
    configure(parser, shell);
    return parser;
  }

  static void configure(CommandLine parser, Shell shell) {
    parser
        .setOut(new PrintWriter(shell.helpOut(), true, UTF_8))
        .setErr(new PrintWriter(shell.err(), true, UTF_8))
        .setColorScheme(Help.defaultColorScheme(shell.color() ? Help.Ansi.ON : Help.Ansi.OFF))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExpandAtFiles(false)
        .setUsageHelpWidth(82)
        .setUsageHelpLongOptionsMaxWidth(28)
        .setExecutionExceptionHandler((e, command, result) -> Errors.report(e, shell))
        .setParameterExceptionHandler((e, words) -> Errors.usage(e, shell));
  }
}
