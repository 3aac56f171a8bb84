package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.Space;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the command says before it reaches a space.
class MainTest {
  static final List<String> NAMES = Commands.NAMES;

  @Test
  void versionNamesTheProgramAndItsRelease() {
    Result result = Result.of("--version");
    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("parley ");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void helpListsEveryCommandButHiddenOnes() {
    String help = Result.of("--help").out();
    assertThat(help.lines()).allMatch(line -> line.length() <= 82);
    for (String name : NAMES) assertThat(help).containsPattern("\n  " + name + " +[A-Z]");
    assertThat(help).doesNotContain("demo-work");
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void everyCommandHasHelpWithExitCodesAndAnExample(String name) {
    Result result = Result.of(name, "--help");
    assertThat(result.code()).isZero();
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("Usage: parley " + name, "Exit codes:", "--space", "--json");
    assertThat(result.out()).containsPattern("Examples?:\n  .*parley " + name);
    assertThat(Result.of("help", name).out()).isEqualTo(result.out());
  }

  @ParameterizedTest
  @FieldSource("NAMES")
  void everyCommandHasAManualPage(String name) {
    String page = Result.of("man", name).out();
    assertThat(page).startsWith(".TH PARLEY-" + name.toUpperCase(java.util.Locale.ROOT) + " 1");
    assertThat(page).contains(".SH SYNOPSIS", ".SH OPTIONS", ".SH EXIT STATUS");
  }

  @Test
  void completionKnowsCommandsAndOptions() {
    Result result = Result.of("completion");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("subscribe", "--print-id", "complete");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "send",
        "send q --priority 10",
        "send q --priority x",
        "send q --ttl 0",
        "--space= ls",
        "--jsn ls",
        "fsck extra",
        "subscribe t --from 99x",
        "send q --sync sometimes",
        "send q --delay soon",
        "send q --id k -l",
        "send q --id k a b",
        "send q -l -0",
        "send q - -",
        "publish t - a -",
        "send q --header novalue",
        "send q --header a/b=1",
        "send q --no-such-option",
        "publish t --delay 3",
        "publish t --id k",
        "receive",
        "receive q -n 0",
        "receive q --peek --wait 1",
        "work q",
        "work q --jobs 0 -- cat",
        "subscribe",
        "subscribe -- cat",
        "subscribe t -l -- cat",
        "subscribe t --from 2026-13-01",
        "configure q --max-bytes 3x",
        "configure q --retries -1",
        "configure q --full maybe",
        "dead",
        "dead q show",
        "dead q show a b",
        "dead q rm",
        "dead q ls a",
        "dead q burn a",
        "init --group",
        "bench",
        "bench lock --size 3",
        "bench socket --producers 2",
        "bench watch --size 100000",
        "bench lock --runs 0",
        "help nonsense",
        "man nonsense"
      })
  void wrongUsageIs64AndOneLineSaysWhy(String line) {
    Result result = Result.of(line.isEmpty() ? new String[0] : line.split(" "));
    assertThat(result.code()).isEqualTo(64);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).startsWith("parley: ").doesNotContain("Exception", "\tat ");
  }

  @Test
  void choicesInAMessageAreWrittenAsOneTypesThem() {
    assertThat(Result.of("send", "q", "--sync", "x").err()).contains("[none, group, message]");
  }

  @Test
  void anUnknownWordIsNamedForWhatItSeemsToBe() {
    assertThat(Result.of("sned").err()).contains("there is no command sned");
    assertThat(Result.of("").err()).contains("there is no command ''");
    assertThat(Result.of("--jsn", "ls").err()).contains("Unknown option: '--jsn'", "--json?");
    assertThat(Result.of("fsck", "extra").err()).contains("one word too many: 'extra'");
    assertThat(Result.of("work", "q", "--jobs", "9999999999", "--", "true").err())
        .contains("'9999999999' is no number, or too large");
  }

  @Test
  void aCommandThatCannotBeRunStopsTheWorkerBeforeItTakesAnything() {
    Result result = Result.of("work", "q", "--", "/no/such/program");
    assertThat(result.code()).isEqualTo(69);
    assertThat(result.err()).contains("/no/such/program");
  }

  @Test
  void anOptionWithoutItsValueIsNamedOnce() {
    assertThat(Result.of("send", "q", "--header", "k").err()).contains("for option '--header'");
  }

  @Test
  void optionsForEveryCommandMayStandBeforeIt() {
    assertThat(Result.of("--json", "version").out()).startsWith("{").contains("\"format\":\"1\"");
    assertThat(Result.of("version", "--json").out()).startsWith("{");
  }

  @Test
  void onlyTheCommandThatIsAskedForIsRegistered() {
    assertThat(Commands.named(new String[] {"--space", "send", "--json", "ls", "stats"}))
        .containsExactly("ls");
    assertThat(Commands.named(new String[] {"--space=x", "demo-work"}))
        .containsExactly("demo-work");
    assertThat(Commands.named(new String[] {"--version"})).isEmpty();
    assertThat(Commands.named(new String[] {"--help"})).isEqualTo(Commands.NAMES);
  }

  /// What a command line gave.
  private record Result(int code, String out, String err) {
    static Result of(String... args) {
      TestShell shell = new TestShell();
      boolean before = Files.exists(Space.defaultPath());
      int code = Main.run(args, shell.shell());
      assertThat(Files.exists(Space.defaultPath())).as("no space is made").isEqualTo(before);
      return new Result(code, new String(shell.out(), UTF_8), shell.err());
    }
  }
}
