package dev.parley.catalog;

import static dev.parley.catalog.Dimension.*;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What somebody may want of a way to communicate, in plain words.
public enum Need implements Term {
  MESSAGES(
      "keeps the boundaries of messages", Rule.on(ROLE).yes(Role.MESSAGES).partly(Role.STREAM)),
  REPLAY("what was read can be read again", Rule.on(ROLE).yes(Role.LOG)),
  SHARED_STATE("a value that several see", Rule.on(ROLE).yes(Role.STATE)),
  SWITCH_OVER("all move to another version in one step", Rule.on(ROLE).yes(Role.SWITCH)),
  MUTUAL_EXCLUSION("one at a time", Rule.on(ROLE).yes(Role.EXCLUSION)),
  READ_LOCK("several readers or one writer", Rule.on(ROLE).yes(Role.SHARED_EXCLUSION)),
  NOTIFICATION("wakes those who wait", Rule.on(ROLE).yes(Role.NOTIFICATION)),
  FD_PASSING("passes open descriptors", Rule.on(ROLE).yes(Role.HANDOVER)),
  WHO_HOLDS("shows who holds or uses what", Rule.on(ROLE).yes(Role.INSPECTION)),
  PERSISTENT(
      "outlives the processes, and does not end with a reboot",
      Rule.on(PERSISTENCE).yes(Persistence.PERSISTENT).partly(Persistence.SEMI_PERSISTENT)),
  SURVIVES_REBOOT(
      "outlives a reboot, if it is on a disk", Rule.on(PERSISTENCE).yes(Persistence.PERSISTENT)),
  TWO_WAY("both sides send", Rule.on(DIRECTION).yes(Direction.TWO_WAY)),
  BROADCAST("everyone sees everything", Rule.on(RECEIVERS).yes(Receivers.ALL)),
  MANY_READERS(
      "several may read or take", Rule.on(RECEIVERS).yes(Receivers.ALL).yes(Receivers.SHARED)),
  WORK_SHARING("each message goes to one of several", Rule.on(RECEIVERS).yes(Receivers.SHARED)),
  MANY_WRITERS(
      "several may write at once", Rule.on(SENDERS).yes(Senders.MANY).partly(Senders.AGREED)),
  ORDERED("what one sends arrives in that order", Rule.on(ORDERING).yes(Ordering.FIFO)),
  CAUSAL_ORDER("an answer never comes before its question", Rule.on(ORDERING).yes(Ordering.CAUSAL)),
  PRIORITIES("the more important goes first", Rule.on(ORDERING).yes(Ordering.PRIORITY)),
  LARGE_MESSAGES(
      "a megabyte or more in one piece",
      Rule.on(MESSAGE_SIZE)
          .yes(MessageSize.DISK)
          .yes(MessageSize.MEMORY)
          .partly(MessageSize.STREAM)),
  ZERO_COPY(
      "data is not copied",
      Rule.on(TRANSFER).yes(Transfer.SHARED).yes(Transfer.REFERENCE).partly(Transfer.SPLICED)),
  FAST(
      "far below a microsecond",
      Rule.on(PERFORMANCE).yes(Performance.MEMORY).partly(Performance.SYSTEM_CALL)),
  NO_POLLING(
      "the kernel wakes who waits",
      Rule.on(SYNCHRONISATION)
          .yes(Synchronisation.BLOCKING)
          .yes(Synchronisation.SELECTABLE)
          .yes(Synchronisation.WATCHABLE)),
  SELECTABLE(
      "poll(2) waits for it beside other things",
      Rule.on(SYNCHRONISATION).yes(Synchronisation.SELECTABLE).partly(Synchronisation.WATCHABLE)),
  CRASH_SAFE(
      "a kill at any instant leaves nothing half done",
      Rule.on(DEATH)
          .yes(Death.WHOLE)
          .yes(Death.RELEASED)
          .yes(Death.RETURNED)
          .mars(Death.LOST)
          .mars(Death.TORN)
          .mars(Death.STALE)
          .partly(Death.LOST)
          .partly(Death.TORN)
          .partly(Death.STALE)
          .spoils(Death.BROKEN)),
  REDELIVERY("what a dead reader had taken comes again", Rule.on(DEATH).yes(Death.RETURNED)),
  RELEASED_ON_DEATH(
      "the kernel takes back what a dead process held",
      Rule.on(DEATH).yes(Death.RELEASED).mars(Death.STALE)),
  ACCESS_CONTROL(
      "permissions keep others out",
      Rule.on(SECURITY).yes(Protection.ACCESS_CHECKED).partly(Protection.UNREACHABLE)),
  AUTHENTICATED_PEER(
      "the kernel says who the peer is", Rule.on(SECURITY).yes(Protection.PEER_KNOWN)),
  PRIVATE(
      "only those it was handed to reach it",
      Rule.on(SECURITY).yes(Protection.UNREACHABLE).partly(Protection.ACCESS_CHECKED)),
  TAMPER_PROOF(
      "what was sent cannot be changed afterwards",
      Rule.on(SECURITY).yes(Protection.UNCHANGEABLE).partly(Protection.COPIED)),
  UNRELATED_PROCESSES(
      "found by a name, without a common parent",
      Rule.on(RENDEZVOUS)
          .yes(Rendezvous.PATH)
          .yes(Rendezvous.ABSTRACT_NAME)
          .yes(Rendezvous.IPC_NAME)
          .yes(Rendezvous.KEY)
          .yes(Rendezvous.PID)),
  OTHER_HOST("reaches another host", Rule.on(REACH).yes(Reach.HOSTS).partly(Reach.HOSTS_WITH_CARE)),
  ACROSS_CONTAINERS(
      "reaches into another container",
      Rule.on(NAMESPACE)
          .yes(Namespace.MOUNT)
          .yes(Namespace.NONE)
          .mars(Namespace.NETWORK)
          .mars(Namespace.IPC)
          .mars(Namespace.PID)
          .partly(Namespace.NETWORK)
          .partly(Namespace.IPC)
          .partly(Namespace.PID)),
  SHELL_FRIENDLY("scripts can use it", Rule.on(SHELL).yes(Shell.EVERYDAY).partly(Shell.TOOL)),
  FREEBSD("FreeBSD has it", Rule.on(PLATFORMS).yes(Platform.FREEBSD)),
  MACOS("macOS has it", Rule.on(PLATFORMS).yes(Platform.MACOS)),
  WINDOWS("Windows has it", Rule.on(PLATFORMS).yes(Platform.WINDOWS));

  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // A rule's sets are copies.
  private final Rule<?> rule;

  Need(String meaning, Rule<?> rule) {
    this.meaning = meaning;
    this.rule = rule;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  /// Whether `primitive` meets it, and why.
  public Verdict judge(Primitive primitive) {
    return new Verdict(this, rule.fit(primitive), rule.why(primitive));
  }

  /// Whether it is about what a primitive is for.
  boolean isRole() {
    return rule.dimension() == ROLE;
  }

  /// The need of that word, as for [Catalog#primitive].
  public static Optional<Need> of(String word) {
    String wanted = Catalog.normal(word);
    return Stream.of(values()).filter(need -> need.word().equals(wanted)).findFirst();
  }

  /// Words of needs that somebody who wrote `word` may have meant, the nearest first; at most
  /// three.
  public static List<String> nearest(String word) {
    return Catalog.nearest(word, Stream.of(values()).map(Need::word).toList());
  }

  /// A judgement.
  ///
  /// @param why the primitive's words in the dimension that decides
  public record Verdict(Need need, Fit fit, String why) {}
}
