package dev.parley.cli;

import dev.parley.Space;
import dev.parley.SpaceOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// A command that works in a space.
abstract class SpaceCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  /// Does it.
  ///
  /// @return the exit code
  abstract int run(Space space) throws Exception;

  /// Whether a space that is not there is made.
  boolean makesSpace() {
    return false;
  }

  /// Checks what the parser cannot.
  void check() throws IOException {}

  @Override
  public final Integer call() throws Exception {
    check();
    try (Space space = parley.open(SpaceOptions.defaults().withCreate(makesSpace()))) {
      return run(space);
    }
  }

  final Shell shell() {
    return parley.shell();
  }

  final boolean json() {
    return parley.json;
  }

  final Printer printer() {
    return new Printer(shell());
  }

  final ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
