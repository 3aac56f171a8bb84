package dev.parley.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import dev.parley.sys.SpawnRequest;
import dev.parley.sys.WaitStatus;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A command at work on one message.
///
/// ```text
///   0  the payload: an unlinked file, so neither side can block the other, however large it is and
///      whether or not the command reads it
///   1  our standard output
///   2  a pipe: what comes is passed on to our standard error, and its end is kept
///  30  the member's locked descriptor: the member lives until the last descendant of the command has gone
/// ```
///
/// It leads a process group of its own, so that a Ctrl-C meant for us does not reach it and one
/// kill reaches all its descendants.
final class Child implements AutoCloseable {
  /// Above what shell scripts number themselves, below what shells hide away.
  private static final int MEMBER_DESCRIPTOR = 30;

  private static final int KEPT_BYTES = 8 << 10;
  private static final int READ_BYTES = 8 << 10;
  private static final int MOST_READS_AFTER_EXIT = 16;

  private static final int TERM = 15;
  private static final int KILL = 9;
  private static final long GRACE_NANOS = 5_000_000_000L;

  private static final long STDERR = 1;
  private static final long EXIT = 2;
  private static final long CANCEL = 3;

  private final Kernel kernel;
  private final OutputStream passOn;
  private final Fd stderr;
  private final int pid;
  private final byte[] buffer = new byte[READ_BYTES];
  private final byte[] tail = new byte[KEPT_BYTES];
  private int tailLength;
  private boolean cut;
  private boolean cancelled;
  private boolean overdue;
  private @Nullable WaitStatus status;

  private Child(Kernel kernel, OutputStream passOn, Fd stderr, int pid) {
    this.kernel = kernel;
    this.passOn = passOn;
    this.stderr = stderr;
    this.pid = pid;
  }

  /// Starts `command`.
  ///
  /// @param passOn where its standard error goes as it comes
  /// @throws ErrnoException ENOENT, EACCES, ENOEXEC: it cannot be run; E2BIG, EINVAL: not with this
  ///   environment
  static Child start(
      Kernel kernel,
      List<String> command,
      Map<String, String> environment,
      byte[] payload,
      Fd member,
      OutputStream passOn)
      throws ErrnoException {
    Fd[] pipe = kernel.pipe();
    try (Fd in = unlinkedFile(kernel, payload);
        Fd err = pipe[1]) {
      Map<Integer, Fd> descriptors = Map.of(0, in, 2, err, MEMBER_DESCRIPTOR, member);
      int pid = kernel.spawn(new SpawnRequest(command, environment, descriptors, true));
      return new Child(kernel, passOn, pipe[0], pid);
    } catch (ErrnoException e) {
      pipe[0].close();
      throw e;
    }
  }

  /// Says now what would otherwise cost a message an attempt.
  ///
  /// @throws IOException if the folder for payloads is missing or full
  static void requireTemporaryFiles(Kernel kernel) throws IOException {
    try (Fd _ = unlinkedFile(kernel, new byte[1])) {
      // It was made and filled.
    } catch (ErrnoException e) {
      throw new IOException(
          "commands read their message from a file in TMPDIR, %s: set it to a folder with room: %s"
              .formatted(temporaryFolder(), e.getMessage()),
          e);
    }
  }

  private static String temporaryFolder() {
    return System.getenv().getOrDefault("TMPDIR", "/tmp");
  }

  private static Fd unlinkedFile(Kernel kernel, byte[] content) throws ErrnoException {
    String path =
        Path.of(temporaryFolder(), ".parley-" + UUID.randomUUID()).toAbsolutePath().toString();
    int flags = Open.READ_WRITE | Open.CREATE | Open.EXCLUSIVE;
    Fd file = kernel.openAt(Fd.CWD, path, flags, 0600);
    boolean filled = false;
    try {
      kernel.unlinkAt(Fd.CWD, path);
      // By position, so that the offset the command starts at is 0.
      for (int at = 0; at < content.length; ) {
        at += kernel.writeAt(file, at, content, at, content.length - at);
      }
      filled = true;
      return file;
    } finally {
      if (!filled) file.close();
    }
  }

  /// Waits for its end. What makes it end early is SIGTERM to its process group, and SIGKILL after
  /// a grace.
  ///
  /// @param deadline [System#nanoTime] at which it is overdue; [Long#MAX_VALUE] is never
  /// @param cancel an eventfd whose signal cancels it
  /// @param onOverdue called before an overdue command is told to end
  WaitStatus await(long deadline, Fd cancel, Overdue onOverdue) throws IOException {
    try (Fd process = kernel.pidFd(pid);
        Fd epoll = kernel.epollCreate()) {
      kernel.epollAdd(epoll, stderr, STDERR, false);
      kernel.epollAdd(epoll, process, EXIT, false);
      kernel.epollAdd(epoll, cancel, CANCEL, false);
      long next = deadline;
      while (true) {
        for (long key : kernel.epollWait(epoll, millisUntil(next))) {
          if (key == EXIT) {
            finish(epoll);
            return reap();
          } else if (key == STDERR) {
            if (!readStderr()) kernel.epollRemove(epoll, stderr);
          } else if (key == CANCEL) {
            cancelled = true;
            kernel.epollRemove(epoll, cancel);
            next = terminate();
          }
        }
        if (next == Long.MAX_VALUE || System.nanoTime() - next < 0) continue;
        if (overdue || cancelled) {
          signal(KILL);
          next = Long.MAX_VALUE;
        } else {
          overdue = true;
          onOverdue.run();
          next = terminate();
        }
      }
    }
  }

  /// Something that may fail.
  interface Overdue {
    void run() throws IOException;
  }

  boolean wasCancelled() {
    return cancelled;
  }

  boolean wasOverdue() {
    return overdue;
  }

  /// The last of what it wrote to standard error.
  String lastStderr() {
    return (cut ? "…" : "") + new String(tail, 0, tailLength, UTF_8);
  }

  /// Kills what is left of it.
  @Override
  public void close() {
    try {
      if (status == null) {
        signal(KILL);
        status = kernel.waitFor(pid, true);
      }
    } catch (ErrnoException e) {
      // It has ended.
    }
    stderr.close();
  }

  private long terminate() throws ErrnoException {
    signal(TERM);
    return System.nanoTime() + GRACE_NANOS;
  }

  private void signal(int signal) throws ErrnoException {
    try {
      kernel.kill(-pid, signal);
    } catch (ErrnoException e) {
      if (!e.is(Errno.ESRCH)) throw e;
    }
  }

  /// Takes what is left in the pipe. A descendant may hold it open, so does not wait for its end.
  private void finish(Fd epoll) throws IOException {
    for (int i = 0; i < MOST_READS_AFTER_EXIT; i++) {
      boolean more = false;
      for (long key : kernel.epollWait(epoll, 0)) more |= key == STDERR && readStderr();
      if (!more) return;
    }
  }

  private WaitStatus reap() throws ErrnoException {
    // Before it is reaped, while its number is nobody else's.
    if (cancelled || overdue) signal(KILL);
    WaitStatus ended = kernel.waitFor(pid, true);
    if (ended == null) throw new IllegalStateException("process " + pid + " did not end");
    status = ended;
    return ended;
  }

  /// @return false at its end
  private boolean readStderr() throws IOException {
    int count = kernel.read(stderr, buffer, 0, buffer.length);
    passOn.write(buffer, 0, count);
    keep(count);
    return count > 0;
  }

  private void keep(int count) {
    int surplus = tailLength + count - KEPT_BYTES;
    if (surplus > 0) {
      cut = true;
      System.arraycopy(tail, surplus, tail, 0, tailLength - surplus);
      tailLength -= surplus;
    }
    System.arraycopy(buffer, 0, tail, tailLength, count);
    tailLength += count;
  }

  private static int millisUntil(long nanoTime) {
    if (nanoTime == Long.MAX_VALUE) return -1;
    long nanos = nanoTime - System.nanoTime();
    return Math.clamp((nanos + 999_999) / 1_000_000, 0, Integer.MAX_VALUE);
  }
}
