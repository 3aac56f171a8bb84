package dev.parley.primitive.memory;

import dev.parley.BadFormatException;
import dev.parley.SettingsConflictException;
import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/// Memory that several processes share: bytes of your own, locks and events.
///
/// ```java
/// Shape shape = Shape.of(64).withLocks(1);
/// Path path = Path.of("/dev/shm/app/counters");
/// try (SharedMemory memory = SharedMemory.openOrCreate(Kernel.linux(), path, shape)) {
///   long before = memory.body().getAndAddLong(0, 1);
/// }
/// ```
///
/// Guarantees: a region that has its name is complete, zeroed and has room on the device; nobody
/// opens one with other parts than he asked for. Safe for use by several threads; [#close] ends
/// their waits. See `docs/primitives/memory.md` for what is on disk and whom it trusts.
public final class SharedMemory implements AutoCloseable {
  private static final byte[] ZEROED = {};

  private final Region region;
  private final Mapping body;

  /// The parts of a region.
  ///
  /// @param bodyBytes how many bytes of your own, zeroed
  /// @param locks how many locks
  /// @param slots how many handles may be open at a time, in all processes together
  /// @param format your number for what is in the body, so that another layout is refused
  public record Shape(long bodyBytes, int locks, int slots, int format) {
    private static final int SLOTS = 128;

    /// @throws IllegalArgumentException if a number is out of range
    public Shape {
      RegionLayout.check(slots, locks, bodyBytes);
    }

    /// A body, no locks, 128 slots, format 0.
    public static Shape of(long bodyBytes) {
      return new Shape(bodyBytes, 0, SLOTS, 0);
    }

    public Shape withLocks(int number) {
      return new Shape(bodyBytes, number, slots, format);
    }

    public Shape withSlots(int number) {
      return new Shape(bodyBytes, locks, number, format);
    }

    public Shape withFormat(int number) {
      return new Shape(bodyBytes, locks, slots, number);
    }

    private RegionLayout layout() {
      return new RegionLayout(RegionLayout.MEMORY, format, slots, locks, bodyBytes);
    }
  }

  private SharedMemory(Region region) {
    this.region = region;
    body = region.memory().slice(region.layout().body(), region.layout().bodyBytes());
  }

  // ---- opening

  /// Opens the region at `path`, which is made if there is nothing.
  ///
  /// @throws UnsafePathException if it is not a file of this user alone, or the way there is unsafe
  /// @throws UnmappableException if the filesystem is no place for it
  /// @throws SettingsConflictException if it has another shape
  /// @throws BadFormatException if it is something else or damaged
  /// @throws NoSlotException if it is open too often
  /// @throws ErrnoException ENOSPC, EDQUOT: no room; nothing is left behind. ENOENT: the directory
  ///   is missing
  public static SharedMemory openOrCreate(Kernel kernel, Path path, Shape shape)
      throws IOException {
    try (Place place = Place.of(kernel, path)) {
      return openOrCreate(place.dir(), place.name(), shape);
    }
  }

  /// The same for a name in a directory.
  public static SharedMemory openOrCreate(Dir dir, String name, Shape shape) throws IOException {
    RegionFile file = RegionFile.openOrCreate(dir, name, shape.layout(), ZEROED);
    return attached(dir.kernel(), file, shape);
  }

  /// Opens the region at `path`, whatever its sizes.
  ///
  /// @throws ErrnoException ENOENT if there is none
  public static SharedMemory open(Kernel kernel, Path path, int format) throws IOException {
    try (Place place = Place.of(kernel, path)) {
      return open(place.dir(), place.name(), format);
    }
  }

  /// The same for a name in a directory.
  public static SharedMemory open(Dir dir, String name, int format) throws IOException {
    return attached(dir.kernel(), RegionFile.open(dir, name), format);
  }

  /// Makes a region without a path: a sealed memfd. `name` is for people who look into /proc.
  public static SharedMemory anonymous(Kernel kernel, String name, Shape shape) throws IOException {
    return attached(kernel, RegionFile.anonymous(kernel, name, shape.layout(), ZEROED), shape);
  }

  /// Opens a region that somebody handed over. `fd` stays the caller's, to close.
  ///
  /// @throws UnmappableException unless it is a memfd with all seals, which nobody can cut short
  public static SharedMemory received(Kernel kernel, Fd fd, int format) throws IOException {
    return attached(kernel, RegionFile.received(kernel, fd), format);
  }

  private static SharedMemory attached(Kernel kernel, RegionFile file, Shape wanted)
      throws IOException {
    boolean good = false;
    try {
      RegionLayout found = file.layout();
      String path = file.path();
      found.requireKind(RegionLayout.MEMORY, wanted.format(), path);
      RegionLayout.requireSame(path, "body bytes", found.bodyBytes(), wanted.bodyBytes());
      RegionLayout.requireSame(path, "locks", found.locks(), wanted.locks());
      RegionLayout.requireSame(path, "slots", found.slots(), wanted.slots());
      SharedMemory memory = attached(kernel, file, wanted.format());
      good = true;
      return memory;
    } finally {
      if (!good) file.close();
    }
  }

  private static SharedMemory attached(Kernel kernel, RegionFile file, int format)
      throws IOException {
    boolean good = false;
    try {
      file.layout().requireKind(RegionLayout.MEMORY, format, file.path());
      SharedMemory memory = new SharedMemory(Region.attach(kernel, file, (_, _) -> {}));
      good = true;
      return memory;
    } finally {
      if (!good) file.close();
    }
  }

  // ---- what is in it

  /// What parts it has.
  public Shape shape() {
    RegionLayout layout = region.layout();
    return new Shape(layout.bodyBytes(), layout.locks(), layout.slots(), layout.format());
  }

  /// The bytes of your own. Its offset 0 is a multiple of 128.
  ///
  /// Through it a file that was cut short shows as InternalError, or worse: see [Mapping].
  public Mapping body() {
    return body;
  }

  /// One of its locks, counted from 0. Keep the object: each has its own idea of when to look for
  /// the dead.
  public SharedLock lock(int index) {
    Objects.checkIndex(index, region.layout().locks());
    return new SharedLock(region, index);
  }

  /// An event whose word is the int at `offset` of the body, a multiple of 4, which nothing else
  /// uses; 0 to begin with.
  public SharedEvent event(long offset) {
    Objects.checkFromIndexSize(offset, Integer.BYTES, body.sizeBytes());
    if (offset % Integer.BYTES != 0) {
      throw new IllegalArgumentException("no multiple of " + Integer.BYTES + ": " + offset);
    }
    return new SharedEvent(region, region.layout().body() + offset, 0);
  }

  /// Whether `name` in `dir` is this region: false if somebody removed it, or put another one
  /// there, and whoever opens the name shares nothing with this handle.
  public boolean isNamed(Dir dir, String name) throws IOException {
    return region.isNamed(dir, name);
  }

  /// What to throw for an InternalError that an access to [#body] threw.
  public MemoryLostException lost(InternalError error) {
    return region.lost(error);
  }

  /// The descriptor to hand to others, of a region without a path; it stays this region's.
  ///
  /// @throws IllegalStateException if it has a path: then others open that
  public Fd fd() {
    return region.passable();
  }

  /// Gives back what this handle held: a lock that is held is released as suspect, as after a
  /// death. Waits of other threads end with IllegalStateException. The region stays for others.
  @Override
  public void close() {
    region.close();
  }

  @Override
  public String toString() {
    return "shared memory " + region.path();
  }
}
