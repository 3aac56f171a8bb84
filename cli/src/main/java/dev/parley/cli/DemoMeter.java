package dev.parley.cli;

import dev.parley.cli.demo.Demo;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Shows how far the demo has come: in one line that changes on a terminal, else now and then.
final class DemoMeter {
  private static final Duration ON_TERMINAL = Duration.ofMillis(100);
  private static final Duration ELSEWHERE = Duration.ofSeconds(1);
  private static final String ERASE_LINE = "\r\u001b[K";

  /// A line that is wider than the terminal is cut: one that wraps could not be erased.
  private static final String WRAP_OFF = "\u001b[?7l";

  private static final String WRAP_ON = "\u001b[?7h";

  private final Shell shell;
  private long next = System.nanoTime();
  private boolean toldOfDeath;
  private Demo.@Nullable Progress last;

  DemoMeter(Shell shell) {
    this.shell = shell;
  }

  void show(Demo.Progress progress) {
    if (progress.killed() && !toldOfDeath) {
      toldOfDeath = true;
      print("killed worker 2 with SIGKILL while it held a message", "\n");
    }
    if (progress.equals(last) || System.nanoTime() - next < 0) return;
    last = progress;
    next = System.nanoTime() + (shell.errIsTerminal() ? ON_TERMINAL : ELSEWHERE).toNanos();
    String received =
        progress.received().stream().map(String::valueOf).collect(Collectors.joining(" and "));
    String counts = "sent %d, worked on %d, received %s of %d lines";
    print(counts.formatted(progress.sent(), progress.worked(), received, progress.lines()), "");
  }

  void end() {
    if (shell.errIsTerminal()) shell.err().println();
  }

  /// @param end what follows on a terminal
  private void print(String text, String end) {
    if (shell.errIsTerminal()) {
      shell.err().print(ERASE_LINE + WRAP_OFF + "parley: " + text + WRAP_ON + end);
      shell.err().flush();
    } else {
      shell.say(text);
    }
  }
}
