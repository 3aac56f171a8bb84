package dev.parley.pattern.member;

import dev.parley.primitive.file.Dir;
import dev.parley.primitive.lock.KernelLock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Returns what dead and evicted members held.
///
/// Guarantees: one reaper at a time in a space; a member is probed again under the lock; its file
/// goes last, so a reaper that dies leaves work that the next one finds. See `docs/layout.md`,
/// section 3.
public final class Reaper {
  private final SpaceFolder folder;
  private final Members members;
  private final Holdings holdings;

  Reaper(SpaceFolder folder, Members members, Holdings holdings) {
    this.folder = folder;
    this.members = members;
    this.holdings = holdings;
  }

  /// Reaps whoever is dead now, unless somebody else is reaping.
  ///
  /// @return how many members were reaped
  int reap() throws IOException {
    List<String> gone = gone();
    if (gone.isEmpty()) return 0;
    try (Dir locks = folder.open(SpaceFolder.LOCKS);
        KernelLock lock = KernelLock.tryAcquire(locks, "reaper")) {
      if (lock == null) return 0;
      int reaped = 0;
      for (String id : gone) {
        if (members.state(id) == Members.State.ALIVE) continue;
        if (!holdings.giveBack(id)) continue;
        members.dir().tryUnlink(id);
        reaped++;
      }
      return reaped;
    }
  }

  /// Members without a lock, and holders without a file. Holders are listed first: a member makes
  /// its file before its folders, so a holder seen now whose file is missing afterwards is no
  /// newborn.
  private List<String> gone() throws IOException {
    List<String> gone = new ArrayList<>();
    for (String id : holdings.holders()) {
      if (members.state(id) == Members.State.ABSENT) gone.add(id);
    }
    for (String id : members.ids()) {
      if (members.state(id) == Members.State.DEAD) gone.add(id);
    }
    return gone;
  }
}
