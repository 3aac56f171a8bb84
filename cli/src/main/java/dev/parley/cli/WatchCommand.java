package dev.parley.cli;

import dev.parley.primitive.watch.Change;
import dev.parley.primitive.watch.FileWatch;
import dev.parley.primitive.watch.Uevents;
import dev.parley.primitive.watch.Uevents.Uevent;
import dev.parley.primitive.watch.WatchOptions;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley watch`.
@Command(
    name = "watch",
    header = "Tells what changes at files and directories, missing nothing that lasts.",
    description = {
      "A line for each change: present, appeared, changed, written (complete: closed, or came by"
          + " rename or link), moved, gone. Events that were lost are made up for by looking:"
          + " missed, then the difference. unseen: changes there cannot be told, or late.",
      "A path need not be there yet. Links below it are not followed."
    },
    exitCodeList = {
      "0:done, or ended by SIGINT or SIGTERM",
      "1:nothing came in time",
      ExitCode.HELP_USAGE,
      "69:the kernel does not tell of changes there; poll",
      ExitCode.HELP_IO,
      "75:no watch left for this user",
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "Examples:",
      "  parley watch --present --events written -0 inbox |",
      "    while IFS= read -r -d '' line; do import \"${line#written }\"; done",
      "  parley watch -r --json /etc/nginx"
    })
final class WatchCommand implements Callable<Integer> {
  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(arity = "0..*", paramLabel = "PATH", description = "What to watch.")
  List<String> paths = List.of();

  @Option(
      names = {"-r", "--recursive"},
      description = "Directories below, too, and those that appear.")
  boolean recursive;

  @Option(names = "--present", description = "Tell first what is there already.")
  boolean present;

  @Option(
      names = "--events",
      paramLabel = "LIST",
      split = ",",
      description = "Only these, with commas between; missed and unseen always.")
  @Nullable List<String> events;

  @Option(
      names = "--settle",
      paramLabel = "D",
      converter = Durations.class,
      description = "Gather for so long, so that more changes of one file become one.")
  Duration settle = Duration.ZERO;

  @Option(
      names = "--poll",
      paramLabel = "D",
      converter = Durations.class,
      description = "Look so often, instead of asking the kernel.")
  @Nullable Duration poll;

  @Option(
      names = "--fallback",
      paramLabel = "D",
      converter = Durations.class,
      description = "Look so often where the kernel does not tell, or has no watch left.")
  @Nullable Duration fallback;

  @Option(names = "-n", paramLabel = "N", description = "End after so many changes.")
  @Nullable Integer most;

  @Option(
      names = "--wait",
      paramLabel = "D",
      converter = Durations.class,
      description = "End when none came for so long.")
  @Nullable Duration wait;

  @Option(
      names = "-0",
      description = "A NUL behind each line instead of a newline, and names as they are.")
  boolean nul;

  @Option(names = "--uevents", description = "Tell of devices, instead of files.")
  boolean uevents;

  private final AtomicBoolean interrupted = new AtomicBoolean();
  private long told;

  @Override
  public Integer call() throws Exception {
    if (uevents ? !paths.isEmpty() : paths.isEmpty()) {
      throw usage(uevents ? "--uevents takes no PATH" : "watch what? Give a PATH");
    }
    for (String path : paths) if (path.isEmpty()) throw usage("watch what? '' is no path");
    if (most != null && most < 1) throw usage("-n takes a number from 1 up");
    if (poll != null && fallback != null) throw usage("give --poll or --fallback, not both");
    return uevents ? tellUevents() : tellChanges();
  }

  private int tellChanges() throws Exception {
    WatchOptions options = options();
    List<Path> places = paths.stream().map(Path::of).toList();
    FileWatch watch = FileWatch.open(Kernel.linux(), places, options);
    try (watch;
        Signals _ = new Signals(_ -> interrupt(watch::close))) {
      if (watch.isPolling() && poll == null) {
        parley.shell().say("the kernel does not tell of changes there; polling");
      }
      while (!isDone()) {
        List<Change> changes = wait == null ? watch.await() : watch.await(wait);
        if (changes.isEmpty()) return told == 0 ? ExitCode.NOTHING : ExitCode.DONE;
        for (Change change : changes) if (!isDone()) tell(change);
      }
    } catch (IllegalStateException e) {
      if (!interrupted.get()) throw e;
    }
    return ExitCode.DONE;
  }

  private WatchOptions options() {
    try {
      WatchOptions options =
          WatchOptions.defaults()
              .withRecursive(recursive)
              .withPresentFirst(present)
              .withSettle(settle);
      if (poll != null) options = options.withPolling(poll);
      if (fallback != null) options = options.withFallback(fallback);
      return events == null ? options : options.withKinds(kinds(events));
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private static Set<Change.Kind> kinds(List<String> words) {
    Set<Change.Kind> kinds = EnumSet.noneOf(Change.Kind.class);
    for (String word : words) {
      Change.Kind kind = null;
      for (Change.Kind each : Change.Kind.values()) if (Words.of(each).equals(word)) kind = each;
      if (kind == null) {
        List<String> all = Arrays.stream(Change.Kind.values()).map(Words::of).toList();
        throw new IllegalArgumentException(
            "there is no event '" + word + "'; there are " + String.join(", ", all));
      }
      kinds.add(kind);
    }
    return kinds;
  }

  private boolean isDone() {
    return interrupted.get() || (most != null && told >= most);
  }

  private void interrupt(Runnable end) {
    interrupted.set(true);
    end.run();
  }

  private void tell(Change change) throws IOException {
    told++;
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      printer.json(WatchOutput.json(change));
      return;
    }
    printer.bytes(WatchOutput.line(change, nul));
    if (!change.reason().isEmpty()) {
      parley.shell().say(Words.of(change.kind()) + ": " + change.path() + ": " + change.reason());
    }
  }

  // ---- devices

  private int tellUevents() throws Exception {
    try (Uevents devices = Uevents.open(Kernel.linux());
        Signals _ = new Signals(_ -> interrupt(devices::wake))) {
      while (!isDone()) {
        Optional<Uevent> next = devices.await(wait == null ? Duration.ofDays(1) : wait);
        if (next.isPresent()) {
          tell(next.get());
        } else if (wait != null && !interrupted.get()) {
          return told == 0 ? ExitCode.NOTHING : ExitCode.DONE;
        }
      }
    }
    return ExitCode.DONE;
  }

  private void tell(Uevent uevent) throws IOException {
    told++;
    Printer printer = new Printer(parley.shell());
    if (parley.json) {
      Map<String, Object> object = new LinkedHashMap<>();
      object.put("event", uevent.action());
      object.put("device", uevent.device());
      object.put("properties", uevent.properties());
      printer.json(object);
      return;
    }
    String subsystem = uevent.properties().getOrDefault("SUBSYSTEM", "");
    String line = uevent.action() + " " + uevent.device() + " " + subsystem;
    printer.line(Printable.line(line.strip()));
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
