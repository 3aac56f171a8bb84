package dev.parley.cli;

import dev.parley.primitive.atomic.WriteOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// How a file is replaced, as `write` and `update` are told.
final class WriteFlags {
  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      description =
          "The file's permission bits from now on, in octal, whatever the umask. Else those it has;"
              + " 0600 if it is new.")
  @Nullable String mode;

  @Option(
      names = "--no-sync",
      description = "Do not wait for the disk: a power cut may undo or empty it.")
  boolean noSync;

  @Option(
      names = "--new-owner",
      description = "Let it become this user's, if its owner cannot be kept.")
  boolean newOwner;

  @Option(
      names = "--backup",
      paramLabel = "NAME",
      description = "Keep the version before under this name in the same directory.")
  @Nullable String backup;

  @Option(
      names = "--wait",
      paramLabel = "D",
      converter = Durations.class,
      description = "Wait at most so long for others who change it. Else without end.")
  @Nullable Duration wait;

  /// @throws ParameterException if a flag says what cannot be
  WriteOptions options() {
    WriteOptions options = WriteOptions.defaults().withDurable(!noSync).withNewOwner(newOwner);
    try {
      if (mode != null) {
        if (!mode.matches("[0-7]{1,4}")) throw usage("'" + mode + "' is no mode such as 0644");
        options = options.withMode(Integer.parseInt(mode, 8));
      }
      if (backup != null) options = options.withBackup(backup);
      return wait == null ? options : options.withAtMost(wait);
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
