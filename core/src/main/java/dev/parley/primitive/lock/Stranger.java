package dev.parley.primitive.lock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.Poll;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/// What a PID that somebody wrote into a file says of its writer.
///
/// Dead is only what is so for certain: seen from the host's own PID namespace, no process has the
/// number, nor has one in any inner namespace, as its writer may be in a container. A live process
/// with that number may be another one; it counts as the writer all the same. (Whether it started
/// after the file was written, or the host since then, is a question to a clock that may have been
/// set in between, and a wrong answer would break a lock that is held. Both times are told to
/// people.)
///
/// @param words for people: who it is, and what can be said
record Stranger(boolean isDead, String words) {
  /// How exactly starting times are told.
  private static final Duration TICK = Duration.ofSeconds(1);

  private static final String INITIAL_NAMESPACE = "pid:[4026531836]";

  /// @param written when it wrote, as far as the file's time tells
  static Stranger of(Kernel kernel, long pid, Instant written) throws IOException {
    if (pid <= 0 || pid > Integer.MAX_VALUE) {
      return new Stranger(false, "somebody who wrote no PID");
    }
    String process = "process " + pid;
    if (!isInitialNamespace(kernel)) {
      return new Stranger(
          false, process + " of some PID namespace; in a container none can be judged");
    }
    return switch (life(kernel, (int) pid)) {
      case ALIVE -> new Stranger(false, process + name(kernel, pid) + times(pid, written));
      case ELSEWHERE ->
          new Stranger(false, process + " of a container, or one that may not be seen");
      case DEAD -> new Stranger(true, process + ", which is dead");
    };
  }

  private enum Life {
    ALIVE,
    ELSEWHERE,
    DEAD
  }

  private static Life life(Kernel kernel, int pid) throws IOException {
    try (Fd process = kernel.pidFd(pid)) {
      // Readable once its last thread has ended, be it a zombie or not.
      int[] ended = kernel.poll(List.of(process), new int[] {Poll.IN}, 0);
      if (ended[0] == 0) return Life.ALIVE;
    } catch (ErrnoException e) {
      // EINVAL: of a thread, which lives.
      if (!e.is(Errno.ESRCH)) return Life.ALIVE;
    }
    return isSomebodysInnerNumber(kernel, pid) ? Life.ELSEWHERE : Life.DEAD;
  }

  /// Whether a process has the number in a PID namespace below this one, or may not be seen.
  private static boolean isSomebodysInnerNumber(Kernel kernel, int pid) throws IOException {
    if (text(kernel, "/proc/1/status").isEmpty()) return true; // hidden (hidepid)
    try (Fd proc = kernel.openAt(Fd.CWD, "/proc", Open.READ_ONLY | Open.DIRECTORY, 0)) {
      for (List<String> names = kernel.readDirectory(proc);
          !names.isEmpty();
          names = kernel.readDirectory(proc)) {
        for (String name : names) {
          if (name.matches("[0-9]+") && hasInnerNumber(kernel, name, pid)) return true;
        }
      }
    }
    return false;
  }

  private static boolean hasInnerNumber(Kernel kernel, String process, int pid) throws IOException {
    for (String line : text(kernel, "/proc/" + process + "/status").split("\n")) {
      if (!line.startsWith("NSpid:")) continue;
      String[] numbers = line.split("\\s+");
      for (int i = 2; i < numbers.length; i++) {
        if (numbers[i].equals(String.valueOf(pid))) return true;
      }
    }
    return false;
  }

  /// Whether PIDs here are the host's own. Source: the kernel's PROC_PID_INIT_INO.
  static boolean isInitialNamespace(Kernel kernel) throws IOException {
    try {
      return kernel.readLinkAt(Fd.CWD, "/proc/self/ns/pid").equals(INITIAL_NAMESPACE);
    } catch (ErrnoException e) {
      if (e.is(Errno.ENOENT)) return false; // no /proc
      throw e;
    }
  }

  private static String times(long pid, Instant written) {
    Optional<Instant> started =
        ProcessHandle.of(pid).flatMap(process -> process.info().startInstant());
    if (started.isEmpty()) return ", if the number was not reused";
    return started.get().isAfter(written.plus(TICK))
        ? ", which started at %s, after this was written at %s: it seems to have another's number"
            .formatted(seconds(started.get()), seconds(written))
        : ", running since %s, if the number was not reused".formatted(seconds(started.get()));
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  private static String name(Kernel kernel, long pid) throws IOException {
    String name = text(kernel, "/proc/" + pid + "/comm").strip();
    return name.isEmpty() ? "" : " (" + name + ")";
  }

  /// The beginning of a file of /proc; empty if it is gone or hidden.
  private static String text(Kernel kernel, String path) throws IOException {
    byte[] bytes = new byte[4096];
    int length = 0;
    try (Fd file = kernel.openAt(Fd.CWD, path, Open.READ_ONLY, 0)) {
      int n;
      do {
        n = kernel.read(file, bytes, length, bytes.length - length);
        length += n;
      } while (n > 0 && length < bytes.length);
    } catch (ErrnoException e) {
      boolean gone = e.is(Errno.ENOENT) || e.is(Errno.ESRCH);
      if (!gone && !e.is(Errno.EACCES) && !e.is(Errno.EPERM)) throw e;
    }
    return new String(bytes, 0, length, UTF_8);
  }
}
