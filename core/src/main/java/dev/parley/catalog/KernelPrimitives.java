package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// What the kernel keeps beside files' data, and tells about them. Source: book 4.5.2, 4.5.3, 10.5.
final class KernelPrimitives {
  private KernelPrimitives() {}

  static List<Primitive> all() {
    return List.of(extendedAttributes(), inotify(), procFiles());
  }

  private static Primitive extendedAttributes() {
    return Entry.of(
            Family.KERNEL,
            "extended-attributes",
            "Extended attributes",
            "Small values by name on a file or directory, read and replaced whole.")
        .aka("xattr", "xattrs")
        .is(ROLE, Role.STATE)
        .is(PERSISTENCE, Persistence.PERSISTENT)
        .but("as the file; fsync(2) of it against a power cut")
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING, Synchronisation.WATCHABLE)
        .but("inotify: IN_ATTRIB, without saying which")
        .is(ORDERING, Ordering.LATEST)
        .is(SENDERS, Senders.MANY)
        .but("the last one wins; compare-and-swap takes a lock beside it")
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.KILOBYTES)
        .but("64 KiB a value; on btrfs some 16 KB, on ext4 some 4 KB for all of a file's")
        .is(BUFFERING, Buffering.FILESYSTEM)
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.WHOLE)
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .but("user.*: as the file's content; trusted.*: CAP_SYS_ADMIN; security.*: its module")
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH)
        .is(REACH, Reach.HOSTS_WITH_CARE)
        .but("user.* over NFS 4.2 since Linux 5.9")
        .is(NAMESPACE, Namespace.MOUNT)
        .is(FILESYSTEM, Filesystem.XATTRS)
        .but("user.* on tmpfs since Linux 6.6; only on regular files and directories")
        .is(SHELL, Shell.TOOL)
        .but("setfattr(1), getfattr(1)")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .but("not in POSIX; other calls on FreeBSD (extattr(2)) and macOS")
        .uses("labels, checksums, state beside a file", "security labels and ACLs")
        .guarantees(
            "A value is read and replaced whole.",
            "XATTR_CREATE fails if it is there, XATTR_REPLACE if it is not: one of several wins.",
            "It moves with the file when the file is renamed, and goes with it.")
        .promisesNot(
            "To survive copying: cp, tar and editors that replace files drop them unless asked.",
            "Compare-and-swap by itself.",
            "Room: ENOSPC or E2BIG come early.")
        .security(
            "Who can write the file can set user.* on it; on a sticky directory only its owner can.",
            "Between reading and setting another may set; a replaced file has other attributes.",
            "Space counts as the file owner's.",
            "Names are listed to all who reach the file, values to those who may read it.")
        .page("attributes.md")
        .in("dev.parley.primitive.attribute.AttributeFile")
        .from("man 7 xattr", "man 2 setxattr", "book 4.5.2");
  }

  private static Primitive inotify() {
    return Entry.of(
            Family.KERNEL,
            "inotify",
            "inotify watch",
            "The kernel says what happens to files and in directories that somebody watches.")
        .aka("watch", "watching")
        .is(ROLE, Role.NOTIFICATION)
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .but("from whoever acts to everyone who watches")
        .is(
            SYNCHRONISATION,
            Synchronisation.BLOCKING,
            Synchronisation.NON_BLOCKING,
            Synchronisation.SELECTABLE)
        .is(ORDERING, Ordering.FIFO, Ordering.CAUSAL)
        .but("one queue for each inotify descriptor")
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.WORD)
        .but("what happened, and a name of at most 255 bytes")
        .atMost(255)
        .is(BUFFERING, Buffering.KERNEL)
        .but("16,384 events (fs.inotify.max_queued_events), then IN_Q_OVERFLOW")
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.RELEASED, Death.LOST)
        .but("watches and unread events go with the descriptor")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .but("read permission on what is watched")
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.MOUNT)
        .is(FILESYSTEM, Filesystem.LOCAL)
        .but("not for /proc and /sys; on a network filesystem only what this host does")
        .is(SHELL, Shell.TOOL)
        .but("inotifywait(1), parley watch")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD)
        .but("Linux 2.6.13; FreeBSD 14.4 and 15; elsewhere kqueue(2), FSEvents, or polling")
        .uses("to wake consumers of a directory", "to follow configuration", "to see who leaves")
        .guarantees(
            "An act by this host's programs through the file API is queued before it returns.",
            "Events of one descriptor come in order.",
            "A full queue is said: IN_Q_OVERFLOW.")
        .promisesNot(
            "Every event: equal ones that follow each other are one, and those past the limit are"
                + " lost.",
            "What happened before the watch: look once after arming, and after each overflow.",
            "Subdirectories: each needs a watch.",
            "Writes through a mapping, and what other hosts do.",
            "Who did it.")
        .security(
            "Read permission suffices to watch.",
            "An event's name may be gone or be another file when it is read.",
            "Limits count by user: 128 instances, and max_user_watches; one program can use them up.",
            "Watchers learn names, times and the frequency of use.")
        .page("watching.md")
        .in("dev.parley.primitive.watch.FileWatch")
        .command("parley watch")
        .from("man 7 inotify", "book 10.5.1");
  }

  private static Primitive procFiles() {
    return Entry.of(
            Family.KERNEL,
            "proc-files",
            "Files of /proc and /sys",
            "The kernel's own files: who holds what, limits, devices; some can be written or waited"
                + " for.")
        .aka("proc", "sys", "procfs", "sysfs", "uevent")
        .is(ROLE, Role.INSPECTION)
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("made at each read; settings last until reboot")
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .but("from the kernel to all; settings go the other way")
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING, Synchronisation.SELECTABLE)
        .but("few can be waited for: /proc/self/mounts, some of /sys; devices by netlink uevents")
        .is(ORDERING, Ordering.LATEST)
        .is(SENDERS, Senders.ONE)
        .but("the kernel; settings are written by whoever may")
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.STREAM)
        .but("text; an attribute in /sys is a page at most")
        .is(BUFFERING, Buffering.NONE)
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.FILE_DATA)
        .but("open, read, close, and the text is made anew")
        .is(DEATH, Death.RELEASED)
        .but("a process's directory vanishes with it")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.SAME_USER)
        .but("/proc/PID/fd needs what ptrace(2) needs")
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH, Rendezvous.PID)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.PID, Namespace.NETWORK, Namespace.MOUNT)
        .but("each instance of /proc shows one PID namespace; /proc/net one network namespace")
        .is(FILESYSTEM, Filesystem.NONE)
        .but("they are filesystems of their own")
        .is(SHELL, Shell.EVERYDAY)
        .but("cat /proc/locks; ls -l /proc/self/fd")
        .is(PLATFORMS, Platform.LINUX)
        .but("other systems have other, smaller ones, or none (macOS)")
        .uses("who holds a file, a lock, a socket", "limits and how near they are", "devices")
        .guarantees(
            "What a read returns was true at some time during it.",
            "/proc/PID/fd/N leads to the open file itself, deleted or not.")
        .promisesNot(
            "A snapshot over several reads.",
            "That a PID means the same process a moment later: compare start times, or hold a pidfd.",
            "To tell owners of OFD locks, or what is in other PID namespaces.",
            "inotify events.")
        .security(
            "Most is readable by all; what tells of another user's process needs ptrace rights.",
            "A PID may be used again between two reads.",
            "Reading large tables (/proc/net, smaps) costs the kernel time.",
            "Command lines, paths and usage of all processes are visible unless hidepid is set.")
        .page("who.md")
        .in("dev.parley.primitive.presence.Presence")
        .command("parley who")
        .command("parley inspect")
        .command("parley limits")
        .from("man 5 proc", "man 5 sysfs", "book 4.5.3");
  }
}
