package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// Locks that are files, or words in shared memory, by agreement. Source: book 4.3.2.
final class LockFilePrimitives {
  private LockFilePrimitives() {}

  static List<Primitive> all() {
    return List.of(lease(), pidFile(), dotlock(), gitLockfile(), sharedMemoryLock());
  }

  private static Entry lockFile(String name, String title, String summary) {
    return LockPrimitives.lock(name, title, summary)
        .is(PERSISTENCE, Persistence.PERSISTENT)
        .but("the file; in /run it is gone after a reboot")
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING, Synchronisation.WATCHABLE)
        .but("inotify tells when it goes; the usual tools poll")
        .is(PERFORMANCE, Performance.NAMES)
        .is(PERMISSIONS, Permission.DIRECTORY_MODE)
        .but("who may create in the directory may lock")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS);
  }

  private static Primitive pidFile() {
    return lockFile(
            "pid-file",
            "PID file",
            "A file that says which process is the one; a kernel lock on it proves that it still"
                + " is.")
        .aka("pidfile")
        .is(ROLE, Role.EXCLUSION, Role.INSPECTION)
        .is(PERSISTENCE, Persistence.PERSISTENT)
        .but("the number; a kernel lock on the file ends with the process")
        .is(DIRECTION, Direction.BROADCAST)
        .is(ORDERING, Ordering.LATEST)
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.WORD)
        .is(BUFFERING, Buffering.FILESYSTEM)
        .is(TRANSFER, Transfer.COPIED)
        .is(DEATH, Death.RELEASED, Death.STALE)
        .but("released where a kernel lock proves it, as in Parley; else stale")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.MOUNT, Namespace.PID)
        .but("the number means nothing in another PID namespace")
        .is(SHELL, Shell.EVERYDAY)
        .but("kill -HUP \"$(cat FILE)\"")
        .uses("one instance of a daemon", "to know whom to signal")
        .guarantees(
            "With a kernel lock on it, as in Parley: one holder, and free as soon as it is dead.",
            "The number is for people and scripts.")
        .promisesNot(
            "That the PID in a file without a lock is that of the program that wrote it: PIDs are"
                + " used again.",
            "Anything from the file's age.")
        .security(
            "Who can write the file decides who is signalled: own it, in a directory of your own.",
            "Between reading the number and kill(2) the process may have been replaced:"
                + " pidfd_open(2), then look again.",
            "A file that somebody made before the daemon keeps it from starting.",
            "The PID.")
        .in(LockPrimitives.LOCK_FILE)
        .command("parley lock --kind pid")
        .from("man 2 pidfd_open", "man 5 proc", "book 4.3.2, 6.4.1");
  }

  private static Primitive dotlock() {
    return lockFile(
            "dotlock",
            "Dotlock",
            "FILE.lock, made by link(2) from a file of one's own: who makes it holds the lock on"
                + " FILE.")
        .aka("dot", "lockfile")
        .is(DEATH, Death.STALE)
        .but("judged by PID, or after 5 minutes; in Parley its own by a kernel lock, at once")
        .is(REACH, Reach.HOSTS)
        .but("made for NFS: link(2) is atomic there, and the link count tells the outcome")
        .is(FILESYSTEM, Filesystem.HARD_LINKS, Filesystem.ONE_MOUNT)
        .is(SHELL, Shell.TOOL)
        .but("dotlockfile(1), procmail's lockfile(1)")
        .uses("mailboxes, beside the mail programs that use it", "directories on NFS")
        .guarantees(
            "One holder: link(2) does not replace.", "It works where kernel locks do not reach.")
        .promisesNot(
            "To go with its holder: after a crash other programs must judge it, by PID on one host or"
                + " by age.",
            "That a judgement by age is right: a slow holder looks like a dead one.",
            "Anything against programs that do not look for it.")
        .security(
            "Who can create in the directory can lock; who can unlink there can break the lock.",
            "Two who remove a stale lock can remove each other's fresh one.",
            "A lock left behind, or made by anyone, stops all until it is judged stale.",
            "Names and PIDs of holders.")
        .in(LockPrimitives.LOCK_FILE)
        .command("parley lock --kind dot")
        .from("man 2 open, O_EXCL", "man 2 link", "book 4.3.2, 8.3.2");
  }

  private static Primitive gitLockfile() {
    return lockFile(
            "git-lockfile",
            "Lockfile as in git",
            "FILE.lock is created with O_EXCL, filled with the new content and renamed over FILE.")
        .aka("git-lock")
        .is(ROLE, Role.EXCLUSION, Role.STATE, Role.SWITCH)
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .is(ORDERING, Ordering.LATEST)
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.DISK)
        .is(BUFFERING, Buffering.FILESYSTEM)
        .is(TRANSFER, Transfer.COPIED)
        .is(DEATH, Death.WHOLE, Death.STALE)
        .but("FILE is whole; FILE.lock stays until somebody removes it")
        .is(REACH, Reach.HOSTS)
        .but("O_EXCL works on NFS since version 3")
        .is(FILESYSTEM, Filesystem.ONE_MOUNT)
        .is(SHELL, Shell.EVERYDAY)
        .but("(set -C; : >FILE.lock) && { CMD >FILE.lock && mv FILE.lock FILE || rm FILE.lock; }")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS)
        .uses(
            "files that are read often and changed seldom", "refs and indexes of git repositories")
        .guarantees(
            "One writer at a time, of those who make FILE.lock first.",
            "Readers need no lock: FILE is the whole old or the whole new content.")
        .promisesNot(
            "To go with its holder: git only says that the file exists.",
            "To survive a power cut, unless file and directory are synced.")
        .security(
            "Who can create in the directory can lock and replace.",
            "Removing a lock that looks stale may remove a fresh one.",
            "A FILE.lock left behind stops all writers.",
            "The new content is in FILE.lock before it is published: create it with the final mode.")
        .in("dev.parley.primitive.lock.GitLock")
        .command("parley lock --kind git")
        .from("man 2 open, O_EXCL", "man 2 rename", "book 4.3.2, 8.2.2");
  }

  private static Primitive lease() {
    return lockFile(
            "lease",
            "Lease",
            "A lock on disk with a time limit and a token, for hosts that cannot see each other's"
                + " processes.")
        .aka("lease-file")
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING)
        .but("over a network nobody tells: one looks again")
        .is(DEATH, Death.STALE)
        .but("until its time is over")
        .is(REACH, Reach.HOSTS)
        .but("by time alone: across hosts nothing proves a death")
        .is(FILESYSTEM, Filesystem.HARD_LINKS, Filesystem.ONE_MOUNT)
        .is(SHELL, Shell.TOOL)
        .but("parley lock")
        .uses("a job that one of several hosts does", "a holder that may hang")
        .guarantees(
            "One holder at a time whose lease is not over.",
            "A token that grows with each grant, for the other side to check.")
        .promisesNot(
            "That a holder which was stopped beyond its time knows it: check the token where the"
                + " effect happens.",
            "Anything if clocks run at different speeds by more than the margin.",
            "To be fcntl(2)'s F_SETLEASE, whose holder is told when others open the file.")
        .security(
            "Who can write in the directory can take, break or prolong it.",
            "A late holder's writes land after the next grant unless the token is checked.",
            "A holder can prolong for ever.",
            "Host and process of the holder.")
        .in(LockPrimitives.LOCK_FILE)
        .command("parley lock --kind lease")
        .from("book 4.3.2, 10.4.1");
  }

  private static Primitive sharedMemoryLock() {
    return LockPrimitives.lock(
            "shared-memory-lock",
            "Lock in shared memory",
            "A word in a mapping that several processes share: taken by compare-and-set, waited for"
                + " by futex(2).")
        .aka("process-shared-mutex", "robust-mutex")
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("the lock; the memory it lies in may last longer")
        .is(SYNCHRONISATION, Synchronisation.BLOCKING, Synchronisation.NON_BLOCKING)
        .is(PERFORMANCE, Performance.MEMORY)
        .is(DEATH, Death.RELEASED, Death.BROKEN)
        .but(
            "robust mutexes, and in Parley: the next one is told that the data may be half changed")
        .is(REACH, Reach.HOST)
        .is(FILESYSTEM, Filesystem.SHARED_MAPPINGS)
        .is(SHELL, Shell.NONE)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD)
        .but("macOS has process-shared mutexes without recovery")
        .uses("data in shared memory", "locks taken a million times a second")
        .guarantees(
            "One holder among those who map the memory.",
            "No system call as long as nobody waits.",
            "In a robust mutex, and in Parley: a holder's death is noticed and said to the next.")
        .promisesNot(
            "That the guarded data is whole after a death.",
            "Anything against a peer that writes to the word.",
            "For POSIX robust mutexes: to work across PID namespaces, as they know the owner by"
                + " thread id.")
        .security(
            "Whoever can write the memory can take, break or forge the lock.",
            "None between check and act: the compare-and-set is both.",
            "Who truncates the mapped file kills all who touch it.",
            "What lies in the mapping.")
        .page("memory.md")
        .in("dev.parley.primitive.memory.SharedLock")
        .from("man 2 futex", "man 3 pthread_mutexattr_setrobust", "book 4.4.3");
  }
}
