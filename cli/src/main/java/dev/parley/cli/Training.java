package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;

/// What the build runs once to fill the AOT cache: classes used here start faster later.
///
/// Everyday commands belong here, long-running ones do not. It prints and exits as a user's command
/// does, for that loads classes too. The space is `PARLEY_SPACE`, which the build throws away.
final class Training {
  private Training() {}

  public static void main(String[] args) {
    run("--help");
    run("send", "training");
    run("send", "training", "-l", "--priority", "9");
    run("ls");
    run("stats", "training");
    run("receive", "training");
    run("work", "training", "--drain", "--", "true");
    run("lock", "training", "--", "true");
    run("publish", "events.training");
    run("--json", "ls");
    run("members");
    Main.main(new String[] {"--version"});
  }

  private static void run(String... args) {
    Shell shell = Shell.ofProcess();
    Main.run(
        args,
        new Shell(
            new ByteArrayInputStream("one\ntwo\n".getBytes(UTF_8)),
            shell.out(),
            shell.err(),
            shell.environment(),
            shell.outIsTerminal(),
            shell.errIsTerminal()));
  }
}
