package dev.parley.primitive.watch;

import dev.parley.primitive.watch.Change.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes several changes of one file in one batch one change.
final class Batches {
  private static final Set<Kind> ALWAYS = EnumSet.of(Kind.MISSED, Kind.UNSEEN);

  private Batches() {}

  /// A `CHANGED` after an `APPEARED` or another `CHANGED` of the same path becomes part of that, a
  /// `WRITTEN` replaces one before it, unless the name came or went in between. What nobody asked
  /// for is left out.
  static List<Change> collapse(List<Change> told, Set<Kind> kinds) {
    List<@Nullable Change> kept = new ArrayList<>();
    Map<String, Integer> states = new HashMap<>();
    Map<String, Integer> written = new HashMap<>();
    for (Change change : told) {
      String path = change.path();
      switch (change.kind()) {
        case PRESENT, APPEARED -> {
          written.remove(path);
          states.put(path, kept.size());
          kept.add(change);
        }
        case CHANGED -> {
          Integer before = states.get(path);
          if (before == null) {
            states.put(path, kept.size());
            kept.add(change);
          } else {
            Change first = Objects.requireNonNull(kept.get(before));
            kept.set(before, Change.of(first.kind(), path, change.status()));
          }
        }
        case WRITTEN -> {
          Integer before = written.put(path, kept.size());
          if (before != null) kept.set(before, null);
          kept.add(change);
        }
        case GONE -> {
          states.remove(path);
          written.remove(path);
          kept.add(change);
        }
        case MOVED, MISSED, UNSEEN -> {
          // Paths below it are others now.
          states.clear();
          written.clear();
          kept.add(change);
        }
      }
    }
    List<Change> wanted = new ArrayList<>();
    for (Change change : kept) {
      if (change == null) continue;
      if (kinds.contains(change.kind()) || ALWAYS.contains(change.kind())) wanted.add(change);
    }
    return Collections.unmodifiableList(wanted);
  }
}
