package dev.parley.sys;

/// Memory that is mapped from a file, and the ways to touch it: the only door from Java to bytes
/// that other processes see change.
///
/// Offsets and lengths are in bytes, from the mapping's start, which is aligned to a page. Each
/// access is checked against the mapping's bounds, and the atomic ones against alignment: 4 for an
/// int, 8 for a long. Numbers are in the machine's byte order.
///
/// # Memory order
///
/// The names mean what they mean in [java.lang.invoke.VarHandle], across processes as across
/// threads:
///
/// | name | promise |
/// | --- | --- |
/// | plain | whole, if aligned; nothing else |
/// | opaque | as plain, and in the end seen by others; in order with other accesses of the word |
/// | acquire (get), release (set) | what was written before the release is seen after the acquire |
/// | volatile, `compareAndSet`, `getAndAdd`, `getAndSet` | as acquire and release, and all of them in one order that everybody sees |
///
/// # Closing, and files that are cut short
///
/// An access after [#close] throws IllegalStateException and touches nothing; one that runs at that
/// moment ends first. Memory stays mapped while a thread waits inside [MemoryCalls#futexWait].
///
/// When somebody truncates the file below the mapping, an access beyond the new end throws
/// InternalError, possibly late (once the JIT compiled it), or, a compare-and-set in the
/// interpreter, kills the JVM with SIGBUS. Map only what those who can truncate are trusted with,
/// or what is sealed against it.
///
/// Safe for use by several threads.
public interface Mapping extends AutoCloseable {
  /// How many bytes there are.
  long sizeBytes();

  // ---- ints

  int getInt(long offset);

  int getIntOpaque(long offset);

  int getIntAcquire(long offset);

  int getIntVolatile(long offset);

  void setInt(long offset, int value);

  void setIntOpaque(long offset, int value);

  void setIntRelease(long offset, int value);

  void setIntVolatile(long offset, int value);

  /// Sets it to `value` if it is `expected`, in one step.
  ///
  /// @return whether it was
  boolean compareAndSetInt(long offset, int expected, int value);

  /// Adds to it in one step.
  ///
  /// @return what it was before
  int getAndAddInt(long offset, int delta);

  /// Sets it in one step.
  ///
  /// @return what it was before
  int getAndSetInt(long offset, int value);

  // ---- longs

  long getLong(long offset);

  long getLongOpaque(long offset);

  long getLongAcquire(long offset);

  long getLongVolatile(long offset);

  void setLong(long offset, long value);

  void setLongOpaque(long offset, long value);

  void setLongRelease(long offset, long value);

  void setLongVolatile(long offset, long value);

  /// As [#compareAndSetInt].
  boolean compareAndSetLong(long offset, long expected, long value);

  /// As [#getAndAddInt].
  long getAndAddLong(long offset, long delta);

  /// As [#getAndSetInt].
  long getAndSetLong(long offset, long value);

  // ---- bytes, plain and not in one step

  /// Copies `from[start, start + length)` to `offset`.
  void put(long offset, byte[] from, int start, int length);

  /// Copies `length` bytes at `offset` to `into[start, start + length)`.
  void get(long offset, byte[] into, int start, int length);

  // ---- parts, and the end

  /// A part of this mapping, with offsets of its own. It ends with this one; closing it does
  /// nothing.
  Mapping slice(long offset, long lengthBytes);

  /// Unmaps it; does nothing the second time.
  @Override
  void close();

  boolean isOpen();

  /// For implementations of [Kernel] alone: the address of the word at `offset`, which stays mapped
  /// until [#unpin].
  ///
  /// @throws IllegalStateException after [#close]
  /// @throws IndexOutOfBoundsException unless an aligned int is there
  long pin(long offset);

  /// Ends what [#pin] began.
  void unpin();

  /// Makes `kernel` the one whose [MemoryCalls#unmap] is called by [#close]; as [Fd#ownedBy].
  ///
  /// @return this mapping
  Mapping ownedBy(Kernel kernel);

  /// Marks it closed and unmaps it when the last [#unpin] was. For [MemoryCalls#unmap] alone.
  void release();
}
