package dev.parley.cli;

import dev.parley.Space;
import dev.parley.SpaceOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley init`.
@Command(
    name = "init",
    header = "Makes a space, private or shared with a group.",
    description =
        "Harmless if it is there. Other commands that write make a private one by themselves.",
    exitCodeList = {
      ExitCode.HELP_DONE,
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {"", "Example:", "  parley init /srv/jobs --group workers"})
final class InitCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "Where; else as --space says.")
  @Nullable String directory;

  @Option(
      names = "--group",
      paramLabel = "G",
      description = "Share it with this group: everybody in it may use the space.")
  @Nullable String group;

  @Override
  public Integer call() throws Exception {
    if (directory != null && parley.directory != null) {
      throw new ParameterException(
          spec.commandLine(), "DIR and --space are the same thing: give one");
    }
    Path place = directory == null ? parley.path() : Path.of(directory);
    SpaceOptions options = SpaceOptions.defaults();
    if (group != null) options = options.withGroup(group);
    try (Space space = Space.open(place, options)) {
      report(space);
    }
    return ExitCode.DONE;
  }

  private void report(Space space) throws Exception {
    for (String warning : space.warnings()) parley.shell().say(warning);
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("path", space.path().toString());
      object.put("id", space.id());
      object.put("defaultDurability", Words.of(space.defaultDurability()));
      object.put("warnings", space.warnings());
      printer.json(object);
    } else {
      printer.line(space.path().toString());
    }
  }
}
