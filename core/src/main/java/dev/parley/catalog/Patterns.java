package dev.parley.catalog;

import static dev.parley.catalog.PatternEntry.pattern;

import java.util.List;

/// The patterns that carry data. Source: book 6.2.1 to 6.2.3, 6.3.1, 14.4, 14.6.
final class Patterns {
  static final String NOT_YET = "not in Parley yet";

  private Patterns() {}

  static List<Pattern> all() {
    return List.of(
        atomicRename(),
        lockedUpdate(),
        lockFreeQueue(),
        publishSubscribe(),
        eventBus(),
        renameAndWatch(),
        memfdOverSocket(),
        privilegeSeparation());
  }

  private static Pattern atomicRename() {
    return pattern(
            "atomic-rename",
            "Atomic rename",
            "Write beside the file, sync, rename over it, sync the directory.")
        .uses("safe updates of a file that others read at any time")
        .madeOf("atomic-write")
        .orders(Ordering.LATEST)
        .guarantees(
            "Readers see the whole old or the whole new content.",
            "With both syncs, a power cut leaves one or the other.")
        .promisesNot("That two writers who change what they read do not undo each other.")
        .beware(
            "A temporary file on another filesystem: rename(2) gives EXDEV.",
            "Opening the file itself for writing: readers see it empty, then half.",
            "No sync: after a power cut the new name may lead to an empty file.")
        .command("parley write")
        .from("book 6.2.1, 7");
  }

  private static Pattern lockedUpdate() {
    return pattern(
            "locked-update",
            "Read, modify, write under a lock",
            "Take a lock beside the file, read it, change it, replace it by an atomic write.")
        .uses("counters, lists and settings that several processes change")
        .madeOf("atomic-write", "flock", "ofd-lock")
        .orders(Ordering.LATEST)
        .guarantees("No change is lost among those who take the lock.", "Readers need no lock.")
        .promisesNot("Anything against programs that write without the lock.")
        .beware(
            "A lock on the file that is replaced: the next one locks another inode.",
            "Reading before locking.")
        .command("parley update")
        .from("book 6.2.1, 7");
  }

  private static Pattern lockFreeQueue() {
    return pattern(
            "lock-free-queue",
            "Lock-free queue",
            "Messages are files that move by rename: aside, ready, claimed, done.")
        .uses("jobs for many workers", "work that must survive crashes")
        .madeOf("directory-queue", "atomic-write", "inotify")
        .orders(Ordering.FIFO, Ordering.PRIORITY)
        .guarantees(
            "One claimant at a time for each message.",
            "What a dead claimant held comes again; nothing acknowledged is lost.",
            "A slow or dead process keeps nobody else waiting.")
        .promisesNot("Exactly once.", "One order among several senders.")
        .beware(
            "Claiming by a lock file beside the message: it outlives its holder.",
            "Writing straight into the ready folder: consumers find half a message.",
            "Trusting the listing: what it shows may be gone, what is new may be missing.")
        .in("dev.parley.Queue")
        .in("dev.parley.Claim")
        .command("parley send")
        .command("parley work")
        .from("book 6.2.2, 7");
  }

  private static Pattern publishSubscribe() {
    return pattern(
            "publish-subscribe",
            "Publish and subscribe",
            "Each entry of a topic goes to every subscription, and waits there until it is taken.")
        .uses("events that several parties need", "loose coupling of programs")
        .madeOf("append-log", "directory-queue", "inotify")
        .orders(Ordering.FIFO, Ordering.PRIORITY)
        .guarantees(
            "Every subscription gets every matching entry published after it began.",
            "A durable subscription goes on where it was.",
            "A slow subscriber costs only itself.")
        .promisesNot(
            "One order among several publishers.", "That a live subscription outlasts its process.")
        .beware(
            "Names by time: what is renamed late sorts before what was read, and is never seen.",
            "One hard link a subscriber from the publisher: it is neither atomic nor unlimited.")
        .in("dev.parley.Topic")
        .in("dev.parley.Subscription")
        .command("parley publish")
        .command("parley subscribe")
        .from("book 6.2.3, 7");
  }

  private static Pattern eventBus() {
    return pattern(
            "event-bus",
            "Event bus",
            "All events in one append-only log; readers filter, replay and keep their own position.")
        .uses("event sourcing", "an audit trail", "rebuilding state")
        .madeOf("append-log", "inotify")
        .orders(Ordering.FIFO, Ordering.CAUSAL)
        .guarantees(
            "One order of all events, the same for all readers.",
            "What was emitted can be read again.")
        .promisesNot("Room without end: it takes snapshots, compaction or retention.")
        .beware(
            "Positions as file offsets after compaction.",
            "Half of the last entry, read as a whole one.")
        .in("dev.parley.Topic")
        .remark("a topic replays from its beginning, an entry or a time; indexes are to come")
        .from("book 6.3.1, 7");
  }

  private static Pattern renameAndWatch() {
    return pattern(
            "rename-and-watch",
            "Rename and watch",
            "Producers rename files into a directory; consumers sleep in inotify until IN_MOVED_TO.")
        .uses("to hand over files at once, without polling")
        .madeOf("inotify", "atomic-write")
        .orders(Ordering.FIFO)
        .guarantees("A consumer that wakes finds the whole file.", "Nobody polls.")
        .promisesNot("An event for each file: look at the directory, not only at the event.")
        .beware(
            "IN_CREATE: the file is there before its content.",
            "No listing after arming the watch, and after an overflow.")
        .command("parley watch")
        .command("parley receive")
        .from("book 14.6.1, 10.5.1");
  }

  private static Pattern memfdOverSocket() {
    return pattern(
            "memfd-over-socket",
            "Sealed memory over a socket",
            "The sender fills a memfd, seals it, and passes its descriptor; nothing is copied.")
        .uses("large messages between local programs", "peers that do not trust each other")
        .madeOf("sealed-memfd", "descriptor-passing", "seqpacket-socket")
        .orders(Ordering.FIFO)
        .guarantees(
            "The receiver maps what the sender wrote, and nobody can change or cut it any more.",
            "No name in any filesystem.")
        .promisesNot("Persistence: it goes with its last descriptor.")
        .beware(
            "A receiver that does not look at the seals before it maps.",
            "Small messages: a descriptor, a mapping and its page faults cost more than a copy.")
        .remark(NOT_YET + " as one; its two parts are")
        .from("book 14.6.1");
  }

  private static Pattern privilegeSeparation() {
    return pattern(
            "privilege-separation",
            "Privilege separation by descriptors",
            "A small privileged process opens, an unprivileged one works with what it is passed.")
        .uses("a worker that reads untrusted data", "ports, devices and files of others")
        .madeOf("descriptor-passing", "stream-socket")
        .guarantees(
            "The worker can use what it was passed, and open nothing else.",
            "Rights are checked once, by the opener.")
        .promisesNot("To take a passed descriptor back.")
        .beware(
            "Passing a directory, which opens all below it.",
            "Opening whatever path the worker names.")
        .remark(NOT_YET + " as one; descriptor passing is")
        .from("book 14.4.1, 13.4.2");
  }
}
