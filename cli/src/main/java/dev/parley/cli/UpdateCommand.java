package dev.parley.cli;

import dev.parley.primitive.atomic.AtomicFile;
import dev.parley.primitive.atomic.PendingUpdate;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley update`.
@Command(
    name = "update",
    header = "Replaces a file by what a command makes of it, with nobody's update lost.",
    customSynopsis = "parley update PATH [OPTIONS] -- CMD [ARG...]",
    description = {
      "The command reads the present content (nothing, if there is no file) and prints the new"
          + " one, which is installed if it ends with 0; else the file is as it was. Others who"
          + " write or update the file wait meanwhile: by flock(2) on .NAME.lock, which the"
          + " command inherits."
    },
    exitCodeList = {
      "0:it has the new content",
      "N:the command's own status; 128 and the signal that ended it",
      ExitCode.HELP_USAGE,
      "69:the command cannot be run, or not available here",
      ExitCode.HELP_IO,
      "75:somebody else was changing it for longer than --wait",
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "The command finds PARLEY_FILE in its environment. It must not write or update the same",
      "file itself: it would wait for ever.",
      "",
      "Examples:",
      "  parley update hits -- awk '{ n = $1 } END { print n + 1 }'",
      "  parley update hosts.txt -- sort -u"
    })
final class UpdateCommand implements Callable<Integer> {
  /// Above what shell scripts number themselves.
  private static final int LOCK_DESCRIPTOR = 30;

  @ParentCommand Parley parley;
  @Spec CommandSpec spec;
  @Mixin WriteFlags flags = new WriteFlags();

  @Parameters(index = "0", paramLabel = "PATH", description = "The file.")
  String path;

  @Parameters(
      index = "1..*",
      paramLabel = "CMD",
      description = "The command and its arguments, after --.")
  List<String> words = List.of();

  @Option(
      names = {"-o", "--close"},
      description = "The command does not inherit the lock: parley alone holds it.")
  boolean close;

  @Override
  public Integer call() throws Exception {
    List<String> command = CommandTail.of(spec, words);
    if (path.isEmpty()) throw usage("which file? give its PATH");
    if (words.size() > command.size()) {
      throw usage("one word too many: '" + words.getFirst() + "'; the command comes after --");
    }
    if (command.isEmpty()) throw usage("update needs a command after --");
    CommandRunner.requireProgram(command.getFirst(), parley.shell().environment());
    Kernel kernel = Kernel.linux();
    try (AtomicFile file = AtomicFile.at(kernel, Path.of(path), flags.options())) {
      warnOfItself(file);
      try (PendingUpdate update = file.beginUpdate()) {
        int status = run(kernel, file, update, command);
        if (status == 0) update.commit();
        return status;
      }
    }
  }

  private void warnOfItself(AtomicFile file) {
    String outer = parley.shell().environment().getOrDefault("PARLEY_FILE", "");
    if (outer.equals(file.path())) {
      parley
          .shell()
          .say(outer + " is being updated by the command this runs in (PARLEY_FILE): it waits");
    }
  }

  private int run(Kernel kernel, AtomicFile file, PendingUpdate update, List<String> command)
      throws IOException {
    try (Fd none = kernel.openAt(Fd.CWD, "/dev/null", Open.READ_ONLY, 0)) {
      Map<Integer, Fd> descriptors = new TreeMap<>();
      descriptors.put(0, update.before().orElse(none));
      descriptors.put(1, update.after());
      if (!close) descriptors.put(LOCK_DESCRIPTOR, update.lock());
      Map<String, String> variables = Map.of("PARLEY_FILE", file.path());
      return FilterCommand.run(kernel, parley.shell(), command, variables, descriptors);
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
