package dev.parley.primitive.memory;

import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Mapping;
import java.io.IOException;

/// The slots of a region, of which this handle has one, and what becomes of those whose owner died.
///
/// The owner of slot n holds an OFD write lock on byte n of the file, through an open file
/// description of its own, for as long as it lives. Its entry in the slot table says 1 before it
/// does anything else with the memory, and 0 only once nothing is left of it.
///
/// ```text
///   byte      entry
///   locked    0      just arrived, or just leaving
///   locked    1      alive; or somebody is reaping it
///   free      1      dead: what it held is to be given back
///   free      0      free
/// ```
///
/// Whoever reaps a dead slot holds its byte meanwhile. So nobody can take the slot in between, and
/// what names the slot in the memory is the dead one's and not a successor's. Dying while reaping
/// leaves the slot as dead as it was.
final class Slots {
  /// Gives back what the owner of `slot` held, who is dead or leaving; called again if whoever did
  /// it died on the way.
  interface Heir {
    void inherit(Mapping memory, int slot) throws IOException;
  }

  private static final int FREE = 0;
  private static final int IN_USE = 1;

  private final Kernel kernel;
  private final Fd file;
  private final String path;
  private final Mapping memory;
  private final RegionLayout layout;
  private final Heir heir;
  private final int mine;

  /// Takes a free slot.
  ///
  /// @throws NoSlotException if there is none
  Slots(Kernel kernel, RegionFile file, Mapping memory, Heir heir) throws IOException {
    this.kernel = kernel;
    this.file = file.file();
    this.path = file.path();
    this.layout = file.layout();
    this.memory = memory;
    this.heir = heir;
    mine = take();
  }

  private int take() throws IOException {
    for (int slot = 0; slot < layout.slots(); slot++) {
      if (!lock(slot)) continue;
      if (memory.getIntVolatile(layout.slot(slot)) != FREE) heir.inherit(memory, slot);
      memory.setIntVolatile(layout.slot(slot), IN_USE);
      return slot;
    }
    throw new NoSlotException(
        path
            + " is open as often as it can be, "
            + layout.slots()
            + " times; close some of those, or make it anew with more slots");
  }

  private boolean lock(int slot) throws IOException {
    return kernel.trySetLock(file, LockKind.EXCLUSIVE, slot, 1);
  }

  int mine() {
    return mine;
  }

  // ---- the dead

  /// Gives back what the owner of `slot` held, if it is dead.
  ///
  /// @return whether it was
  boolean reap(int slot) throws IOException {
    if (slot == mine || slot < 0 || slot >= layout.slots()) return false;
    if (memory.getIntVolatile(layout.slot(slot)) == FREE) return false;
    if (kernel.isLockedByOther(file, LockKind.EXCLUSIVE, slot, 1)) return false;
    return inherit(slot);
  }

  /// Our threads share one open file description, whose locks do not exclude each other.
  private synchronized boolean inherit(int slot) throws IOException {
    if (!lock(slot)) return false;
    try {
      if (memory.getIntVolatile(layout.slot(slot)) == FREE) return false;
      heir.inherit(memory, slot);
      memory.setIntVolatile(layout.slot(slot), FREE);
      return true;
    } finally {
      kernel.unlock(file, slot, 1);
    }
  }

  /// Reaps all who are dead.
  ///
  /// @return whether anybody was
  boolean reapAll() throws IOException {
    boolean any = false;
    for (int slot = 0; slot < layout.slots(); slot++) any |= reap(slot);
    return any;
  }

  // ---- leaving

  /// Gives back what this handle held. Called when no thread of it touches the memory any more,
  /// with a fresh mapping; the slot is free once the file is closed.
  void leave(Mapping fresh) throws IOException {
    heir.inherit(fresh, mine);
    fresh.setIntVolatile(layout.slot(mine), FREE);
  }
}
