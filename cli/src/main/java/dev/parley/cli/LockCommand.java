package dev.parley.cli;

import dev.parley.primitive.lock.HeldLock;
import dev.parley.primitive.lock.LockFile.Kind;
import dev.parley.primitive.lock.LockOptions;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley lock`.
@Command(
    name = "lock",
    header = "Runs a command while it holds a lock.",
    customSynopsis = {
      "parley lock NAME [OPTIONS] -- CMD [ARG...]",
      "       parley lock --file PATH [--kind KIND] [OPTIONS] -- CMD [ARG...]"
    },
    description = {
      "NAME is a lock in the space. PATH is a file that other programs lock, too: flock(1)"
          + " if nothing else is said. The command inherits the lock, and holds it until its"
          + " last descendant that has the descriptor has ended, even if parley is killed."
    },
    exitCodeList = {
      "0:the command ended with 0",
      "N:the command's own status; 128 and the signal that ended it",
      ExitCode.HELP_USAGE,
      ExitCode.HELP_DATA,
      "69:the command cannot be run, or not available here",
      ExitCode.HELP_IO,
      "75:somebody holds the lock (or -E); a lease was lost",
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "The command finds in its environment PARLEY_LOCK, the file that is locked, and for a",
      "NAME or a lease PARLEY_TOKEN. A lock is not reentrant: a command that asks for the",
      "lock it runs under waits for ever. To lock a descriptor of your shell, use flock(1).",
      "",
      "Examples:",
      "  parley lock nightly -n -- ./nightly",
      "  parley lock --file /run/lock/backup -w 10m -- ./backup"
    })
final class LockCommand implements Callable<Integer> {
  private static final int MOST_CODE = 255;

  @ParentCommand Parley parley;
  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME -- CMD",
      description = "The lock's name, unless --file says another; then, after --, the command.")
  List<String> words = new ArrayList<>();

  @Option(names = "--file", paramLabel = "PATH", description = "The file to lock by.")
  @Nullable Path file;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "How: flock (the default), ofd, posix, pid, dot, git or lease.")
  @Nullable Kind kind;

  @Option(
      names = {"-s", "--shared"},
      description = "Share it with others who do.")
  boolean shared;

  @Option(
      names = {"-x", "-e", "--exclusive"},
      description = "Hold it alone: the default.")
  boolean exclusive;

  @Option(
      names = {"-n", "--nb", "--nonblock"},
      description = "Do not wait.")
  boolean now;

  @Option(
      names = {"-w", "--wait", "--timeout"},
      paramLabel = "D",
      converter = Durations.class,
      description = "Wait at most so long.")
  @Nullable Duration atMost;

  @Option(
      names = {"-E", "--conflict-exit-code"},
      paramLabel = "CODE",
      description = "The exit code when it is busy, instead of 75.")
  int conflictCode = ExitCode.BUSY;

  @Option(
      names = {"-o", "--close"},
      description = "The command does not inherit it: parley alone holds it.")
  boolean close;

  @Option(
      names = {"-F", "--no-fork"},
      description = "Become the command, instead of starting it and waiting for it.")
  boolean become;

  @Option(
      names = "--lease",
      paramLabel = "D",
      converter = Durations.class,
      description = "For --kind lease: how long it lasts when it is not renewed. Default 30s.")
  @Nullable Duration lease;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description = "The mode of a file that is made, in octal. Default 0600.")
  @Nullable String mode;

  @Override
  public Integer call() throws Exception {
    List<String> command = CommandTail.of(spec, words);
    List<String> names = words.subList(0, words.size() - command.size());
    check(names, command);
    CommandRunner.requireProgram(command.getFirst(), parley.shell().environment());
    Kernel kernel = Kernel.linux();
    try (Lockable lock = open(kernel, names)) {
      Optional<HeldLock> held = acquire(lock);
      if (held.isEmpty()) return busy(kernel, lock);
      // A POSIX lock is the process's: the command must become it.
      boolean replace = become || lock.kind() == Kind.POSIX;
      var holder = new LockedCommand(kernel, parley.shell(), lock, held.get(), command);
      return replace ? holder.become() : holder.run(!close);
    }
  }

  private void check(List<String> names, List<String> command) {
    if (command.isEmpty()) {
      throw usage(
          "lock needs a command after --; to lock a descriptor of your shell, use flock(1)");
    }
    if (file == null && names.isEmpty()) throw usage("which lock? give its NAME, or --file PATH");
    if (file != null && !names.isEmpty()) {
      throw usage("one lock: --file %s, or %s?".formatted(file, names.getFirst()));
    }
    if (names.size() > 1) throw usage("one word too many: '" + names.get(1) + "'");
    if (file == null && (kind != null || lease != null || mode != null)) {
      throw usage("--kind, --lease and --mode are for --file: a NAME is always locked in one way");
    }
    if (shared && exclusive) throw usage("-s or -x?");
    if (now && atMost != null) throw usage("-n or -w?");
    if (close && become) throw usage("-o and -F leave nobody to hold the lock");
    if (conflictCode < 0 || conflictCode > MOST_CODE) throw usage("-E takes a code from 0 to 255");
    if (lease != null && kind() != Kind.LEASE) throw usage("--lease is for --kind lease");
    if (shared && !kind().shares()) throw usage("a " + word(kind()) + " lock cannot be shared");
    boolean needsParley = kind() == Kind.GIT || kind() == Kind.LEASE;
    if (become && needsParley) {
      throw usage("-F leaves nobody to give back a " + word(kind()) + " lock");
    }
    if (close && kind() == Kind.POSIX) {
      throw usage("-o would give up a posix lock: it ends when its process closes the file");
    }
  }

  private Kind kind() {
    if (file == null) return Kind.OFD;
    return kind == null ? Kind.FLOCK : kind;
  }

  private Lockable open(Kernel kernel, List<String> names) throws IOException {
    if (file == null) {
      String shown =
          "parley "
              + String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
      return Lockable.named(kernel, parley.path(), names.getFirst(), shown);
    }
    if (file.toString().isEmpty()) throw usage("--file takes a path, and got ''");
    return Lockable.at(kernel, file, options());
  }

  private LockOptions options() {
    try {
      LockOptions options = LockOptions.of(kind());
      if (lease != null) options = options.withLease(lease);
      if (mode != null) {
        if (!mode.matches("[0-7]{1,4}")) throw usage("'" + mode + "' is no mode such as 0660");
        options = options.withMode(Integer.parseInt(mode, 8));
      }
      return options;
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private Optional<HeldLock> acquire(Lockable lock) throws IOException, InterruptedException {
    LockKind wanted = shared ? LockKind.SHARED : LockKind.EXCLUSIVE;
    Optional<HeldLock> held = lock.tryAcquire(wanted);
    if (held.isPresent() || now) return held;
    String outer = parley.shell().environment().getOrDefault("PARLEY_LOCK", "");
    if (outer.equals(lock.path())) {
      parley
          .shell()
          .say(outer + " is held by the command this runs in (PARLEY_LOCK), and is not reentrant");
    }
    return atMost == null ? Optional.of(lock.acquire(wanted)) : lock.acquire(wanted, atMost);
  }

  private int busy(Kernel kernel, Lockable lock) throws IOException {
    parley.shell().say(lock.whyBusy(kernel));
    return conflictCode;
  }

  private static String word(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
