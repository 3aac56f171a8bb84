package dev.parley.cli;

import dev.parley.InvalidNameException;
import dev.parley.ParleyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells the person at the shell what went wrong, in words; the stack trace only with
/// PARLEY_DEBUG=1.
final class Errors {
  private Errors() {}

  /// @return the exit code
  static int report(Throwable thrown, Shell shell) {
    if (thrown instanceof ParameterException e) return usage(e, shell);
    Throwable e =
        thrown instanceof UncheckedIOException u && u.getCause() != null ? u.getCause() : thrown;
    if (!(e instanceof StdoutException stdout && stdout.isBrokenPipe())) {
      shell.say(inWords(e));
      shell.debug(e);
    }
    return ExitCode.of(e);
  }

  static int usage(ParameterException e, Shell shell) {
    CommandLine command = e.getCommandLine();
    shell.say(inWords(e));
    if (e instanceof UnmatchedArgumentException unmatched) {
      unmatched.getSuggestions().stream()
          .findFirst()
          .ifPresent(s -> shell.say("did you mean " + s + "?"));
    }
    shell.say("try `" + command.getCommandSpec().qualifiedName() + " --help`");
    shell.debug(e);
    return ExitCode.USAGE;
  }

  private static String inWords(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String word = unmatched.getUnmatched().getFirst();
      boolean isCommand = e.getCommandLine().getParent() == null;
      if (!isCommand) return "one word too many: '" + word + "'";
      return "there is no command " + (word.isEmpty() ? "''" : word);
    }
    return plain(String.valueOf(e.getMessage()).replaceFirst("^Error: ", ""));
  }

  /// Choices as one types them, and numbers without Java's types.
  private static String plain(String picoclis) {
    String message =
        picoclis
            .replaceFirst("^Value for option option ", "Value for option ")
            .replaceFirst(" is not an? (int|long)$", " is no number, or too large");
    return Pattern.compile("expected (one of \\[.*\\]) \\(case-insensitive\\)")
        .matcher(message)
        .replaceFirst(choices -> "expected " + choices.group(1).toLowerCase(Locale.ROOT));
  }

  private static String inWords(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return switch (e) {
      case ParleyException _, InvalidNameException _, IllegalArgumentException _ -> message;
      case IOException _ -> message;
      case InterruptedException _ -> "interrupted";
      case UnsupportedOperationException _ -> "not available here: " + message;
      case OutOfMemoryError _ -> "not enough memory: " + message;
      default ->
          "a mistake in parley itself: "
              + e.getClass().getSimpleName()
              + ": "
              + message
              + "; PARLEY_DEBUG=1 shows where";
    };
  }
}
