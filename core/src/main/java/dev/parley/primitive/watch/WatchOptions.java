package dev.parley.primitive.watch;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// How to watch.
///
/// @param recursive whether the directories below are watched, too
/// @param presentFirst whether what is there already is told first
/// @param kinds what to tell; [Change.Kind#MISSED] and [Change.Kind#UNSEEN] are told whatever it
///   says
/// @param settle how long to gather after the first change, so that more of them become one
/// @param poll look so often instead of asking the kernel
/// @param fallback look so often where the kernel does not tell; without it such a place is refused
/// @param maxEntries how many entries are known at most; more are not told
public record WatchOptions(
    boolean recursive,
    boolean presentFirst,
    Set<Change.Kind> kinds,
    Duration settle,
    Optional<Duration> poll,
    Optional<Duration> fallback,
    int maxEntries) {

  public WatchOptions {
    kinds = Set.copyOf(kinds);
    for (Optional<Duration> interval : java.util.List.of(poll, fallback)) {
      if (interval.isPresent() && (interval.get().isNegative() || interval.get().isZero())) {
        throw new IllegalArgumentException("to poll without pause is to spin");
      }
    }
    if (poll.isPresent() && kinds.equals(Set.of(Change.Kind.WRITTEN))) {
      throw new IllegalArgumentException(
          "polling cannot see who has closed a file, so it never tells WRITTEN alone truly;"
              + " ask for APPEARED and CHANGED");
    }
  }

  /// The entries of a directory; everything; a million entries.
  public static WatchOptions defaults() {
    return new WatchOptions(
        false,
        false,
        EnumSet.allOf(Change.Kind.class),
        Duration.ZERO,
        Optional.empty(),
        Optional.empty(),
        1_000_000);
  }

  public WatchOptions withRecursive(boolean below) {
    return new WatchOptions(below, presentFirst, kinds, settle, poll, fallback, maxEntries);
  }

  public WatchOptions withPresentFirst(boolean first) {
    return new WatchOptions(recursive, first, kinds, settle, poll, fallback, maxEntries);
  }

  public WatchOptions withKinds(Set<Change.Kind> wanted) {
    return new WatchOptions(recursive, presentFirst, wanted, settle, poll, fallback, maxEntries);
  }

  public WatchOptions withSettle(Duration gathering) {
    return new WatchOptions(recursive, presentFirst, kinds, gathering, poll, fallback, maxEntries);
  }

  public WatchOptions withPolling(Duration interval) {
    return new WatchOptions(
        recursive, presentFirst, kinds, settle, Optional.of(interval), fallback, maxEntries);
  }

  public WatchOptions withFallback(Duration interval) {
    return new WatchOptions(
        recursive, presentFirst, kinds, settle, poll, Optional.of(interval), maxEntries);
  }

  public WatchOptions withMaxEntries(int most) {
    return new WatchOptions(recursive, presentFirst, kinds, settle, poll, fallback, most);
  }
}
