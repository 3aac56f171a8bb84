package dev.parley.cli;

import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// A manual page, made from what a command says of itself. Source: man 7 man.
final class ManPage {
  private final StringBuilder page = new StringBuilder();
  private final CommandLine command;
  private final CommandSpec spec;

  private ManPage(CommandLine command) {
    this.command = command;
    this.spec = command.getCommandSpec();
  }

  static String of(CommandLine command) {
    return new ManPage(command).write();
  }

  /// `parley` or `parley-send`.
  static String name(CommandSpec spec) {
    return spec.qualifiedName("-");
  }

  private String write() {
    line(".TH " + name(spec).toUpperCase(Locale.ROOT) + " 1");
    section("NAME");
    text(name(spec) + " - " + header(spec));
    section("SYNOPSIS");
    line(".nf");
    command.getHelp().synopsis(0).lines().forEach(this::text);
    line(".fi");
    if (spec.usageMessage().description().length > 0) {
      section("DESCRIPTION");
      text(String.join(" ", spec.usageMessage().description()));
    }
    arguments();
    options();
    subcommands();
    section("ENVIRONMENT");
    item("PARLEY_SPACE", "The space, unless --space names one.");
    item("NO_COLOR", "Turns colours off, if it is not empty.");
    item("PARLEY_DEBUG", "1 shows stack traces.");
    section("EXIT STATUS");
    for (Map.Entry<String, String> code : spec.usageMessage().exitCodeList().entrySet()) {
      item(code.getKey(), code.getValue());
    }
    footer();
    section("SEE ALSO");
    text(spec.parent() == null ? "parley help COMMAND" : "parley(1)");
    return page.toString();
  }

  private void arguments() {
    if (spec.positionalParameters().isEmpty()) return;
    section("ARGUMENTS");
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      item(argument.paramLabel(), description(argument));
    }
  }

  private void options() {
    section("OPTIONS");
    for (OptionSpec option : spec.options()) {
      String names = String.join(", ", option.names());
      boolean takesValue = option.arity().max() > 0;
      item(takesValue ? names + " " + option.paramLabel() : names, description(option));
    }
  }

  private void subcommands() {
    if (command.getSubcommands().isEmpty()) return;
    section("COMMANDS");
    command
        .getSubcommands()
        .forEach(
            (name, subcommand) -> {
              item(name, header(subcommand.getCommandSpec()));
            });
  }

  private void footer() {
    section("NOTES");
    line(".nf");
    for (String line : spec.usageMessage().footer()) text(line);
    line(".fi");
  }

  private static String header(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().header());
  }

  private static String description(ArgSpec argument) {
    return Ansi.OFF.string(String.join("\n", argument.description()));
  }

  private void section(String title) {
    line(".SH " + title);
  }

  private void item(String term, String description) {
    line(".TP");
    text(term);
    boolean first = true;
    for (String line : description.split("\n")) {
      if (!first) line(".br");
      text(line);
      first = false;
    }
  }

  private void text(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-");
    line(escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped);
  }

  private void line(String line) {
    page.append(line).append('\n');
  }
}
