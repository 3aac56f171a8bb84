package dev.parley.cli;

import dev.parley.sys.Kernel;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
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
    err.println("parley: " + message);
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
