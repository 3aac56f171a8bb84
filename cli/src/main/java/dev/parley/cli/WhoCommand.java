package dev.parley.cli;

import dev.parley.Space;
import dev.parley.SpaceOptions;
import dev.parley.primitive.file.Route;
import dev.parley.primitive.presence.Presence;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
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
          + " a queue, topic or TOPIC/NAME of the space if that has it, else a path."
    },
    exitCodeList = {
      "0:somebody is there",
      "1:nobody, or there is no such file",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      ExitCode.HELP_IO,
      ExitCode.HELP_NOT_PERMITTED
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

  @Parameters(index = "0", paramLabel = "PATH|NAME", description = "Where.")
  String where;

  @Override
  public Integer call() throws Exception {
    if (where.isEmpty()) throw new ParameterException(spec.commandLine(), "who is at ''?");
    if (where.startsWith("@")) {
      return show(Presence.atAbstract(Kernel.linux(), where.substring(1)));
    }
    if (!where.startsWith("/") && !where.startsWith(".")) {
      // No space is made for this, and where there is none the word is a path.
      Path place = parley.path();
      if (Files.exists(place.resolve("parley-space"))) {
        try (Space space = parley.open(SpaceOptions.defaults().withCreate(false))) {
          SpacePresence names = new SpacePresence(space, Kernel.linux());
          if (names.has(where)) return show(names.at(where));
        }
      }
    }
    try (Route route = Route.of(Kernel.linux(), Path.of(where))) {
      Fd file = route.end();
      if (file != null) return show(Presence.at(Kernel.linux(), file));
      ErrnoException failure = route.failure().orElseThrow();
      int code = Errors.report(failure, parley.shell());
      boolean nothing = failure.is(Errno.ENOENT) || failure.is(Errno.ENOTDIR);
      return nothing ? ExitCode.NOTHING : code;
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
    return sightings.isEmpty() ? ExitCode.NOTHING : ExitCode.DONE;
  }
}
