package dev.parley.cli;

import picocli.CommandLine.Option;

/// What stands between messages in a stream: `-l` or `-0`.
final class Separator {
  @Option(names = "-l", required = true, description = "One message a line, without its newline.")
  boolean lines;

  @Option(names = "-0", required = true, description = "Each message ends with a NUL.")
  boolean nul;

  String text() {
    return nul ? "\0" : "\n";
  }

  /// What a message is in such a stream.
  String word() {
    return nul ? "record" : "line";
  }

  byte end() {
    return (byte) (nul ? 0 : '\n');
  }
}
