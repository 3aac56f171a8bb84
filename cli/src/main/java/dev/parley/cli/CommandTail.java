package dev.parley.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/// The command after `--`.
final class CommandTail {
  private CommandTail() {}

  /// The last of `words`, the positional arguments of `spec`: those that stand after the first
  /// `--`.
  static List<String> of(CommandSpec spec, List<String> words) {
    List<String> all = spec.commandLine().getParseResult().originalArgs();
    int mark = all.indexOf("--");
    int count = mark < 0 ? 0 : all.size() - mark - 1;
    return words.subList(words.size() - count, words.size());
  }
}
