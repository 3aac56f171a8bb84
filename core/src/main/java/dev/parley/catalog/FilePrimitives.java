package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// Regular files. Source: book 4.3.1, 6.2.1.
final class FilePrimitives {
  private static final String PAGE = "files.md";

  private FilePrimitives() {}

  static List<Primitive> all() {
    return List.of(fileQueue(), appendLog(), atomicWrite());
  }

  /// What every regular file is like.
  static Entry file(String name, String title, String summary) {
    return Entry.of(Family.FILES, name, title, summary)
        .is(PERSISTENCE, Persistence.PERSISTENT)
        .but("a power cut spares what was synced: fsync(2) of the file, and of its directory")
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING, Synchronisation.WATCHABLE)
        .but("reading a file never waits for data; to poll(2) it is always ready")
        .is(SENDERS, Senders.MANY)
        .is(MESSAGE_SIZE, MessageSize.DISK)
        .is(BUFFERING, Buffering.FILESYSTEM)
        .is(TRANSFER, Transfer.COPIED)
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH)
        .is(NAMESPACE, Namespace.MOUNT)
        .is(FILESYSTEM, Filesystem.ANY)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS);
  }

  private static Primitive fileQueue() {
    return file(
            "file-queue",
            "Regular file as a queue",
            "Messages in one file, each behind its length, taken from the front under a lock.")
        .aka("regular-file", "mailbox")
        .is(ROLE, Role.MESSAGES)
        .is(DIRECTION, Direction.ONE_WAY)
        .is(ORDERING, Ordering.FIFO, Ordering.CAUSAL)
        .but("the lock puts all messages into one order")
        .is(RECEIVERS, Receivers.SHARED)
        .is(PERFORMANCE, Performance.FILE_DATA)
        .but("and a lock around each")
        .is(DEATH, Death.WHOLE, Death.LOST)
        .but("in Parley a torn end is cut off, and what was only looked at stays, unclaimed")
        .is(REACH, Reach.HOST)
        .but(
            "further only where the lock reaches, as fcntl(2) locks do over NFS; in Parley one host")
        .is(SHELL, Shell.NONE)
        .uses("messages between a few programs", "one file to copy, to keep, to look into")
        .guarantees(
            "A message is removed once, by one of those who take the lock.",
            "Messages come out in the order in which they went in.")
        .promisesNot(
            "Consumers side by side: all take turns at one lock.",
            "A claim: who looks and takes later may do what another did, too.",
            "Room given back at once: a file's front cannot simply be cut off.",
            "Anything against a program that writes without the lock.")
        .security(
            "Whoever can open it for reading reads all messages; whoever can write it can change"
                + " those of others.",
            "The path may lead elsewhere by the time it is opened: check kind, owner and links"
                + " through the descriptor.",
            "Whoever holds the lock stops everybody; whoever can write can fill the disk.",
            "What was taken may stay in the file until it is written over.")
        .page(PAGE)
        .in("dev.parley.primitive.filequeue.FileQueue")
        .from("man 2 open", "man 2 fcntl", "book 4.3.1");
  }

  private static Primitive appendLog() {
    return file(
            "append-log",
            "Append-only log",
            "Many writers add entries at the end of one file, and any number read it from any place.")
        .aka("log-file")
        .is(ROLE, Role.LOG, Role.MESSAGES)
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .is(ORDERING, Ordering.FIFO, Ordering.CAUSAL)
        .but("the place in the file is one order for all readers")
        .is(RECEIVERS, Receivers.ALL)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .but("one write(2) an entry")
        .is(DEATH, Death.TORN)
        .but("a write can end half way, on a full disk too: readers need a length or checksum")
        .is(REACH, Reach.HOST)
        .but("O_APPEND is not atomic over NFS: writers overwrite each other")
        .is(FILESYSTEM, Filesystem.LOCAL)
        .is(SHELL, Shell.EVERYDAY)
        .but("echo LINE >>FILE; tail -n 1 FILE")
        .uses("logs", "events that are replayed", "an audit trail")
        .guarantees(
            "With O_APPEND the move to the end and the write are one step: no entry is written over"
                + " another.",
            "What was read once is found at the same place again, as long as nobody cuts the file.")
        .promisesNot(
            "That a reader never sees half of the last entry.",
            "That an entry goes out in one piece: write(2) may write less than it was given.",
            "An end: somebody has to cut or rotate it.")
        .security(
            "Whoever may append may also write elsewhere in the file, unless it is append-only"
                + " (chattr +a).",
            "A log that is renamed (rotated) is still written by those who have it open.",
            "Any writer can fill the disk for all.",
            "All readers see all entries; a program's secrets in a log stay.")
        .page(PAGE)
        .in("dev.parley.primitive.log.AppendLog")
        .from("man 2 open", "man 2 write", "book 4.3.1");
  }

  private static Primitive atomicWrite() {
    return file(
            "atomic-write",
            "Atomic write by rename",
            "The new content is written beside the file and renamed over it: old or new, never"
                + " half.")
        .aka("rename")
        .is(ROLE, Role.STATE, Role.SWITCH)
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING, Synchronisation.WATCHABLE)
        .but("inotify tells the directory's watchers: IN_MOVED_TO")
        .is(ORDERING, Ordering.LATEST)
        .is(SENDERS, Senders.MANY)
        .but("the last rename wins; to change what is there takes a lock beside it")
        .is(RECEIVERS, Receivers.ALL)
        .is(PERFORMANCE, Performance.NAMES)
        .is(DEATH, Death.WHOLE)
        .but("a temporary file may stay behind")
        .is(PERMISSIONS, Permission.DIRECTORY_MODE, Permission.FILE_MODE)
        .but("replacing needs write permission on the directory, not on the file")
        .is(REACH, Reach.HOSTS)
        .but("on NFS others see it when their caches expire, and a rename that failed may be done")
        .is(FILESYSTEM, Filesystem.ONE_MOUNT)
        .is(SHELL, Shell.EVERYDAY)
        .but("mv NEW FILE # both on one filesystem")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS)
        .but(
            "renameat2(2)'s exchange and no-replace: Linux 3.15; Windows may refuse while the file"
                + " is open")
        .uses("configuration", "state that many read", "caches, indexes, checkpoints")
        .guarantees(
            "At every instant the name leads to the whole old or the whole new file.",
            "Who has the old file open goes on reading the old content.")
        .promisesNot(
            "To survive a power cut, unless the file is synced before the rename and the directory"
                + " after it.",
            "Owner, mode, ACLs, attributes and hard links of the old file: it is another file.",
            "That two who read, change and write do not undo each other.")
        .security(
            "Write permission on the directory is enough to replace any file in it, unless the"
                + " directory is sticky.",
            "A temporary name that can be guessed can be taken or be a symbolic link: O_EXCL or"
                + " O_TMPFILE.",
            "A full disk fails the write and leaves the old file.",
            "The temporary file must have the final mode before content goes in.")
        .page("atomic-files.md")
        .in("dev.parley.primitive.atomic.AtomicFile")
        .command("parley write")
        .command("parley update")
        .from("man 2 rename", "man 2 fsync", "book 6.2.1");
  }
}
