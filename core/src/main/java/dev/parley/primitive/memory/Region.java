package dev.parley.primitive.memory;

import dev.parley.NoSuchNameException;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An open region: its memory, this handle's slot, and the threads that sleep on its words.
///
/// # Closing, and the memory's end
///
/// [#close] first unmaps: what other threads of the handle are doing with the memory ends, in the
/// middle if need be. Then it maps once more and gives back what the handle held, as somebody else
/// would after a death. If that fails, somebody else does.
///
/// Methods above this one turn an InternalError, the JVM's word for memory that is gone, into
/// [#lost].
final class Region implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Region.class.getName());

  private final Kernel kernel;
  private final RegionFile file;
  private final long inode;
  private final Mapping memory;
  private final Slots slots;
  private final Sleepers sleepers;
  private boolean closed;
  private @Nullable InternalError lost;

  private Region(Kernel kernel, RegionFile file, Mapping memory, Slots slots, Sleepers sleepers)
      throws IOException {
    this.kernel = kernel;
    this.file = file;
    this.inode = kernel.status(file.file()).inode();
    this.memory = memory;
    this.slots = slots;
    this.sleepers = sleepers;
  }

  /// Maps `file` and takes a slot. The file becomes the region's if that succeeds.
  ///
  /// @param heir gives back what a slot held besides locks
  static Region attach(Kernel kernel, RegionFile file, Slots.Heir heir) throws IOException {
    Mapping memory = null;
    boolean good = false;
    try {
      RegionLayout layout = file.layout();
      memory = kernel.map(file.file(), layout.sizeBytes());
      Slots.Heir all =
          (mapping, slot) -> {
            for (int i = 0; i < layout.locks(); i++) {
              LockWord.inherit(kernel, mapping, layout.lock(i), slot);
            }
            heir.inherit(mapping, slot);
          };
      Slots slots = new Slots(kernel, file, memory, all);
      Sleepers sleepers = new Sleepers(kernel, memory, file.path());
      Region region = new Region(kernel, file, memory, slots, sleepers);
      good = true;
      return region;
    } finally {
      if (!good && memory != null) memory.close();
    }
  }

  Kernel kernel() {
    return kernel;
  }

  RegionLayout layout() {
    return file.layout();
  }

  Mapping memory() {
    return memory;
  }

  /// Wakes those who sleep on a word. What they are woken for is done: if the kernel refuses, it
  /// stays so, and they notice when they look by themselves.
  ///
  /// @return how many that were
  int wake(long offset, int most) {
    try {
      return kernel.futexWake(memory, offset, most);
    } catch (ErrnoException e) {
      LOG.log(System.Logger.Level.WARNING, "waking a waiter failed; it looks within a second", e);
      return 0;
    }
  }

  Slots slots() {
    return slots;
  }

  Sleepers sleepers() {
    return sleepers;
  }

  String path() {
    return file.path();
  }

  /// @throws NoSuchNameException if its file has lost its name, so that nobody else will come
  void requireKept() throws IOException {
    if (file.passable() != null || kernel.status(file.file()).links() > 0) return;
    throw new NoSuchNameException(
        path()
            + " was removed, or another was put in its place, while it was open; close it, and open"
            + " the name again");
  }

  boolean isNamed(Dir dir, String name) throws IOException {
    FileStatus there = dir.statusOf(name);
    return there != null && there.inode() == inode;
  }

  /// The descriptor that may be handed to others.
  ///
  /// @throws IllegalStateException if it is not of a memfd
  Fd passable() {
    Fd passable = file.passable();
    if (passable == null) {
      throw new IllegalStateException(path() + " is a file; let others open it by its path");
    }
    return passable;
  }

  // ---- the end

  /// @throws MemoryLostException if the memory is known to be gone
  void requireThere() throws MemoryLostException {
    InternalError cause = lost;
    if (cause == null) return;
    throw new MemoryLostException(path() + " was cut short before; close it", cause);
  }

  /// Call it with every InternalError.
  ///
  /// @return what to throw
  MemoryLostException lost(InternalError error) {
    lost = error;
    String now;
    try {
      now = kernel.status(file.file()).sizeBytes() + " bytes are left of it";
    } catch (ErrnoException e) {
      now = e.getMessage();
    }
    return new MemoryLostException(
        path()
            + " was cut short while it was mapped ("
            + now
            + "); the outcome of what was being done is unknown. Close it, find out who did that,"
            + " and remove it",
        error);
  }

  @Override
  public synchronized void close() {
    if (closed) return;
    closed = true;
    sleepers.close();
    memory.close();
    try (file) {
      if (lost != null) return;
      try (Mapping fresh = kernel.map(file.file(), layout().sizeBytes())) {
        slots.leave(fresh);
      }
    } catch (IOException | InternalError e) {
      // The slot stays as that of a dead owner, and whoever looks next gives back what it held.
    }
  }
}
