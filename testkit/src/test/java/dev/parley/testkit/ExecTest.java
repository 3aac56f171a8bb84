package dev.parley.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A JVM that becomes another program.
class ExecTest {
  @TempDir private Path dir;

  /// Locks the file, opens another one that the JDK leaves open for children, and becomes a shell.
  static final class Becoming {
    public static void main(String[] arguments) throws Exception {
      Kernel kernel = Kernel.linux();
      Path dir = Path.of(arguments[0]);
      Fd lock = kernel.openAt(Fd.CWD, dir + "/lock", Open.READ_WRITE | Open.CREATE, 0600);
      Fd kept = kernel.duplicate(lock, 30);
      kernel.trySetPosixLock(kept, LockKind.EXCLUSIVE, 0, 0);
      try {
        kernel.exec(List.of("no-such-command"), Map.of(), List.of(lock, kept));
      } catch (ErrnoException e) {
        System.out.println(e.getMessage());
      }
      try (RandomAccessFile leaked = new RandomAccessFile(dir + "/leaked", "rw")) {
        System.out.println("pid " + ProcessHandle.current().pid() + leaked.length());
        String script =
            "echo became $$ $COLOUR; ls -l /proc/$$/fd | grep -c leaked; kill -s QUIT $$; read gate";
        kernel.exec(
            List.of("sh", "-c", script),
            Map.of("COLOUR", "red", "PATH", "/usr/bin:/bin"),
            List.of(lock, kept));
      }
    }
  }

  @Test
  void keepsItsPidTheNamedDescriptorsAndAPosixLock() throws Exception {
    try (ProcessHarness processes = new ProcessHarness()) {
      Child child = processes.java(Becoming.class, dir.toString());
      child.awaitLine("execvpe no-such-command: no such file or directory (ENOENT)");
      child.awaitLine("pid " + child.pid());
      assertThat(child.awaitLine("became")).isEqualTo("became " + child.pid() + " red");
      child.awaitLine("0");
      // SIGQUIT, which the JVM blocks and handles, ends a shell.
      assertThat(child.awaitExit()).isEqualTo(128 + 3);
      Kernel kernel = Kernel.linux();
      try (Fd lock = kernel.openAt(Fd.CWD, dir + "/lock", Open.READ_WRITE, 0)) {
        assertThat(kernel.isLockedByOther(lock, LockKind.SHARED, 0, 0)).isFalse();
      }
    }
  }

  @Test
  void thePosixLockIsThereAsLongAsTheProgramIs() throws Exception {
    try (ProcessHarness processes =
        new ProcessHarness().through("sh", "-c", "trap '' QUIT; exec \"$@\"", "sh")) {
      Child child = processes.java(Becoming.class, dir.toString());
      child.awaitLine("became");
      Kernel kernel = Kernel.linux();
      try (Fd lock = kernel.openAt(Fd.CWD, dir + "/lock", Open.READ_WRITE, 0)) {
        assertThat(kernel.isLockedByOther(lock, LockKind.SHARED, 0, 0)).isTrue();
        child.kill();
        assertThat(kernel.isLockedByOther(lock, LockKind.SHARED, 0, 0)).isFalse();
      }
    }
  }
}
