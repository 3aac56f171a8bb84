package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// Locks of the kernel, taken on a descriptor. Source: book 4.3.2, 4.5.1.
final class LockPrimitives {
  static final String PAGE = "locks.md";
  static final String LOCK_FILE = "dev.parley.primitive.lock.LockFile";

  private LockPrimitives() {}

  static List<Primitive> all() {
    return List.of(flock(), ofdLock(), posixLock());
  }

  /// What every lock is like: it lets in, and carries nothing.
  static Entry lock(String name, String title, String summary) {
    return Entry.of(Family.LOCKS, name, title, summary)
        .is(ROLE, Role.EXCLUSION)
        .is(DIRECTION, Direction.NONE)
        .is(ORDERING, Ordering.UNORDERED)
        .but("which of those who wait comes next is not promised")
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.NOBODY)
        .is(MESSAGE_SIZE, MessageSize.NONE)
        .is(BUFFERING, Buffering.NONE)
        .is(TRANSFER, Transfer.NONE)
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .is(SECURITY, Protection.ADVISORY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH)
        .is(NAMESPACE, Namespace.MOUNT)
        .is(FILESYSTEM, Filesystem.ANY)
        .is(SHELL, Shell.TOOL)
        .page(PAGE);
  }

  private static Entry kernelLock(String name, String title, String summary) {
    return lock(name, title, summary)
        .is(ROLE, Role.EXCLUSION, Role.SHARED_EXCLUSION)
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("the lock; its file stays and should, for unlinking it lets two hold two files")
        .is(SYNCHRONISATION, Synchronisation.BLOCKING, Synchronisation.NON_BLOCKING)
        .but("poll(2) does not wait for locks")
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS);
  }

  private static Primitive flock() {
    return kernelLock(
            "flock",
            "flock(2) lock",
            "A lock on a whole file, held by an open file description and all its duplicates.")
        .aka("bsd-lock")
        .is(DEATH, Death.RELEASED)
        .but("when the last duplicate is closed: a child that inherited it holds on")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .but("on a local filesystem any open will do: who may only read can take it exclusively")
        .is(REACH, Reach.HOSTS_WITH_CARE)
        .but("over NFS as an fcntl(2) lock, and then opened for writing; lost with its server")
        .is(SHELL, Shell.TOOL)
        .but("flock(1)")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .but("not in POSIX; blind to fcntl(2) locks on Linux, not so on the BSDs")
        .uses("one instance of a job", "a section that only one may enter", "cron jobs")
        .guarantees(
            "One holder, or several shared ones, among all who ask by flock(2).",
            "The kernel frees it when its last descriptor is closed, by death too.",
            "A command that inherits the descriptor keeps the lock after its parent's death.")
        .promisesNot(
            "Fairness.",
            "An atomic change between shared and exclusive: it is given up first.",
            "To see or hinder fcntl(2) locks, on Linux.",
            "To notice deadlocks.")
        .security(
            "Whoever can open the file, even only for reading, can lock everybody out.",
            "A lock file that is replaced after its opening excludes nobody: compare inode numbers"
                + " once it is locked.",
            "One holder that never ends stops all others.",
            "/proc/locks shows inode and PID of holders to all in the PID namespace.")
        .in(LOCK_FILE)
        .command("parley lock --kind flock")
        .from("man 2 flock", "man 1 flock", "book 4.3.2");
  }

  private static Primitive ofdLock() {
    return kernelLock(
            "ofd-lock",
            "Open file description lock",
            "A lock on a range of bytes, held by an open file description: fcntl(2)'s F_OFD_SETLK.")
        .aka("ofd")
        .is(DEATH, Death.RELEASED)
        .but("when the last duplicate is closed: a child that inherited it holds on")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .but("a shared lock needs a descriptor for reading, an exclusive one for writing")
        .is(REACH, Reach.HOSTS_WITH_CARE)
        .but("over NFS; a host that is cut off too long loses it, and may go on all the same")
        .is(SHELL, Shell.TOOL)
        .but("parley lock; flock --fcntl of newer util-linux")
        .is(PLATFORMS, Platform.LINUX, Platform.MACOS)
        .but("Linux 3.15; POSIX.1-2024")
        .uses("proof of life of a process", "parts of a file locked by themselves", "threads, too")
        .guarantees(
            "One writer or several readers for each byte, among OFD and POSIX locks alike.",
            "The kernel frees it when its last descriptor is closed, by death too.",
            "Threads exclude each other if each opened the file by itself.",
            "F_OFD_GETLK asks without taking anything.")
        .promisesNot(
            "Fairness.",
            "To say who holds it: the PID is -1 in /proc/locks.",
            "To notice deadlocks: two readers that both wait to become writers wait for ever.",
            "To see or hinder flock(2) locks, on Linux.")
        .security(
            "Whoever can only read cannot lock exclusively, but a shared lock keeps writers out.",
            "A lock file that is replaced after its opening excludes nobody: compare inode numbers"
                + " once it is locked.",
            "One holder that never ends stops all others.",
            "F_OFD_GETLK shows everybody who can open the file that it is locked.")
        .in(LOCK_FILE)
        .command("parley lock --kind ofd")
        .from("man 2 fcntl", "book 4.3.2");
  }

  private static Primitive posixLock() {
    return kernelLock(
            "posix-lock",
            "POSIX record lock",
            "A lock on a range of bytes, held by a process: fcntl(2)'s F_SETLK, lockf(3), Java's"
                + " FileLock.")
        .aka("fcntl", "lockf", "filelock")
        .is(DEATH, Death.RELEASED)
        .but("at the holder's end, and when it closes any descriptor of the file")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .but("a shared lock needs a descriptor for reading, an exclusive one for writing")
        .is(REACH, Reach.HOSTS_WITH_CARE)
        .but("over NFS; a host that is cut off too long loses it, and may go on all the same")
        .is(SHELL, Shell.TOOL)
        .but("parley lock")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .but("POSIX.1; Java's FileLock is it here, and something else on Windows")
        .uses("to exclude programs that use it: mail tools, databases, Java's FileLock")
        .guarantees(
            "One writer or several readers for each byte, among OFD and POSIX locks alike.",
            "The kernel frees it when its process ends.",
            "F_GETLK tells the holder's PID.")
        .promisesNot(
            "To last: closing any descriptor of the file in the process, a library's too, drops it.",
            "To exclude the threads of one process.",
            "That a circle of waiters gets EDEADLK: it may be missed, and told of where there is"
                + " none.",
            "To be inherited by a child: fork(2) does not pass it on.",
            "To see or hinder flock(2) locks, on Linux.")
        .security(
            "Whoever can only read cannot lock exclusively, but a shared lock keeps writers out.",
            "Between F_GETLK and what follows, everything may have changed.",
            "One holder that never ends stops all others.",
            "/proc/locks and F_GETLK show the holder's PID.")
        .in(LOCK_FILE)
        .command("parley lock --kind posix")
        .from("man 2 fcntl", "man 3 lockf", "book 4.3.2");
  }

  static Primitive mandatoryLock() {
    return kernelLock(
            "mandatory-lock",
            "Mandatory lock",
            "A record lock that read(2) and write(2) of everybody obey. Linux removed it; Parley"
                + " refuses it.")
        .aka("mand")
        .is(DEATH, Death.RELEASED)
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .but("marked by the set-group-ID bit without group execution")
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .but("racy even where it existed: a write that overlapped the locking went through")
        .is(REACH, Reach.HOST)
        .is(FILESYSTEM, Filesystem.LOCAL)
        .but("mounted with -o mand")
        .is(SHELL, Shell.NONE)
        .is(PLATFORMS, Platform.WINDOWS)
        .but("gone from Linux since 5.15, optional there since 4.5; Windows' LockFileEx binds all")
        .uses("none: advisory locks that all programs take")
        .guarantees("On Linux 5.15 and later nothing: -o mand has no effect.")
        .promisesNot(
            "To be there: POSIX does not have it.",
            "To hold where it was: reads, writes and mappings raced with it.")
        .security(
            "Whoever could lock a file could hang everyone who reads it, root included.",
            "A write that overlapped the locking could change data after the lock was granted.",
            "A lock on a file that daemons read stopped them.",
            "Nothing of its own.")
        .refused()
        .remark("explained and refused; `parley lock` takes advisory locks")
        .from("man 2 fcntl, \"Mandatory locking\"", "book 4.5.1");
  }
}
