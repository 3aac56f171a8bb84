package dev.parley.doctor;

import static dev.parley.doctor.Guarantee.*;

import java.util.List;
import java.util.Map;

/// A part of Parley, and what it needs of the mount.
@SuppressWarnings(
    "ImmutableEnumChecker") // List.of and Map.of make lists and maps that never change
public enum Feature {
  QUEUES(
      "queues and topics",
      List.of(
          LOCAL,
          RENAME_ONCE,
          RENAME_WITHOUT_REPLACING,
          RENAME_REPLACES_WHOLE,
          LINK_ONCE,
          UNLINK_ONCE,
          MKDIR_ONCE,
          RMDIR_ONLY_EMPTY,
          OFD_LOCKS_EXCLUDE,
          LOCKS_END_WITH_THEIR_HOLDER,
          DISTINCT_NAMES,
          NAME_LENGTH),
      Map.of(
          INOTIFY, "who waits is not woken and has to look again and again",
          FRESH_MTIME, "a consumer may see a message only at its next full look",
          FIFOS, "a process that dies may be noticed late")),
  DURABLE_SENDS(
      "durability group and message", List.of(SURVIVES_POWER_CUT, DIRECTORY_SYNC), Map.of()),
  ATOMIC_WRITES(
      "write, update",
      List.of(RENAME_REPLACES_WHOLE),
      Map.of(
          SURVIVES_POWER_CUT, "after a power cut the old content may be back, or gone",
          DIRECTORY_SYNC, "after a power cut the old content may be back",
          RENAME_WITHOUT_REPLACING, "a killed creation may leave a second name",
          RENAME_EXCHANGES, "names cannot be exchanged",
          UNNAMED_FILES, "content on its way has a name for a moment")),
  SETS(
      "directory set",
      List.of(CREATE_ONCE, UNLINK_ONCE, DISTINCT_NAMES, NAME_LENGTH),
      Map.of(
          LOCAL, "a snapshot may miss what other hosts do",
          INOTIFY, "a snapshot waits until the set is quiet",
          UNNAMED_FILES, "a killed process may leave a file, which removeLeftovers removes")),
  ATTRIBUTES(
      "attributes and labels",
      List.of(XATTRS, FLOCK_EXCLUDES),
      Map.of(
          LOCAL, "compare-and-swap may not exclude other hosts",
          INOTIFY, "a watch looks again and again")),
  LOCKS(
      "lock",
      List.of(FLOCK_EXCLUDES, OFD_LOCKS_EXCLUDE, LOCKS_END_WITH_THEIR_HOLDER),
      Map.of(
          LOCAL, "only leases exclude other hosts",
          LINK_ONCE, "there are no dotlocks",
          WAITS_END_BY_SIGNAL, "a wait with a time limit may last longer")),
  SHARED_MEMORY("mapped memory", List.of(LOCAL, SHARED_MAPPINGS, OVERWRITES_HAVE_ROOM), Map.of()),
  UNIX_SOCKETS("Unix sockets", List.of(SOCKETS), Map.of()),
  LOGS("append log", List.of(APPENDS_STAY_WHOLE), Map.of()),
  FIFO("FIFOs", List.of(FIFOS), Map.of()),
  WATCHES("watch", List.of(), Map.of(INOTIFY, "only looking again and again tells of changes"));

  private final String label;
  private final List<Guarantee> needs;
  private final Map<Guarantee, String> misses;

  Feature(String label, List<Guarantee> needs, Map<Guarantee, String> misses) {
    this.label = label;
    this.needs = needs;
    this.misses = misses;
  }

  public String label() {
    return label;
  }

  /// What it is refused without.
  List<Guarantee> needs() {
    return needs;
  }

  /// What it works without, and what is lost then.
  Map<Guarantee, String> misses() {
    return misses;
  }
}
