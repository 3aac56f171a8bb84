package dev.parley.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The `parley` command.
@Command(
    name = "parley",
    mixinStandardHelpOptions = true,
    version = "parley 0.1.0-SNAPSHOT",
    description = "Lets the processes of one host talk and coordinate through a directory.")
public final class Main implements Runnable {
  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args, writer(System.out), writer(System.err)));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, stream.charset());
  }

  /// Runs one command line and returns its exit code.
  static int run(String[] args, PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main()).setOut(out).setErr(err).execute(args);
  }

  @Override
  public void run() {}
}
