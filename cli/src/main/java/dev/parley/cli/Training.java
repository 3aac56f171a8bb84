package dev.parley.cli;

/// What the build runs once to fill the AOT cache: classes used here start faster later.
///
/// Everyday commands belong here, long-running ones do not. It prints and exits as a user's command
/// does, for that loads classes too.
final class Training {
  private Training() {}

  public static void main(String[] args) {
    Main.run(new String[] {"--help"}, Shell.ofProcess());
    Main.main(new String[] {"--version"});
  }
}
