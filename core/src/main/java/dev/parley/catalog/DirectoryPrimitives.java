package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// Directories and what lies in them. Source: book 4.3.3.
final class DirectoryPrimitives {
  private static final String PAGE = "directories.md";

  private DirectoryPrimitives() {}

  static List<Primitive> all() {
    return List.of(directoryQueue(), directorySet(), symlink());
  }

  private static Entry directory(String name, String title, String summary) {
    return Entry.of(Family.DIRECTORIES, name, title, summary)
        .is(PERSISTENCE, Persistence.PERSISTENT)
        .but("a power cut spares what was synced: fsync(2) of the file, and of the directory")
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING, Synchronisation.WATCHABLE)
        .is(SENDERS, Senders.MANY)
        .is(BUFFERING, Buffering.FILESYSTEM)
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.NAMES)
        .is(DEATH, Death.WHOLE)
        .is(PERMISSIONS, Permission.DIRECTORY_MODE)
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH)
        .is(NAMESPACE, Namespace.MOUNT)
        .is(SHELL, Shell.EVERYDAY)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS);
  }

  private static Primitive directoryQueue() {
    return directory(
            "directory-queue",
            "Directory as a queue",
            "One message is one file, written aside and renamed into the queue; a consumer claims it"
                + " by another rename.")
        .aka("queue", "maildir", "spool")
        .is(ROLE, Role.MESSAGES)
        .is(DIRECTION, Direction.ONE_WAY)
        .is(ORDERING, Ordering.FIFO, Ordering.PRIORITY)
        .but("within a priority, for what one sender sends; between senders by time, best effort")
        .is(RECEIVERS, Receivers.SHARED)
        .is(MESSAGE_SIZE, MessageSize.DISK)
        .but("Parley's queue takes 64 MiB unless it is configured, and 1 GiB at most")
        .is(DEATH, Death.WHOLE, Death.RETURNED)
        .but("in Parley: what a dead consumer had claimed comes again")
        .is(PERMISSIONS, Permission.DIRECTORY_MODE, Permission.FILE_MODE)
        .is(REACH, Reach.HOSTS_WITH_CARE)
        .but("Maildir does it over NFS; in Parley one host, for the kernel says who lives")
        .is(FILESYSTEM, Filesystem.ONE_MOUNT)
        .is(SHELL, Shell.EVERYDAY)
        .but("mv READY/NAME MINE/ && cat MINE/NAME")
        .uses("jobs that must not be lost", "mail", "work shared by many processes")
        .guarantees(
            "A message is there whole or not at all: rename(2) is atomic.",
            "One claimant for each message: one of those who rename it succeeds.",
            "In Parley: what a dead consumer held comes back; at least once.")
        .promisesNot(
            "Exactly once: a consumer may die between its work and its acknowledgement.",
            "That one listing shows what is added meanwhile.",
            "To come in the order of readdir(3), which is none.")
        .security(
            "Who can write in the directory can take and remove any message; if it is sticky, only"
                + " the message's owner, the directory's and root can, so nobody else can claim it.",
            "Between listing and renaming another may be first: ENOENT is the answer, no error.",
            "Inodes and disk can be filled by any sender.",
            "Names of files (sizes and times too) are visible to all who may list.")
        .page(PAGE)
        .in("dev.parley.Queue")
        .command("parley send")
        .command("parley receive")
        .command("parley work")
        .from("man 2 rename", "book 4.3.3, 6.2.2");
  }

  private static Primitive directorySet() {
    return directory(
            "directory-set",
            "Directory as a set",
            "An element is a name: creating it adds, unlinking removes, looking it up tests.")
        .aka("set")
        .is(ROLE, Role.STATE)
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .is(ORDERING, Ordering.UNORDERED)
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.WORD)
        .but("a name of at most 255 bytes; Parley names longer elements by their hash")
        .atMost(255)
        .is(REACH, Reach.HOSTS)
        .but("on NFS others see a change when their caches expire")
        .is(FILESYSTEM, Filesystem.ANY)
        .is(SHELL, Shell.EVERYDAY)
        .but("(set -C; : >DIR/NAME) && ls DIR; rm DIR/NAME")
        .uses("who is registered, enabled, done", "flags that scripts set and clear")
        .guarantees(
            "Adding and removing are atomic, and tell who of several was first: O_EXCL, mkdir(2) and"
                + " unlink(2).",
            "A name is there or not; never half.")
        .promisesNot(
            "That readdir(3) is a snapshot: what is added or removed meanwhile may be seen or not."
                + " Parley's snapshot makes one.",
            "An order.",
            "Names that differ only in case, where the filesystem folds it.")
        .security(
            "Who can write in the directory can add and remove for everybody.",
            "Contains, then act: it may have changed; let the adding itself decide.",
            "Any member can add until inodes are used up.",
            "All names are visible to all who may list.")
        .page(PAGE)
        .in("dev.parley.primitive.set.DirectorySet")
        .from("man 2 open, O_EXCL", "man 3 readdir", "book 4.3.3");
  }

  private static Primitive symlink() {
    return directory(
            "symlink",
            "Symbolic link",
            "A name that holds a path: made with its content in one step, changed by renaming another"
                + " over it.")
        .aka("symbolic-link", "link")
        .is(ROLE, Role.SWITCH, Role.STATE)
        .is(DIRECTION, Direction.ONE_WAY, Direction.BROADCAST)
        .is(ORDERING, Ordering.LATEST)
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.KILOBYTES)
        .but("a path of at most 4,095 bytes; 1,023 on xfs")
        .atMost(1023)
        .is(PERMISSIONS, Permission.DIRECTORY_MODE)
        .but("a link's own mode is not used on Linux")
        .is(REACH, Reach.HOSTS)
        .but("each host resolves the path for itself")
        .is(FILESYSTEM, Filesystem.SPECIAL_FILES)
        .is(SHELL, Shell.EVERYDAY)
        .but("ln -s NEW LINK.new && mv -T LINK.new LINK # GNU mv")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS)
        .but("on Windows it takes a privilege or the developer mode")
        .uses(
            "`current`, which leads to one of several versions",
            "a lock that says who holds it, as Emacs makes")
        .guarantees(
            "symlink(2) makes name and content in one step, and never replaces.",
            "A rename over it switches all who look from then on.")
        .promisesNot(
            "That its target exists.",
            "To change in place: ln -sf removes and makes, with a gap between.",
            "To move those who have opened the old target.")
        .security(
            "Whoever can write in the directory decides where the name leads.",
            "A planted link turns a write to a path into a write elsewhere: O_NOFOLLOW, openat2(2),"
                + " protected_symlinks.",
            "A loop or a link to a FIFO or device stops who follows it.",
            "The path it holds can be read by all who can search the directory.")
        .page("atomic-files.md")
        .remark("Parley follows one only on the way to a space, where nobody else could plant it")
        .from("man 7 symlink", "man 2 symlink", "book 4.1, 0.3.2");
  }
}
