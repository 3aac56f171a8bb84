package dev.parley.cli;

import dev.parley.primitive.atomic.AtomicFile;
import dev.parley.primitive.atomic.Replacement;
import dev.parley.primitive.atomic.WriteOptions;
import dev.parley.primitive.file.Place;
import dev.parley.primitive.file.UnnamedFile;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/// `parley write`.
@Command(
    name = "write",
    header = "Replaces a file as a whole, by standard input or by what a command prints.",
    customSynopsis = {
      "parley write PATH [OPTIONS] <INPUT",
      "       parley write PATH [OPTIONS] -- CMD [ARG...]"
    },
    description = {
      "Whoever reads the file finds the old content or the new one, never a part."
          + " Owner, group, mode, ACL and user.* attributes are kept.",
      "The end of a pipe does not say whether its writer had finished or died. So do not pipe"
          + " into it what may fail half-way: give it the command, whose output is installed"
          + " only if it ends with 0."
    },
    exitCodeList = {
      "0:it has the new content",
      "1:--create, and it is there",
      "N:the command's own status; 128 and the signal that ended it",
      ExitCode.HELP_USAGE,
      "65:nothing came, and no --empty",
      "69:the command cannot be run, or not available here",
      ExitCode.HELP_IO,
      "75:somebody else was changing it for longer than --wait",
      ExitCode.HELP_NOT_PERMITTED
    },
    footer = {
      "",
      "Unless the exit code is 0, or 74 with a message that says otherwise, the file is as it",
      "was.",
      "",
      "Examples:",
      "  parley write /etc/app.conf --mode 644 --backup app.conf.old -- generate-config",
      "  echo 17 | parley write build-number"
    })
final class WriteCommand implements Callable<Integer> {
  private static final int COPY_BYTES = 64 << 10;

  @ParentCommand Parley parley;
  @Spec CommandSpec spec;
  @Mixin WriteFlags flags = new WriteFlags();

  @Parameters(
      arity = "0..*",
      paramLabel = "PATH -- CMD",
      description = "The file; then, after --, the command whose output it shall contain.")
  List<String> words = new ArrayList<>();

  @Option(names = "--create", description = "Only if there is no such file.")
  boolean create;

  @Option(names = "--empty", description = "Take nothing on standard input for an empty file.")
  boolean empty;

  @Option(
      names = "--checksum",
      description = "End the file with the line `# sha256 HEX` of what is before it.")
  boolean checksum;

  @Override
  public Integer call() throws Exception {
    List<String> command = CommandTail.of(spec, words);
    Path path = path(words.subList(0, words.size() - command.size()));
    WriteOptions options = flags.options().withChecksum(checksum);
    Kernel kernel = Kernel.linux();
    try (AtomicFile file = AtomicFile.at(kernel, path, options);
        Replacement replacement = file.replace()) {
      if (command.isEmpty()) {
        long copied = parley.shell().in().transferTo(replacement);
        if (copied == 0 && !empty) return nothingCame(file);
      } else {
        int status = run(kernel, path, command, replacement);
        if (status != 0) return status;
      }
      return commit(file, replacement);
    }
  }

  private Path path(List<String> names) {
    if (names.isEmpty() || names.getFirst().isEmpty()) throw usage("which file? give its PATH");
    if (names.size() > 1) throw usage("one word too many: '" + names.get(1) + "'");
    return Path.of(names.getFirst());
  }

  private int nothingCame(AtomicFile file) {
    parley
        .shell()
        .say(
            "nothing came on standard input, so "
                + file.path()
                + " stays as it was; --empty if it shall be empty");
    return ExitCode.DATA;
  }

  /// The command writes to a file of its own: what a descendant writes there later changes nothing.
  private int run(Kernel kernel, Path path, List<String> command, Replacement replacement)
      throws IOException {
    CommandRunner.requireProgram(command.getFirst(), parley.shell().environment());
    try (Place place = Place.of(kernel, path);
        UnnamedFile output = UnnamedFile.in(place.dir())) {
      Map<Integer, Fd> descriptors = Map.of(1, output.fd());
      int status = FilterCommand.run(kernel, parley.shell(), command, Map.of(), descriptors);
      if (status == 0) copy(kernel, output.fd(), replacement);
      return status;
    }
  }

  private static void copy(Kernel kernel, Fd from, Replacement to) throws IOException {
    long size = kernel.status(from).sizeBytes();
    byte[] buffer = new byte[COPY_BYTES];
    for (long at = 0; at < size; ) {
      int count = kernel.readAt(from, at, buffer, 0, (int) Math.min(buffer.length, size - at));
      if (count == 0) return;
      to.write(buffer, 0, count);
      at += count;
    }
  }

  private int commit(AtomicFile file, Replacement replacement)
      throws IOException, InterruptedException {
    if (!create) {
      replacement.commit();
    } else if (!replacement.commitIfAbsent()) {
      parley.shell().say(file.path() + " is there already");
      return ExitCode.NOTHING;
    }
    return ExitCode.DONE;
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
