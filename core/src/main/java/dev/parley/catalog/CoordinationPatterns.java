package dev.parley.catalog;

import static dev.parley.catalog.PatternEntry.pattern;
import static dev.parley.catalog.Patterns.NOT_YET;

import java.util.List;

/// The patterns that decide who, when and what, and those that save work. Source: book 6.2.4,
/// 6.3.2, 6.5.
final class CoordinationPatterns {
  private CoordinationPatterns() {}

  static List<Pattern> all() {
    return List.of(
        leaderElection(),
        barrier(),
        consensus(),
        stateMachine(),
        batchWriter(),
        writeCombining(),
        readAhead(),
        directoryEntryCache(),
        lazyDeletion());
  }

  private static Pattern leaderElection() {
    return pattern(
            "leader-election",
            "Leader election",
            "Candidates ask for one lock; who holds it leads, with a token that fences late ones.")
        .uses("one active instance of several", "a coordinator")
        .madeOf("ofd-lock", "pid-file", "lease")
        .guarantees(
            "One leader at a time on one host, as long as the kernel keeps the lock.",
            "A successor as soon as the leader is dead.")
        .promisesNot(
            "That a leader which was stopped knows that it no longer leads: check the token.",
            "That a leader makes progress.")
        .beware(
            "O_EXCL alone: after a crash the file names a leader that is dead.",
            "Judging by age or PID.")
        .remark(NOT_YET + "; `parley lock` is its base")
        .from("book 6.2.4, 7");
  }

  private static Pattern barrier() {
    return pattern(
            "barrier",
            "Barrier",
            "Each participant marks its arrival; all go on once the last has come.")
        .uses("phases of a computation", "start together")
        .madeOf("directory-set", "ofd-lock", "inotify")
        .guarantees("Nobody goes on before all have arrived.")
        .promisesNot("That all arrive: death or time must break it for everybody.")
        .beware(
            "Cleaning up while others still count.",
            "Using the same names again for the next round.")
        .remark(NOT_YET)
        .from("book 6.2.4");
  }

  private static Pattern consensus() {
    return pattern(
            "consensus", "Consensus", "Several processes agree on one value, once and for all.")
        .uses("a decision that survives the death of who made it", "several disks, one truth")
        .madeOf("git-lockfile", "directory-set", "atomic-write")
        .guarantees(
            "One value is chosen, one that somebody proposed, and it never changes.",
            "In one directory link(2) or O_EXCL decides; over several, a majority of them.")
        .promisesNot("A decision while a majority is unreachable.")
        .beware(
            "Counting votes that can still change.",
            "A directory that was restored from a copy: it forgets what it promised.")
        .remark(NOT_YET)
        .from("book 6.2.4");
  }

  private static Pattern stateMachine() {
    return pattern(
            "state-machine",
            "State machine",
            "A state in a file, changed under a lock by declared transitions, with its history.")
        .uses("workflows of several processes", "deployments, orders, jobs")
        .madeOf("atomic-write", "ofd-lock", "append-log")
        .orders(Ordering.FIFO, Ordering.CAUSAL)
        .guarantees(
            "Only declared transitions happen, one after another.",
            "State and history agree after a crash.")
        .promisesNot("Effects outside: what an action did elsewhere is not undone.")
        .beware(
            "Writing state and history in two steps without a way to tell which is behind.",
            "Looking at the state before taking the lock.")
        .remark(NOT_YET + "; `parley update` changes a file under a lock")
        .from("book 6.3.2, 7");
  }

  private static Pattern batchWriter() {
    return pattern(
            "batch-writer",
            "Batch writer",
            "Many files are written first, then synced and renamed together.")
        .uses("many small durable messages")
        .madeOf("atomic-write", "directory-queue")
        .orders(Ordering.FIFO)
        .guarantees("One sync of the directory for all that came meanwhile.")
        .promisesNot("That all of a batch become visible at once: each rename is by itself.")
        .beware("Saying done before the sync.")
        .in("dev.parley.Queue")
        .remark("sendAll and sendAsync")
        .from("book 6.5.1");
  }

  private static Pattern writeCombining() {
    return pattern(
            "write-combining",
            "Write combining",
            "Writes to the same place that come close together become one.")
        .uses("counters, positions, states that change faster than they must be stored")
        .madeOf("atomic-write", "append-log")
        .orders(Ordering.LATEST)
        .guarantees("The last value is written.")
        .promisesNot("That each value in between is ever seen, or survives a crash.")
        .beware("Combining what each had to be seen.")
        .remark(NOT_YET)
        .from("book 6.5.1");
  }

  private static Pattern readAhead() {
    return pattern(
            "read-ahead", "Read-ahead", "The next entries are fetched before they are asked for.")
        .uses("reading logs and queues in order")
        .madeOf("append-log", "directory-queue")
        .orders(Ordering.FIFO)
        .guarantees("Fewer waits for the disk where reading is in order.")
        .promisesNot("That what was fetched is still there, or unclaimed, when its turn comes.")
        .beware("Claiming ahead more than is worked on: others go hungry.")
        .remark(NOT_YET + "; a consumer lists a bucket once and claims one by one")
        .from("book 6.5.1");
  }

  private static Pattern directoryEntryCache() {
    return pattern(
            "directory-entry-cache",
            "Directory-entry cache",
            "A listing is kept and used again as long as the directory has not changed.")
        .uses("large directories that are looked at often")
        .madeOf("directory-queue", "directory-set", "inotify")
        .orders(Ordering.UNORDERED)
        .guarantees("No listing where nothing changed.")
        .promisesNot("To be right between a change and its notice: let the act itself decide.")
        .beware("A change time that is coarser than two changes.")
        .remark(NOT_YET + " as one; consumers keep the bucket they listed")
        .from("book 6.5.1");
  }

  private static Pattern lazyDeletion() {
    return pattern(
            "lazy-deletion",
            "Lazy deletion",
            "What is gone is renamed aside at once and removed later, many at a time.")
        .uses("large files and trees", "to answer before the work is done")
        .madeOf("directory-queue", "atomic-write")
        .guarantees("The name is free at once.")
        .promisesNot("The room: it comes back with the removal.")
        .beware("An aside that nobody empties.")
        .remark(NOT_YET)
        .from("book 6.5.1");
  }
}
