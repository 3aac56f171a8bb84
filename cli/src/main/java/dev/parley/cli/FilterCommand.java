package dev.parley.cli;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Poll;
import dev.parley.sys.SpawnRequest;
import dev.parley.sys.WaitStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A command whose standard output is what a file shall contain, run to its end.
///
/// It is in parley's process group, so that a terminal's signals reach it; SIGTERM and SIGHUP are
/// passed on. Whoever signals parley does not want the file to be changed: however the command ends
/// then, it has failed. What has not ended after a grace is killed.
final class FilterCommand {
  private static final int INT = 2;
  private static final int KILL = 9;
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Kernel kernel;
  private final Shell shell;
  private final List<String> command;
  private final Fd signalled;
  private int pid;
  private int signal;

  private FilterCommand(Kernel kernel, Shell shell, List<String> command, Fd signalled) {
    this.kernel = kernel;
    this.shell = shell;
    this.command = command;
    this.signalled = signalled;
  }

  /// @param variables added to the environment
  /// @param descriptors the command's, as in [SpawnRequest]
  /// @return 0 if it ended with that and nobody signalled; else its status, or 128 and the signal
  /// @throws CommandNotFoundException if it cannot be run
  static int run(
      Kernel kernel,
      Shell shell,
      List<String> command,
      Map<String, String> variables,
      Map<Integer, Fd> descriptors)
      throws IOException {
    Map<String, String> environment = Environment.exact(kernel);
    environment.putAll(variables);
    try (Fd signalled = kernel.eventFd()) {
      FilterCommand running = new FilterCommand(kernel, shell, command, signalled);
      try (Signals _ = new Signals(running::passOn)) {
        running.start(new SpawnRequest(command, environment, descriptors, false));
        return running.await();
      }
    }
  }

  private synchronized void start(SpawnRequest request) throws IOException {
    try {
      pid = kernel.spawn(request);
    } catch (ErrnoException e) {
      throw CommandNotFoundException.of(command.getFirst(), e);
    }
    if (signal != 0) send(signal);
  }

  private int await() throws IOException {
    try (Fd process = kernel.pidFd(pid)) {
      int[] both = {Poll.IN, Poll.IN};
      boolean ended = kernel.poll(List.of(process, signalled), both, -1)[0] != 0;
      if (!ended && kernel.poll(List.of(process), new int[] {Poll.IN}, GRACE.toNanos())[0] == 0) {
        send(KILL);
      }
    }
    return reap();
  }

  private synchronized int reap() throws IOException {
    WaitStatus status = kernel.waitFor(pid, true);
    pid = 0; // it is somebody else's from now on
    if (status == null) throw new IllegalStateException("the command did not end");
    return signal == 0 ? status.shellStatus() : 128 + signal;
  }

  private synchronized void passOn(int number) {
    if (signal == 0) signal = number;
    if (pid != 0 && number != INT) send(number); // the terminal sends that to the whole group
    try {
      kernel.signal(signalled);
    } catch (ErrnoException | IllegalStateException e) {
      shell.say(String.valueOf(e.getMessage()));
    }
  }

  private synchronized void send(int number) {
    try {
      kernel.kill(pid, number);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ESRCH)) shell.say(String.valueOf(e.getMessage()));
    }
  }
}
