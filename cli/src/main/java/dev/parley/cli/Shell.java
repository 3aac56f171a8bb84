package dev.parley.cli;

import dev.parley.sys.Kernel;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// What the shell gave this process. Data goes to `out`, talk to `err`.
///
/// @param out unbuffered; what fails there is a [StdoutException]
record Shell(
    InputStream in,
    OutputStream out,
    PrintStream err,
    Map<String, String> environment,
    boolean outIsTerminal,
    boolean errIsTerminal) {

  static Shell ofProcess() {
    return new Shell(
        new FileInputStream(FileDescriptor.in),
        new Stdout(Kernel::linux),
        System.err,
        System.getenv(),
        isTerminal(1),
        isTerminal(2));
  }

  /// Where help and the version go: `out`, without waiting for the kernel's calls to load, which
  /// takes as long as all that help needs otherwise.
  OutputStream helpOut() {
    return out instanceof Stdout ? new FileOutputStream(FileDescriptor.out) : out;
  }

  boolean color() {
    return outIsTerminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }

  boolean debug() {
    return environment.getOrDefault("PARLEY_DEBUG", "").equals("1");
  }

  /// Says something to the person at the shell.
  void say(String message) {
    say(message, err);
  }

  static void say(String message, PrintStream err) {
    err.println("parley: " + Printable.lines(message));
  }

  /// Shows where it was thrown, with PARLEY_DEBUG=1.
  void debug(Throwable thrown) {
    if (debug()) trace(thrown, err);
  }

  static void trace(Throwable thrown, PrintStream err) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace));
    err.print(Printable.lines(trace.toString()));
  }

  private static boolean isTerminal(int descriptor) {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }
}
