package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// What wakes without a name in any filesystem, for comparison. Source: book 4.2, 14.6.
final class NamelessPrimitives {
  private NamelessPrimitives() {}

  static List<Primitive> all() {
    return List.of(eventfd(), futex(), signals());
  }

  private static Primitive eventfd() {
    return Entry.of(
            Family.NOT_FILES,
            "eventfd",
            "eventfd(2)",
            "A 64-bit counter behind a descriptor: a write adds, a read takes, poll(2) waits.")
        .is(ROLE, Role.NOTIFICATION)
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .is(DIRECTION, Direction.ONE_WAY)
        .is(
            SYNCHRONISATION,
            Synchronisation.BLOCKING,
            Synchronisation.NON_BLOCKING,
            Synchronisation.SELECTABLE)
        .is(ORDERING, Ordering.UNORDERED)
        .but("counts add up")
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.SHARED)
        .but("a read takes the whole count, or 1 with EFD_SEMAPHORE")
        .is(MESSAGE_SIZE, MessageSize.WORD)
        .atMost(8)
        .is(BUFFERING, Buffering.KERNEL)
        .but("one counter")
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.LOST)
        .but("a count that a dead process had read")
        .is(PERMISSIONS, Permission.DESCRIPTOR)
        .is(SECURITY, Protection.UNREACHABLE)
        .is(RENDEZVOUS, Rendezvous.DESCRIPTOR)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.NONE)
        .is(FILESYSTEM, Filesystem.NONE)
        .is(SHELL, Shell.NONE)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD)
        .but("Linux 2.6.22; FreeBSD 13")
        .uses("to wake a thread that sleeps in poll(2)", "a wake-up beside a ring in shared memory")
        .guarantees(
            "A write that returned is in the count of the next read.",
            "Cheaper than a pipe, and one descriptor instead of two.")
        .promisesNot("To say who wrote, or how often.", "A name: it must be inherited or passed.")
        .security(
            "Who holds the descriptor can read and write.",
            "None of its own.",
            "Whoever reads it takes the wake-up from the others.",
            "The counter is visible in /proc/PID/fdinfo.")
        .remark("Parley wakes its own threads by it; between processes see fifo and inotify")
        .from("man 2 eventfd", "book 14.6.1");
  }

  private static Primitive futex() {
    return Entry.of(
            Family.NOT_FILES,
            "futex",
            "futex(2)",
            "Sleep while a word in shared memory has a value; whoever changes it wakes the"
                + " sleepers.")
        .is(ROLE, Role.NOTIFICATION)
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("the kernel knows it only while somebody sleeps")
        .is(DIRECTION, Direction.NONE)
        .is(SYNCHRONISATION, Synchronisation.BLOCKING)
        .but("not by poll(2); futex_waitv(2) waits for several since Linux 5.16")
        .is(ORDERING, Ordering.UNORDERED)
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.SHARED)
        .but("a wake says how many")
        .is(MESSAGE_SIZE, MessageSize.NONE)
        .but("32 bits are compared; data lies in the memory")
        .is(BUFFERING, Buffering.NONE)
        .is(TRANSFER, Transfer.NONE)
        .is(PERFORMANCE, Performance.MEMORY)
        .is(DEATH, Death.STALE)
        .but("a robust list lets the kernel mark the words of a dead owner")
        .is(PERMISSIONS, Permission.FILE_MODE)
        .but("whatever let the process map the memory")
        .is(SECURITY, Protection.ADVISORY)
        .is(RENDEZVOUS, Rendezvous.ADDRESS)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.NONE)
        .but("as the memory; but owners are thread ids, of one PID namespace")
        .is(FILESYSTEM, Filesystem.SHARED_MAPPINGS)
        .is(SHELL, Shell.NONE)
        .is(PLATFORMS, Platform.LINUX)
        .but("elsewhere under other names: _umtx_op(2), os_sync_wait_on_address, WaitOnAddress")
        .uses("locks, conditions and rings in shared memory")
        .guarantees(
            "Comparing and going to sleep are one step: no wake-up is missed.",
            "No system call as long as nobody has to sleep.")
        .promisesNot(
            "That a sleeper which returns finds what it waited for: it must look again.",
            "To notice a death, without a robust list.",
            "Fairness.")
        .security(
            "Who can write the word can wake, or let sleep, everybody.",
            "A value may change between wake-up and look: use compare-and-set.",
            "A peer that never wakes lets others sleep: wait with a time limit.",
            "None of its own.")
        .remark("under Parley's structures in shared memory")
        .from("man 2 futex", "man 2 get_robust_list", "book 14.6.1");
  }

  private static Primitive signals() {
    return Entry.of(
            Family.NOT_FILES,
            "signals",
            "Signals",
            "A number sent to a process or a process group, which interrupts it: kill(2),"
                + " sigqueue(3).")
        .aka("signal", "kill")
        .is(ROLE, Role.NOTIFICATION)
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("pending ones go with the process")
        .is(DIRECTION, Direction.ONE_WAY, Direction.MULTICAST)
        .but("to one process, or to a process group")
        .is(
            SYNCHRONISATION,
            Synchronisation.BLOCKING,
            Synchronisation.NON_BLOCKING,
            Synchronisation.SELECTABLE)
        .but("a handler interrupts; sigwaitinfo(2) waits; signalfd(2) makes it a descriptor")
        .is(ORDERING, Ordering.UNORDERED)
        .but("real-time signals: lowest number first, in order within a number")
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.ONE)
        .but("each process that is addressed")
        .is(MESSAGE_SIZE, MessageSize.WORD)
        .but("a number; with sigqueue(3) an int or pointer more")
        .is(BUFFERING, Buffering.KERNEL)
        .but("one of each standard signal; real-time signals queue up to RLIMIT_SIGPENDING")
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.LOST)
        .is(PERMISSIONS, Permission.SAME_USER)
        .but("or CAP_KILL; SIGCONT within a session")
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PID)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.PID)
        .is(FILESYSTEM, Filesystem.NONE)
        .is(SHELL, Shell.EVERYDAY)
        .but("trap 'echo LINE' HUP; kill -HUP $$")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .but("POSIX.1; macOS has no real-time signals")
        .uses("reload, terminate, stop and go on")
        .guarantees(
            "SIGKILL and SIGSTOP cannot be caught, blocked or ignored.",
            "A blocked signal stays pending until it is unblocked or accepted.")
        .promisesNot(
            "A count: standard signals that are pending merge into one.",
            "Safe code in a handler: few functions are async-signal-safe.",
            "That the PID is still the process that was meant.")
        .security(
            "The sender's real or effective user must be the target's real or saved one, or CAP_KILL.",
            "A PID may be used again before kill(2): pidfd_send_signal(2), Linux 5.1.",
            "Signals interrupt system calls: every caller must bear EINTR.",
            "kill(PID, 0) tells everybody whether a PID exists.")
        .remark("commands that Parley runs get TERM, then KILL; nothing is said by signals")
        .from("man 7 signal", "man 2 kill", "book 14.6.1");
  }
}
