package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// Memory that several processes map. Source: book 4.4.3.
final class MemoryPrimitives {
  private static final String PAGE = "memory.md";

  private MemoryPrimitives() {}

  static List<Primitive> all() {
    return List.of(mappedFile(), sealedMemfd(), sharedMemoryQueue());
  }

  /// What every shared mapping is like.
  static Entry memory(Family family, String name, String title, String summary) {
    return Entry.of(family, name, title, summary)
        .is(ROLE, Role.STATE)
        .is(DIRECTION, Direction.TWO_WAY, Direction.BROADCAST)
        .is(SYNCHRONISATION, Synchronisation.NON_BLOCKING)
        .but("to wait takes a futex(2), a lock or a pipe beside it")
        .is(ORDERING, Ordering.UNORDERED)
        .but("stores are seen in the order that their access mode says: release and acquire")
        .is(SENDERS, Senders.AGREED)
        .but("single aligned words are whole; all else needs a protocol or a lock")
        .is(RECEIVERS, Receivers.ALL)
        .is(MESSAGE_SIZE, MessageSize.MEMORY)
        .is(BUFFERING, Buffering.MEMORY)
        .is(TRANSFER, Transfer.SHARED)
        .is(PERFORMANCE, Performance.MEMORY)
        .is(DEATH, Death.BROKEN)
        .is(REACH, Reach.HOST)
        .is(SHELL, Shell.NONE);
  }

  private static Primitive mappedFile() {
    return memory(
            Family.MEMORY,
            "mapped-file",
            "Mapped file",
            "A file that several processes map with MAP_SHARED: what one stores, the others load.")
        .aka("mmap", "shared-memory", "shm", "posix-shared-memory")
        .is(PERSISTENCE, Persistence.SEMI_PERSISTENT, Persistence.PERSISTENT)
        .but(
            "on tmpfs (shm_open(3) makes its files in /dev/shm), or on a disk; msync(2) for a power cut")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH)
        .is(NAMESPACE, Namespace.MOUNT)
        .is(FILESYSTEM, Filesystem.SHARED_MAPPINGS)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS)
        .uses("counters, rings and tables of many processes", "a database's cache")
        .guarantees(
            "A store is seen by all who map it, and by read(2), without a copy.",
            "An aligned word is never half old, half new; compare-and-set works across processes.",
            "The content outlives the processes, as the file does.")
        .promisesNot(
            "An order of plain stores as others see them.",
            "That a process that dies half way leaves the data whole.",
            "That a store into a hole finds room: SIGBUS if the disk is full; allocate first.")
        .security(
            "Who can open it for writing can change everything, at any time.",
            "A value that was checked may change before it is used: copy it first.",
            "Who can truncate it kills those who touch what was cut off: SIGBUS.",
            "Who can open it for reading sees all of it, old data included.")
        .page(PAGE)
        .in("dev.parley.primitive.memory.SharedMemory")
        .from("man 2 mmap", "man 7 shm_overview", "book 4.4.3");
  }

  private static Primitive sealedMemfd() {
    return memory(
            Family.MEMORY,
            "sealed-memfd",
            "Sealed memfd",
            "Memory as a file without a name, whose seals forbid everybody to shrink, grow or write"
                + " it.")
        .aka("memfd", "memfd-create")
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .is(DIRECTION, Direction.ONE_WAY, Direction.TWO_WAY, Direction.BROADCAST)
        .but("one way once writing is sealed")
        .is(DEATH, Death.RELEASED, Death.BROKEN)
        .but("freed with the last descriptor or mapping; half changed unless writing was sealed")
        .is(PERMISSIONS, Permission.DESCRIPTOR)
        .is(SECURITY, Protection.UNREACHABLE, Protection.UNCHANGEABLE)
        .but("unchangeable with F_SEAL_WRITE; through /proc/PID/fd the same user gets in")
        .is(RENDEZVOUS, Rendezvous.DESCRIPTOR)
        .but("passed over a Unix socket, or inherited")
        .is(NAMESPACE, Namespace.NONE)
        .is(FILESYSTEM, Filesystem.NONE)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD)
        .but("Linux 3.17, F_SEAL_FUTURE_WRITE 5.1; FreeBSD 13")
        .uses("large messages to a peer that is not trusted", "a ring that nobody can cut short")
        .guarantees(
            "A seal stays: it cannot be taken off.",
            "With F_SEAL_SHRINK no peer can cut it, so touching it raises no SIGBUS on that account.",
            "With F_SEAL_WRITE what was checked stays as it was.",
            "Nobody finds it by a name.")
        .promisesNot(
            "Sealing by default: MFD_ALLOW_SEALING must be asked for, and the receiver must look at"
                + " the seals.",
            "F_SEAL_WRITE while a writable shared mapping exists: EBUSY.",
            "To outlive its last descriptor and mapping.")
        .security(
            "Who holds a descriptor can write, unless writing is sealed.",
            "Read F_GET_SEALS before the size and the content, not after.",
            "Its pages count as memory of whoever touched them first; they can use up a cgroup.",
            "The same user can open /proc/PID/fd/N.")
        .page(PAGE)
        .in("dev.parley.primitive.memory.SharedMemory")
        .remark("SharedMemory.anonymous and received")
        .from("man 2 memfd_create", "man 2 fcntl, \"File Sealing\"", "book 4.4.3, 14.6.1");
  }

  private static Primitive sharedMemoryQueue() {
    return memory(
            Family.MEMORY,
            "shared-memory-queue",
            "Queue in shared memory",
            "A bounded ring of slots in a mapping: many senders, many receivers, no system call"
                + " unless one must sleep.")
        .aka("ring", "ring-buffer", "shm-queue")
        .is(ROLE, Role.MESSAGES)
        .is(PERSISTENCE, Persistence.SEMI_PERSISTENT)
        .but("in a file; in a memfd until its last descriptor is closed")
        .is(DIRECTION, Direction.ONE_WAY)
        .is(SYNCHRONISATION, Synchronisation.BLOCKING, Synchronisation.NON_BLOCKING)
        .but("futex(2); poll(2) does not wait for it")
        .is(ORDERING, Ordering.FIFO, Ordering.CAUSAL)
        .but("slots are taken in one order")
        .is(SENDERS, Senders.MANY)
        .is(RECEIVERS, Receivers.SHARED)
        .is(MESSAGE_SIZE, MessageSize.MEMORY)
        .but("the size of a slot, chosen when it is made")
        .is(BUFFERING, Buffering.MEMORY)
        .but("bounded; a full one says so")
        .is(DEATH, Death.WHOLE, Death.RETURNED)
        .but("a dead sender's slot is passed over; what a dead receiver had claimed comes again")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DESCRIPTOR)
        .but("as the memory it lies in")
        .is(SECURITY, Protection.ACCESS_CHECKED)
        .is(RENDEZVOUS, Rendezvous.PATH, Rendezvous.DESCRIPTOR)
        .is(NAMESPACE, Namespace.MOUNT, Namespace.NONE)
        .but("a memfd that was passed works everywhere")
        .is(FILESYSTEM, Filesystem.SHARED_MAPPINGS)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS)
        .but("waiting by futex(2) is Linux's")
        .uses("millions of small messages a second", "latencies below a microsecond")
        .guarantees(
            "A message is received whole, by one receiver at a time.",
            "A sender that dies half way does not stop the others.",
            "In Parley: what a dead receiver had claimed comes again; at least once.")
        .promisesNot(
            "To survive a reboot.",
            "That a receiver which is stopped stops nobody: its slot is needed one round later.",
            "Anything against a peer that writes into it by itself.")
        .security(
            "Who can write the memory can forge, change or destroy every message.",
            "Copy a message out of its slot before checking it.",
            "Who truncates the file kills all who touch it: seal a memfd where peers are not"
                + " trusted.",
            "Whoever can map it sees all messages, those already received included.")
        .page(PAGE)
        .in("dev.parley.primitive.memory.SharedQueue")
        .from("book 4.4.3", "man 2 futex");
  }
}
