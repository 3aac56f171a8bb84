package dev.parley.sys;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// [Mapping] over a memory segment.
///
/// The segment belongs to a shared arena: closing that lets every access that runs end, and makes
/// every later one fail, for the price of one load and branch an access, which the JIT lifts out of
/// loops. The memory itself goes when it is closed and nobody has it pinned.
final class LinuxMapping implements Mapping {
  private static final VarHandle INT = JAVA_INT.varHandle();
  private static final VarHandle LONG = JAVA_LONG.varHandle();

  private final MemorySegment memory;
  private final long address;
  private final Lifetime lifetime;
  private final boolean isPart;

  private LinuxMapping(MemorySegment memory, Lifetime lifetime, boolean isPart) {
    this.memory = memory;
    this.address = memory.address();
    this.lifetime = lifetime;
    this.isPart = isPart;
  }

  /// What mmap(2) put at `address`.
  @SuppressWarnings("MustBeClosedChecker") // the lifetime closes it
  static LinuxMapping at(long address, long lengthBytes) {
    Arena arena = Arena.ofShared();
    MemorySegment memory = MemorySegment.ofAddress(address).reinterpret(lengthBytes, arena, null);
    return new LinuxMapping(memory, new Lifetime(arena, address, lengthBytes), false);
  }

  @Override
  public long sizeBytes() {
    return memory.byteSize();
  }

  // ---- ints

  @Override
  public int getInt(long offset) {
    return (int) INT.get(memory, offset);
  }

  @Override
  public int getIntOpaque(long offset) {
    return (int) INT.getOpaque(memory, offset);
  }

  @Override
  public int getIntAcquire(long offset) {
    return (int) INT.getAcquire(memory, offset);
  }

  @Override
  public int getIntVolatile(long offset) {
    return (int) INT.getVolatile(memory, offset);
  }

  @Override
  public void setInt(long offset, int value) {
    INT.set(memory, offset, value);
  }

  @Override
  public void setIntOpaque(long offset, int value) {
    INT.setOpaque(memory, offset, value);
  }

  @Override
  public void setIntRelease(long offset, int value) {
    INT.setRelease(memory, offset, value);
  }

  @Override
  public void setIntVolatile(long offset, int value) {
    INT.setVolatile(memory, offset, value);
  }

  @Override
  public boolean compareAndSetInt(long offset, int expected, int value) {
    return INT.compareAndSet(memory, offset, expected, value);
  }

  @Override
  public int getAndAddInt(long offset, int delta) {
    return (int) INT.getAndAdd(memory, offset, delta);
  }

  @Override
  public int getAndSetInt(long offset, int value) {
    return (int) INT.getAndSet(memory, offset, value);
  }

  // ---- longs

  @Override
  public long getLong(long offset) {
    return (long) LONG.get(memory, offset);
  }

  @Override
  public long getLongOpaque(long offset) {
    return (long) LONG.getOpaque(memory, offset);
  }

  @Override
  public long getLongAcquire(long offset) {
    return (long) LONG.getAcquire(memory, offset);
  }

  @Override
  public long getLongVolatile(long offset) {
    return (long) LONG.getVolatile(memory, offset);
  }

  @Override
  public void setLong(long offset, long value) {
    LONG.set(memory, offset, value);
  }

  @Override
  public void setLongOpaque(long offset, long value) {
    LONG.setOpaque(memory, offset, value);
  }

  @Override
  public void setLongRelease(long offset, long value) {
    LONG.setRelease(memory, offset, value);
  }

  @Override
  public void setLongVolatile(long offset, long value) {
    LONG.setVolatile(memory, offset, value);
  }

  @Override
  public boolean compareAndSetLong(long offset, long expected, long value) {
    return LONG.compareAndSet(memory, offset, expected, value);
  }

  @Override
  public long getAndAddLong(long offset, long delta) {
    return (long) LONG.getAndAdd(memory, offset, delta);
  }

  @Override
  public long getAndSetLong(long offset, long value) {
    return (long) LONG.getAndSet(memory, offset, value);
  }

  // ---- bytes

  @Override
  public void put(long offset, byte[] from, int start, int length) {
    MemorySegment.copy(from, start, memory, JAVA_BYTE, offset, length);
  }

  @Override
  public void get(long offset, byte[] into, int start, int length) {
    MemorySegment.copy(memory, JAVA_BYTE, offset, into, start, length);
  }

  // ---- parts, and the end

  @Override
  public Mapping slice(long offset, long lengthBytes) {
    return new LinuxMapping(memory.asSlice(offset, lengthBytes), lifetime, true);
  }

  @Override
  public void close() {
    if (isPart || !isOpen()) return;
    try {
      lifetime.owner.unmap(this);
    } catch (ErrnoException e) {
      // Nobody touches it any more, whatever munmap says.
    }
  }

  @Override
  public boolean isOpen() {
    return !lifetime.closed.get();
  }

  @Override
  public long pin(long offset) {
    Objects.checkFromIndexSize(offset, Integer.BYTES, memory.byteSize());
    if ((address + offset) % Integer.BYTES != 0) {
      throw new IllegalArgumentException("no multiple of " + Integer.BYTES + ": " + offset);
    }
    lifetime.pin();
    return address + offset;
  }

  @Override
  public void unpin() {
    lifetime.unpin();
  }

  @Override
  public Mapping ownedBy(Kernel kernel) {
    lifetime.owner = kernel;
    return this;
  }

  @Override
  public void release() {
    if (!isPart) lifetime.end();
  }

  @Override
  public String toString() {
    return memory.byteSize() + " bytes of mapped memory";
  }

  /// What a mapping and its parts have in common.
  private static final class Lifetime {
    private final Arena arena;
    private final long address;
    private final long lengthBytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    /// One for being open, and one for each pin.
    private final AtomicInteger users = new AtomicInteger(1);

    private volatile Kernel owner = LinuxKernel.INSTANCE;

    Lifetime(Arena arena, long address, long lengthBytes) {
      this.arena = arena;
      this.address = address;
      this.lengthBytes = lengthBytes;
    }

    void pin() {
      users.incrementAndGet();
      if (!closed.get()) return;
      unpin();
      throw new IllegalStateException("the memory is already unmapped");
    }

    void end() {
      if (!closed.compareAndSet(false, true)) return;
      arena.close();
      unpin();
    }

    void unpin() {
      if (users.decrementAndGet() != 0) return;
      try (Scratch scratch = Scratch.borrow()) {
        scratch.call(Syscall.MUNMAP, address, lengthBytes, 0);
      }
    }
  }
}
