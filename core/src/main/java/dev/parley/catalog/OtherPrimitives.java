package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// System V IPC and POSIX IPC, for comparison: named, but not by files. Source: book 4.2, 14.3.
final class OtherPrimitives {
  private static final String NOT_OURS = "not part of Parley: no path of one's choice names it";

  private OtherPrimitives() {}

  static List<Primitive> all() {
    return List.of(
        sysvQueue(), sysvSemaphore(), sysvSharedMemory(), posixQueue(), posixSemaphore());
  }

  private static Entry sysv(Entry entry) {
    return entry
        .is(PERSISTENCE, Persistence.SEMI_PERSISTENT)
        .but("until it is removed, by ipcrm(1) for instance")
        .is(PERMISSIONS, Permission.IPC_MODE)
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.KEY)
        .but("a number, made from a path by ftok(3) or agreed")
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.IPC)
        .is(FILESYSTEM, Filesystem.NONE)
        .is(SHELL, Shell.TOOL)
        .but("ipcs(1), ipcmk(1) and ipcrm(1) list, make and remove; they do not use it")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .but("POSIX.1 (XSI)")
        .remark(NOT_OURS);
  }

  private static Entry messages(Entry entry) {
    return entry
        .is(ROLE, Role.MESSAGES)
        .is(DIRECTION, Direction.ONE_WAY)
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.SHARED)
        .is(MESSAGE_SIZE, MessageSize.KILOBYTES)
        .atMost(8192)
        .is(BUFFERING, Buffering.KERNEL)
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.WHOLE, Death.LOST)
        .but("what was received is gone; what waits stays");
  }

  private static Primitive sysvQueue() {
    return messages(
            sysv(
                Entry.of(
                    Family.NOT_FILES,
                    "sysv-queue",
                    "System V message queue",
                    "Typed messages in the kernel's memory, found by a number: msgsnd(2),"
                        + " msgrcv(2).")))
        .aka("msgget", "sysv", "sysv-ipc")
        .is(SYNCHRONISATION, Synchronisation.BLOCKING, Synchronisation.NON_BLOCKING)
        .but("not by poll(2)")
        .is(SECURITY, Protection.ACCESS_CHECKED, Protection.UNCHANGEABLE)
        .is(ORDERING, Ordering.FIFO, Ordering.CAUSAL, Ordering.PRIORITY)
        .but("a receiver may ask for one type, or for the lowest first")
        .is(MESSAGE_SIZE, MessageSize.KILOBYTES)
        .but("kernel.msgmax: 8,192 bytes")
        .is(BUFFERING, Buffering.KERNEL)
        .but("kernel.msgmnb: 16,384 bytes a queue")
        .uses("programs that use it already")
        .guarantees(
            "A message arrives whole, once, at one receiver.",
            "A full queue holds the sender back.")
        .promisesNot(
            "To wait for it together with descriptors: it is none.",
            "A time limit on waiting.",
            "To be removed with its users.")
        .security(
            "Owner and mode of its own; owner and creator may remove it.",
            "A removed queue's id may be used again; keys of ftok(3) can collide.",
            "One user can fill the queue, or use up all ids (kernel.msgmni).",
            "/proc/sysvipc/msg shows sizes, times and PIDs to all in the IPC namespace.")
        .from("man 7 sysvipc", "man 2 msgsnd", "book 14.3.1");
  }

  private static Primitive sysvSemaphore() {
    return sysv(Entry.of(
            Family.NOT_FILES,
            "sysv-semaphore",
            "System V semaphores",
            "Sets of counters in the kernel; several of a set change in one step: semop(2)."))
        .aka("semget")
        .is(ROLE, Role.EXCLUSION, Role.NOTIFICATION)
        .is(DIRECTION, Direction.NONE)
        .is(SYNCHRONISATION, Synchronisation.BLOCKING, Synchronisation.NON_BLOCKING)
        .but("not by poll(2)")
        .is(ORDERING, Ordering.UNORDERED)
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.NOBODY)
        .is(MESSAGE_SIZE, MessageSize.NONE)
        .is(BUFFERING, Buffering.NONE)
        .is(TRANSFER, Transfer.NONE)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.RELEASED, Death.STALE)
        .but("given back at the process's end with SEM_UNDO, else never")
        .uses("counting resources", "programs that use it already (databases)")
        .guarantees(
            "All operations of one semop(2) happen, or none.",
            "With SEM_UNDO the kernel takes back what a process did when it ends.")
        .promisesNot(
            "A set that is made and filled in one step: others may find it in between.",
            "To be removed with its users.",
            "To tell an undone count from one given back in good order.")
        .security(
            "Owner and mode of its own.",
            "Between semget(2) and the first value another may use it.",
            "Whoever may alter it can take all counts; its owner or creator can remove the set.",
            "/proc/sysvipc/sem shows sets to all in the IPC namespace.")
        .from("man 2 semop", "man 7 sysvipc", "book 14.3.1");
  }

  private static Primitive sysvSharedMemory() {
    return sysv(MemoryPrimitives.memory(
            Family.NOT_FILES,
            "sysv-shared-memory",
            "System V shared memory",
            "A segment of memory that is found by a number and attached: shmget(2), shmat(2)."))
        .aka("shmget")
        .uses("programs that use it already (databases)")
        .guarantees(
            "A store is seen by all who attached it.",
            "Its size never changes: nobody can cut it short.",
            "shm_nattch counts who is attached.")
        .promisesNot(
            "To be removed with its users, unless it was marked for removal.",
            "A descriptor to pass, seal or wait for.",
            "To be mapped in part.")
        .security(
            "Owner and mode of its own.",
            "A value that was checked may change before it is used: copy it first.",
            "Segments that are left behind hold memory until reboot.",
            "/proc/sysvipc/shm shows sizes and PIDs to all in the IPC namespace.")
        .from("man 2 shmget", "man 2 shmop", "book 14.3.1");
  }

  private static Primitive posixQueue() {
    return messages(
            Entry.of(
                Family.NOT_FILES,
                "posix-queue",
                "POSIX message queue",
                "Messages with priorities in the kernel's memory, found by a name like /jobs:"
                    + " mq_open(3)."))
        .aka("mq", "mqueue", "posix-message-queue")
        .is(PERSISTENCE, Persistence.SEMI_PERSISTENT)
        .but("until mq_unlink(3)")
        .is(
            SYNCHRONISATION,
            Synchronisation.BLOCKING,
            Synchronisation.NON_BLOCKING,
            Synchronisation.SELECTABLE)
        .but("poll(2) on Linux, where it is a descriptor; elsewhere mq_notify(3)")
        .is(ORDERING, Ordering.PRIORITY, Ordering.FIFO, Ordering.CAUSAL)
        .but("highest first; the oldest within a priority")
        .is(MESSAGE_SIZE, MessageSize.KILOBYTES)
        .but("fs.mqueue.msgsize_max: 8,192 bytes, at most 16 MiB")
        .is(BUFFERING, Buffering.KERNEL)
        .but("fs.mqueue.msg_max: 10 messages, and RLIMIT_MSGQUEUE")
        .is(PERMISSIONS, Permission.IPC_MODE)
        .but("owner and mode, checked when it is opened")
        .is(SECURITY, Protection.ACCESS_CHECKED, Protection.UNCHANGEABLE)
        .is(RENDEZVOUS, Rendezvous.IPC_NAME)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.IPC)
        .is(FILESYSTEM, Filesystem.NONE)
        .but("visible where mqueue is mounted: /dev/mqueue")
        .is(SHELL, Shell.TOOL)
        .but("ls, cat and rm in /dev/mqueue show and remove; they do not send")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD)
        .but("POSIX.1; not macOS")
        .uses("small urgent messages between programs in C")
        .guarantees(
            "A message arrives whole, once, at one receiver.",
            "The highest priority comes first, the oldest of it before the others.",
            "A full queue holds the sender back; waiting can have a time limit.")
        .promisesNot(
            "More than 10 messages a queue without an administrator's leave.",
            "To survive a reboot.",
            "That a message comes again whose receiver died.")
        .security(
            "Owner and mode, without ACLs.",
            "Anybody may take the name first; it may be unlinked and made anew, and old descriptors go"
                + " on.",
            "A low limit of queues for all (fs.mqueue.queues_max: 256).",
            "/dev/mqueue, where mounted, shows names and sizes.")
        .remark(NOT_OURS)
        .from("man 7 mq_overview", "book 14.3.1");
  }

  private static Primitive posixSemaphore() {
    return Entry.of(
            Family.NOT_FILES,
            "posix-semaphore",
            "POSIX semaphore",
            "A counter that processes raise and wait to lower, by a name like /slots or in shared"
                + " memory.")
        .aka("sem", "sem-open")
        .is(ROLE, Role.EXCLUSION, Role.NOTIFICATION)
        .is(PERSISTENCE, Persistence.SEMI_PERSISTENT)
        .but("a named one until sem_unlink(3), an unnamed one as its memory")
        .is(DIRECTION, Direction.NONE)
        .is(SYNCHRONISATION, Synchronisation.BLOCKING, Synchronisation.NON_BLOCKING)
        .but("not by poll(2)")
        .is(ORDERING, Ordering.UNORDERED)
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.NOBODY)
        .is(MESSAGE_SIZE, MessageSize.NONE)
        .is(BUFFERING, Buffering.NONE)
        .is(TRANSFER, Transfer.NONE)
        .is(PERFORMANCE, Performance.MEMORY)
        .is(DEATH, Death.STALE)
        .but("a count that a dead process had taken is never given back")
        .is(PERMISSIONS, Permission.FILE_MODE)
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.IPC_NAME, Rendezvous.ADDRESS)
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.MOUNT)
        .but("on Linux a named one is a file in /dev/shm: sem.NAME")
        .is(FILESYSTEM, Filesystem.NONE)
        .is(SHELL, Shell.NONE)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .but("POSIX.1; macOS has named ones only")
        .uses("counting slots", "a signal between two programs")
        .guarantees(
            "The counter never falls below zero; one waiter goes on for each post.",
            "No system call as long as nobody waits, on Linux.")
        .promisesNot("To notice a death.", "An owner: any process may post.", "Fairness.")
        .security(
            "Who can open it can take or give any count.",
            "Anybody may take the name first; the value that sem_getvalue(3) tells is old when it"
                + " arrives.",
            "A process that dies between wait and post stops the others for good.",
            "Its name is listed in /dev/shm.")
        .remark(NOT_OURS)
        .from("man 7 sem_overview", "book 14.3.1");
  }
}
