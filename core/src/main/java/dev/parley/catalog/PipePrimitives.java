package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// Pipes with and without a name. Source: book 4.4.1.
final class PipePrimitives {
  private static final String PAGE = "fifos.md";

  private PipePrimitives() {}

  static List<Primitive> all() {
    return List.of(fifo(), anonymousPipe());
  }

  private static Entry pipe(String name, String title, String summary) {
    return Entry.of(Family.PIPES, name, title, summary)
        .is(ROLE, Role.STREAM)
        .is(DIRECTION, Direction.ONE_WAY)
        .is(
            SYNCHRONISATION,
            Synchronisation.BLOCKING,
            Synchronisation.NON_BLOCKING,
            Synchronisation.SELECTABLE)
        .is(ORDERING, Ordering.FIFO, Ordering.CAUSAL)
        .but("one buffer: what was written first is read first")
        .is(SENDERS, Senders.MANY)
        .but("writes of at most PIPE_BUF, 4,096 bytes on Linux, are not mixed with others")
        .is(RECEIVERS, Receivers.SHARED)
        .but("readers split the bytes between them; tee(2) copies to other pipes")
        .is(MESSAGE_SIZE, MessageSize.STREAM)
        .is(BUFFERING, Buffering.KERNEL)
        .but("16 pages, 64 KiB; F_SETPIPE_SZ up to fs.pipe-max-size, 1 MiB")
        .is(TRANSFER, Transfer.SPLICED)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.RELEASED, Death.LOST, Death.TORN)
        .but("the other end sees the end of file or EPIPE; what was read is gone")
        .is(REACH, Reach.HOST)
        .is(SHELL, Shell.EVERYDAY)
        .page(PAGE);
  }

  private static Primitive fifo() {
    return pipe(
            "fifo",
            "FIFO (named pipe)",
            "A pipe that is found by a path: what is written at one end is read at the other.")
        .aka("named-pipe", "mkfifo")
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("the name stays until it is unlinked; bytes go with the last open end")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .is(SECURITY, Protection.ACCESS_CHECKED, Protection.COPIED)
        .is(RENDEZVOUS, Rendezvous.PATH)
        .is(NAMESPACE, Namespace.MOUNT)
        .is(FILESYSTEM, Filesystem.SPECIAL_FILES)
        .but("on a network filesystem it joins processes of one host only")
        .is(SHELL, Shell.EVERYDAY)
        .but("mkfifo FIFO; cat FIFO & echo LINE >FIFO; wait")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .but("named pipes on Windows are something else")
        .uses("commands to a daemon from scripts", "a stream between two programs", "a wake-up")
        .guarantees(
            "Bytes come out in the order in which they went in.",
            "A write of at most PIPE_BUF bytes comes out in one piece.",
            "A full pipe holds the writer back.",
            "A reader sees the end when the last writer is gone, a writer EPIPE when the last reader"
                + " is.")
        .promisesNot(
            "Boundaries between messages.",
            "That a write above PIPE_BUF is not mixed with those of others.",
            "Delivery: what lies in the pipe goes with the last open end.",
            "Each reader its copy.",
            "That there is one: >PATH makes a regular file where none is, and waits where nobody"
                + " reads.")
        .security(
            "Who can write can say anything, who can read takes it from the others.",
            "Another file may take its place between look and open: look at the descriptor.",
            "A reader that does not read stops the writers, SIGPIPE kills them; a FIFO planted where"
                + " a file was expected stops who opens it without O_NONBLOCK.",
            "Any reader sees what was meant for another; the kernel does not say who wrote.")
        .in("dev.parley.primitive.fifo.FifoReader")
        .in("dev.parley.primitive.fifo.FifoWriter")
        .in("dev.parley.primitive.fifo.Broadcaster")
        .remark("with frames, so that messages of any size stay whole")
        .from("man 7 fifo", "man 7 pipe", "book 4.4.1");
  }

  private static Primitive anonymousPipe() {
    return pipe(
            "anonymous-pipe",
            "Anonymous pipe",
            "A pipe between processes that inherited its two descriptors, or were passed them.")
        .aka("pipe")
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .is(PERMISSIONS, Permission.DESCRIPTOR)
        .is(SECURITY, Protection.UNREACHABLE, Protection.COPIED)
        .but("but the same user gets in through /proc/PID/fd; spliced pages may change")
        .is(RENDEZVOUS, Rendezvous.DESCRIPTOR)
        .is(NAMESPACE, Namespace.NONE)
        .is(FILESYSTEM, Filesystem.NONE)
        .is(SHELL, Shell.EVERYDAY)
        .but("CMD | sort")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS)
        .uses("the output of one program as the input of the next", "a child's results")
        .guarantees(
            "Bytes come out in the order in which they went in.",
            "A write of at most PIPE_BUF bytes comes out in one piece.",
            "A full pipe holds the writer back.",
            "Nobody finds it by a name.")
        .promisesNot(
            "Boundaries between messages.",
            "An end of file as long as a forgotten duplicate of the writing end is open.",
            "Both ways: that is two pipes, or a socket pair.")
        .security(
            "Who holds an end may use it; there is nothing to check.",
            "Close-on-exec set after pipe(2) comes too late for a program started in between:"
                + " pipe2(2).",
            "A reader that does not read stops the writers; SIGPIPE kills a writer that did not"
                + " expect it.",
            "The same user can open /proc/PID/fd/N.")
        .remark("the JDK's ProcessBuilder makes them; between processes that meet, see fifo")
        .from("man 7 pipe", "man 2 pipe", "book 4.1, 14.2");
  }
}
