package dev.parley.cli;

import java.io.PrintWriter;
import java.io.Writer;

/// What the build runs once to fill the AOT cache: classes used here start faster later. Everyday
/// commands belong here; long-running ones do not.
final class Training {
  private Training() {}

  public static void main(String[] args) {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    Main.run(new String[] {"--version"}, nowhere, nowhere);
    Main.run(new String[] {"--help"}, nowhere, nowhere);
  }
}
