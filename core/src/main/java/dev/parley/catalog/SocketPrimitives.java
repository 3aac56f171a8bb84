package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;

/// Unix domain sockets. Source: book 4.4.2, 14.4.
final class SocketPrimitives {
  private static final String PAGE = "sockets.md";

  /// SO_SNDBUF's default of 212,992 bytes, less 32 of overhead.
  private static final long DEFAULT_LARGEST_DATAGRAM = 212_960;

  private SocketPrimitives() {}

  static List<Primitive> all() {
    return List.of(stream(), datagram(), seqpacket(), abstractName(), descriptorPassing());
  }

  private static Entry socket(String name, String title, String summary) {
    return Entry.of(Family.SOCKETS, name, title, summary)
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("the socket file stays until it is unlinked; what is on its way goes with the socket")
        .is(DIRECTION, Direction.TWO_WAY)
        .is(
            SYNCHRONISATION,
            Synchronisation.BLOCKING,
            Synchronisation.NON_BLOCKING,
            Synchronisation.SELECTABLE)
        .is(SENDERS, Senders.MANY)
        .is(BUFFERING, Buffering.KERNEL)
        .but("the sender's SO_SNDBUF: 208 KiB by default (net.core.wmem_default)")
        .is(TRANSFER, Transfer.COPIED)
        .is(PERFORMANCE, Performance.SYSTEM_CALL)
        .is(DEATH, Death.RELEASED, Death.LOST, Death.STALE)
        .but("the peer is told; what was read is gone; the socket file stays and refuses")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE)
        .but("to connect or send needs write permission on the socket file, on Linux")
        .is(SECURITY, Protection.ACCESS_CHECKED, Protection.PEER_KNOWN, Protection.UNCHANGEABLE)
        .but("who called connect(2) or listen(2), then; users of other namespaces are 65534")
        .is(RENDEZVOUS, Rendezvous.PATH)
        .but("at most 107 bytes of path; socketpair(2) makes a pair without a name")
        .is(REACH, Reach.HOST)
        .is(NAMESPACE, Namespace.MOUNT)
        .is(FILESYSTEM, Filesystem.SPECIAL_FILES)
        .is(SHELL, Shell.TOOL)
        .but("socat")
        .page(PAGE);
  }

  private static Primitive stream() {
    return socket(
            "stream-socket",
            "Unix stream socket",
            "A server listens at a path; each client gets a two-way stream of bytes of its own.")
        .aka("unix-socket", "uds", "af-unix", "socketpair")
        .is(ROLE, Role.STREAM, Role.HANDOVER)
        .is(ORDERING, Ordering.FIFO)
        .but("within a connection; between connections there is none")
        .is(SENDERS, Senders.MANY)
        .but("each client has its own connection")
        .is(RECEIVERS, Receivers.SHARED)
        .but("several may accept from one listening socket; each connection goes to one")
        .is(MESSAGE_SIZE, MessageSize.STREAM)
        .is(TRANSFER, Transfer.SPLICED)
        .is(SECURITY, Protection.ACCESS_CHECKED, Protection.PEER_KNOWN, Protection.COPIED)
        .but("who called connect(2) or listen(2), then; users of other namespaces are 65534")
        .is(SHELL, Shell.TOOL)
        .but("socat, nc -U")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS, Platform.WINDOWS)
        .but("Windows 10 and later, without descriptors and credentials; macOS: 104 bytes of path")
        .uses("requests and answers", "a service with sessions", "what D-Bus, X11 and Docker use")
        .guarantees(
            "Bytes of a connection arrive in order, once, or the connection ends.",
            "SO_PEERCRED: who called connect(2) or listen(2), then; SO_PEERPIDFD since Linux 6.5.",
            "A peer's end is seen: end of file, EPIPE or ECONNRESET.")
        .promisesNot(
            "Boundaries between messages.",
            "That who connected is who writes: descriptors are inherited and passed on.",
            "That what was written is read: the peer may die before.",
            "An address that is free after a crash: the file stays, bind(2) says EADDRINUSE.")
        .security(
            "Write permission on the file lets in; set the umask or the directory's mode before"
                + " bind(2).",
            "Unlinking a stale file and binding anew can take the name from a fresh server: do it"
                + " under a lock.",
            "A client that does not read or write holds a connection; the backlog is bounded"
                + " (net.core.somaxconn).",
            "/proc/net/unix shows the paths to all in the network namespace.")
        .in("dev.parley.primitive.socket.Listener")
        .in("dev.parley.primitive.socket.Connection")
        .from("man 7 unix", "man 2 listen", "book 4.4.2");
  }

  private static Primitive datagram() {
    return socket(
            "datagram-socket",
            "Unix datagram socket",
            "Messages to an address, whole and in order, without a connection.")
        .aka("dgram", "datagram")
        .is(ROLE, Role.MESSAGES, Role.HANDOVER)
        .is(DIRECTION, Direction.ONE_WAY, Direction.TWO_WAY)
        .but("an answer needs a name of the sender's own")
        .is(ORDERING, Ordering.FIFO, Ordering.CAUSAL)
        .but("one queue for each receiver")
        .is(RECEIVERS, Receivers.ONE)
        .is(MESSAGE_SIZE, MessageSize.BUFFER)
        .but("above the sender's buffer: EMSGSIZE")
        .atMost(DEFAULT_LARGEST_DATAGRAM)
        .is(BUFFERING, Buffering.KERNEL)
        .but("the sender's SO_SNDBUF, and net.unix.max_dgram_qlen messages for the receiver")
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .uses("log lines (syslog, the journal)", "notifications (NOTIFY_SOCKET)")
        .guarantees(
            "A datagram arrives whole, once, in order, while the receiver lives.",
            "On Linux a full receiver makes the sender wait, or EAGAIN: nothing is dropped.",
            "SO_PASSCRED: who called send(2) for each, by real user, checked by the kernel.")
        .promisesNot(
            "That it was read: a receiver's death loses what is queued.",
            "That the sender meant it: a descriptor given as standard output writes in its name;"
                + " CAP_SETUID may name others.",
            "That a sender learns of a receiver that came and went between two messages.",
            "Delivery to several: that is one send for each.")
        .security(
            "Who has write permission on the file may send anything.",
            "Replies to an address go to whoever is bound to it by then.",
            "One that fills the receiver's queue keeps all others waiting.",
            "/proc/net/unix shows the paths to all in the network namespace.")
        .in("dev.parley.primitive.socket.UnixDatagram")
        .in("dev.parley.primitive.socket.ReliableDatagram")
        .in("dev.parley.primitive.socket.MulticastPublisher")
        .from("man 7 unix", "book 4.4.2");
  }

  private static Primitive seqpacket() {
    return socket(
            "seqpacket-socket",
            "Unix seqpacket socket",
            "Connections as of a stream socket, with boundaries between messages.")
        .aka("seqpacket")
        .is(ROLE, Role.MESSAGES, Role.HANDOVER)
        .is(ORDERING, Ordering.FIFO)
        .but("within a connection; between connections there is none")
        .is(SENDERS, Senders.MANY)
        .but("each client has its own connection")
        .is(RECEIVERS, Receivers.SHARED)
        .but("several may accept from one listening socket; each connection goes to one")
        .is(MESSAGE_SIZE, MessageSize.BUFFER)
        .but("above the sender's buffer: EMSGSIZE")
        .atMost(DEFAULT_LARGEST_DATAGRAM)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD)
        .but("Linux 2.6.4; not macOS, not Windows")
        .uses("requests and answers without framing", "control channels (udev)")
        .guarantees(
            "Messages of a connection arrive whole, in order, once, or the connection ends.",
            "SO_PEERCRED: who called connect(2) or listen(2), then.",
            "A peer's end is seen.")
        .promisesNot(
            "That what was sent is read: the peer may die before.",
            "A message larger than the buffer.",
            "To be there on every system.")
        .security(
            "Write permission on the file lets in; set the umask or the directory's mode before"
                + " bind(2).",
            "A message longer than the receiver's buffer is cut: look at MSG_TRUNC.",
            "A client that does not read holds a connection; the backlog is bounded"
                + " (net.core.somaxconn).",
            "/proc/net/unix shows the paths to all in the network namespace.")
        .in("dev.parley.primitive.socket.MessageChannel")
        .from("man 7 unix", "man 2 recv", "book 4.4.2");
  }

  private static Primitive abstractName() {
    return socket(
            "abstract-socket",
            "Abstract Unix socket",
            "A Unix socket whose name is no path: it vanishes with its last descriptor.")
        .aka("abstract")
        .is(ROLE, Role.STREAM, Role.MESSAGES, Role.HANDOVER)
        .but("of any of the three types")
        .is(PERSISTENCE, Persistence.EPHEMERAL)
        .but("the name, too")
        .is(ORDERING, Ordering.FIFO)
        .is(RECEIVERS, Receivers.SHARED)
        .but("a datagram socket has one receiver")
        .is(MESSAGE_SIZE, MessageSize.STREAM, MessageSize.BUFFER)
        .but("as its type")
        .is(DEATH, Death.RELEASED, Death.LOST)
        .but("the name is free at once; what was read is gone")
        .is(PERMISSIONS, Permission.NONE)
        .is(SECURITY, Protection.EXPOSED, Protection.PEER_KNOWN, Protection.COPIED)
        .is(RENDEZVOUS, Rendezvous.ABSTRACT_NAME)
        .but("at most 107 bytes, NUL bytes allowed")
        .is(NAMESPACE, Namespace.NETWORK)
        .is(FILESYSTEM, Filesystem.NONE)
        .is(SHELL, Shell.TOOL)
        .but("socat ABSTRACT-CONNECT:NAME")
        .is(PLATFORMS, Platform.LINUX)
        .uses("a name that cannot be left behind", "to meet across mount namespaces")
        .guarantees(
            "The name is taken by one at a time and free as soon as that one is gone.",
            "No file is left behind.",
            "The peer is known as with the others.")
        .promisesNot(
            "Permissions: everyone in the network namespace can connect, or take the name first.",
            "To be seen from another network namespace.")
        .security(
            "None: check SO_PEERCRED of everyone who connects, and of the server too.",
            "Whoever binds the name first is the server: a squatter can stand in for it.",
            "Anyone can take the name, or connect until descriptors run out.",
            "/proc/net/unix shows the names to all in the network namespace.")
        .in("dev.parley.primitive.socket.UnixAddress")
        .from("man 7 unix, \"Abstract sockets\"", "book 4.4.2, 2.8.1");
  }

  private static Primitive descriptorPassing() {
    return socket(
            "descriptor-passing",
            "Descriptor passing",
            "Open descriptors travel over a Unix socket: SCM_RIGHTS.")
        .aka("fd-passing", "scm-rights")
        .is(ROLE, Role.HANDOVER)
        .is(ORDERING, Ordering.FIFO)
        .but("they come with the bytes they were sent with")
        .is(RECEIVERS, Receivers.ONE)
        .is(MESSAGE_SIZE, MessageSize.WORD)
        .but("1 to 253 descriptors a message; more is EINVAL")
        .is(TRANSFER, Transfer.REFERENCE)
        .is(DEATH, Death.RELEASED, Death.LOST)
        .but("descriptors that nobody received are closed with the socket")
        .is(PERMISSIONS, Permission.FILE_MODE, Permission.DIRECTORY_MODE, Permission.DESCRIPTOR)
        .but("those of the socket; what is passed keeps the rights it was opened with")
        .is(SECURITY, Protection.ACCESS_CHECKED, Protection.PEER_KNOWN)
        .is(RENDEZVOUS, Rendezvous.PATH, Rendezvous.ABSTRACT_NAME, Rendezvous.DESCRIPTOR)
        .but("whatever the socket was found by")
        .is(NAMESPACE, Namespace.MOUNT, Namespace.NONE)
        .but("the socket must be reached; what it passes works everywhere")
        .is(SHELL, Shell.NONE)
        .is(PLATFORMS, Platform.LINUX, Platform.FREEBSD, Platform.MACOS)
        .uses(
            "privileged opens for an unprivileged worker",
            "accepted connections for another process",
            "sealed memory for a peer")
        .guarantees(
            "The receiver gets a descriptor of the same open file description, as dup(2) would.",
            "What does not fit the receiver's buffer is closed, and MSG_CTRUNC says so.",
            "MSG_CMSG_CLOEXEC sets close-on-exec as they arrive.")
        .promisesNot(
            "Own offsets, locks or status flags: both share the description's.",
            "To take rights back: what was passed stays passed.",
            "Any number in flight: above RLIMIT_NOFILE sendmsg(2) says ETOOMANYREFS.")
        .security(
            "A descriptor carries its rights past every later check of paths: pass the narrowest.",
            "What arrives may be anything: fstat(2) it, and do not block on it.",
            "A peer can send descriptors until yours run out: take only as many as were agreed, or none"
                + " (SO_PASSRIGHTS, Linux 6.16).",
            "A passed directory lets openat(2) reach what is below it, out of a chroot(2) too.")
        .in("dev.parley.primitive.socket.MessageChannel")
        .from("man 7 unix, SCM_RIGHTS", "man 3 cmsg", "book 4.4.2, 14.4.1");
  }
}
