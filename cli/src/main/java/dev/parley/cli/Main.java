package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/// The `parley` command.
public final class Main {
  private static final String NOT_TAKEN = "standard output is closed or full";

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
      if (isVersion(args)) return printVersion(shell);
      CommandLine parser = commandLine(args, shell);
      int code = parser.execute(args);
      if (parser.getOut().checkError()) throw new IOException(NOT_TAKEN);
      return code;
    } catch (Throwable e) {
      return Errors.report(e, shell);
    }
  }

  /// Alone, it is answered without the parser, which takes a third of the time.
  private static boolean isVersion(String[] args) {
    return args.length == 1 && (args[0].equals("--version") || args[0].equals("-V"));
  }

  private static int printVersion(Shell shell) throws IOException {
    String version = new Parley.Version().getVersion()[0] + System.lineSeparator();
    try {
      shell.helpOut().write(version.getBytes(UTF_8));
    } catch (IOException e) {
      throw new IOException(NOT_TAKEN + ": " + e.getMessage(), e);
    }
    return ExitCode.DONE;
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
