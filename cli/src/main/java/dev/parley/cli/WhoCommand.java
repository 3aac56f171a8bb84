package dev.parley.cli;

import dev.parley.NoSuchNameException;
import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.primitive.file.Route;
import dev.parley.primitive.presence.Presence;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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

/// `parley who`.
@Command(
    name = "who",
    header = "Says who is at a file or a name: holders, lockers, who waits for whom, peers.",
    description = {
      "It only looks. What this user may not see is said on standard error.",
      "A word that begins with / or . is a path, with @ an abstract socket; another one is"
          + " a queue, topic or TOPIC/NAME of the space."
    },
    exitCodeList = {
      "0:somebody is there",
      "1:nobody; there is no such file or name",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      "77:nobody that this user may see, and he may not see everything; not permitted"
    },
    footer = {
      "",
      "Examples:",
      "  parley who /run/lock/backup",
      "  parley who mails --json",
      "  parley who @/tmp/.X11-unix/X0"
    })
final class WhoCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(index = "0", arity = "0..1", paramLabel = "PATH|NAME", description = "Where.")
  @Nullable String where;

  @Option(names = "--file", paramLabel = "PATH", description = "A path, whatever it begins with.")
  @Nullable String file;

  @Override
  public Integer call() throws Exception {
    String word = file == null ? where : file;
    if (word == null || word.isEmpty() || (file != null && where != null)) {
      throw new ParameterException(spec.commandLine(), "who is where? Give a PATH or a NAME");
    }
    Kernel kernel = Kernel.linux();
    if (file == null && word.startsWith("@")) {
      return show(Presence.atAbstract(kernel, word.substring(1)));
    }
    if (file == null && !word.startsWith("/") && !word.startsWith(".")) return showName(word);
    try (Route route = Route.of(kernel, Path.of(word))) {
      Fd end = route.end();
      if (end != null) return show(Presence.at(kernel, end));
      ErrnoException failure = route.failure().orElseThrow();
      int code = Errors.report(failure, parley.shell());
      boolean nothing = failure.is(Errno.ENOENT) || failure.is(Errno.ENOTDIR);
      return nothing ? ExitCode.NOTHING : code;
    }
  }

  private int showName(String name) throws IOException {
    try (Space space = parley.open(SpaceOptions.defaults().withCreate(false))) {
      return show(new SpacePresence(space, Kernel.linux()).at(name));
    } catch (NoSuchNameException e) {
      throw new NoSuchNameException(e.getMessage() + "; for a file, say ./" + name);
    }
  }

  private int show(Presence presence) throws IOException {
    return show(presence.ties().stream().map(Sighting::of).toList(), presence.unseen());
  }

  private int show(SpacePresence.Seen seen) throws IOException {
    return show(seen.sightings(), seen.unseen());
  }

  private int show(List<Sighting> sightings, List<String> unseen) throws IOException {
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      for (Sighting sighting : sightings) printer.json(sighting.json());
      for (String reason : unseen) printer.json(Map.of("unseen", reason));
    } else {
      if (!sightings.isEmpty()) {
        Table table = new Table("PID", "USER", "HOW", "DETAIL", "COMMAND");
        for (Sighting each : sightings) {
          table.row(each.pid(), each.user(), each.how(), each.detail(), each.shortCommand());
        }
        printer.table(table);
      }
      for (String reason : unseen) parley.shell().say("not seen: " + reason);
    }
    if (!sightings.isEmpty()) return ExitCode.DONE;
    return unseen.isEmpty() ? ExitCode.NOTHING : ExitCode.NOT_PERMITTED;
  }
}
