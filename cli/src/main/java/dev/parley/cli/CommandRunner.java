package dev.parley.cli;

import dev.parley.Claim;
import dev.parley.ClaimLostException;
import dev.parley.Failure;
import dev.parley.Message;
import dev.parley.Space;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.WaitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// Runs a command for each message: exit 0 acknowledges it, 65 sends it to the dead letters at
/// once, anything else makes it come again after the queue's back-off.
final class CommandRunner implements ConsumeLoop.Handler, AutoCloseable {
  private static final int BAD_DATA = 65;

  private static final long MARGIN_NANOS = 1_000_000_000L;

  /// A claim is prolonged by this while an overdue command is being ended.
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Kernel kernel;
  private final Space space;
  private final Shell shell;
  private final List<String> command;
  private final Function<Claim, Map<String, String>> origin;
  private final Duration lease;
  private final Map<String, String> inherited;
  private final Fd cancel;

  /// @param origin variables that say where a message came from
  /// @param lease how long a claim lasts, and so the command may; zero is without limit
  CommandRunner(
      Kernel kernel,
      Space space,
      Shell shell,
      List<String> command,
      Function<Claim, Map<String, String>> origin,
      Duration lease)
      throws IOException {
    this.kernel = kernel;
    this.space = space;
    this.shell = shell;
    this.command = List.copyOf(command);
    this.origin = origin;
    this.lease = lease;
    this.inherited = Environment.exact(kernel);
    this.cancel = kernel.eventFd();
  }

  /// Says now what would otherwise cost a message an attempt.
  ///
  /// @throws CommandNotFoundException if the program is not there or may not be run
  static void requireProgram(String program, Map<String, String> environment)
      throws CommandNotFoundException {
    String path = environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin");
    List<String> places = program.contains("/") ? List.of("") : List.of(path.split(":"));
    for (String place : places) {
      try {
        Path file = Path.of(place, program);
        if (Files.isExecutable(file) && !Files.isDirectory(file)) return;
      } catch (InvalidPathException e) {
        // No file can be called that.
      }
    }
    throw notFound(
        program, places.size() > 1 ? "not found in PATH" : "no such program, or not executable");
  }

  /// Ends the commands that run: their messages are given back.
  void cancel() {
    try {
      kernel.signal(cancel);
    } catch (ErrnoException e) {
      shell.say(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    cancel.close();
  }

  @Override
  public void handle(Claim claim) throws IOException {
    String id = claim.message().id();
    try (Child child = start(claim)) {
      WaitStatus status = child.await(deadline(), cancel, () -> claim.extend(ENDING));
      if (child.wasCancelled()) return;
      conclude(claim, child, status);
    } catch (ClaimLostException e) {
      shell.say("message " + id + ": " + e.getMessage());
    } catch (UnsuitableMessageException e) {
      claim.reject(e.getMessage());
    }
  }

  private Child start(Claim claim) throws IOException, UnsuitableMessageException {
    try {
      byte[] payload = claim.message().payload();
      Fd member = space.self().descriptor();
      return Child.start(kernel, command, environment(claim), payload, member, shell.err());
    } catch (ErrnoException e) {
      if (!e.call().startsWith("posix_spawn")) throw e;
      switch (e.errno()) {
        case ENOENT, EACCES, EPERM, ENOEXEC, ENOTDIR, EISDIR, ELOOP ->
            throw notFound(command.getFirst(), e.errno().reason());
        case E2BIG, EINVAL ->
            throw new UnsuitableMessageException("its headers do not fit into an environment");
        default -> throw e;
      }
    }
  }

  private void conclude(Claim claim, Child child, WaitStatus status) throws IOException {
    if (status.shellStatus() == 0 && !child.wasOverdue()) {
      claim.ack();
      return;
    }
    Failure failure = failure(child, status);
    String queue = origin.apply(claim).getOrDefault("PARLEY_QUEUE", "");
    Message message = claim.message();
    shell.say(
        queue
            + ": message "
            + message.id()
            + ", attempt "
            + message.attempt()
            + ": "
            + failure.reason());
    if (status.exitCode() == BAD_DATA) {
      claim.reject(failure);
    } else {
      claim.nack(failure);
    }
  }

  private Failure failure(Child child, WaitStatus status) {
    Map<String, String> details = new LinkedHashMap<>();
    String reason;
    if (status.signal() == 0) {
      details.put("exit", String.valueOf(status.exitCode()));
      reason = "exit status " + status.exitCode();
    } else {
      details.put("signal", String.valueOf(status.signal()));
      reason = "killed by signal " + status.signal();
    }
    if (child.wasOverdue())
      reason = "still ran when its lease of " + Durations.exact(lease) + " was over";
    details.put("stderr", child.lastStderr());
    return Failure.of(reason).withDetails(details);
  }

  /// A little before the lease is over, so that nobody else gets the message while the command
  /// still runs.
  private long deadline() {
    if (lease.isZero()) return Long.MAX_VALUE;
    return System.nanoTime() + lease.toNanos() - Math.min(lease.toNanos() / 10, MARGIN_NANOS);
  }

  private Map<String, String> environment(Claim claim) {
    Map<String, String> variables = new HashMap<>(inherited);
    // When this is itself a command of another worker: its message is not ours.
    variables.keySet().removeIf(name -> name.startsWith("PARLEY_HEADER_"));
    variables.remove("PARLEY_TOPIC");
    Message message = claim.message();
    message.headers().forEach((name, value) -> variables.put(variable(name), value));
    variables.put("PARLEY_SPACE", space.path().toAbsolutePath().toString());
    variables.put("PARLEY_ID", message.id());
    variables.put("PARLEY_ATTEMPT", String.valueOf(message.attempt()));
    variables.put("PARLEY_PRIORITY", String.valueOf(message.priority()));
    variables.put("PARLEY_TOKEN", String.valueOf(claim.token()));
    variables.putAll(origin.apply(claim));
    return variables;
  }

  private static String variable(String header) {
    return "PARLEY_HEADER_" + header.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static CommandNotFoundException notFound(String program, String reason) {
    return new CommandNotFoundException("cannot run " + program + ": " + reason);
  }

  /// The command cannot be started with this message, now or ever.
  private static final class UnsuitableMessageException extends Exception {
    private static final long serialVersionUID = 1;

    UnsuitableMessageException(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
