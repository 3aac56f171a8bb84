package dev.parley.sys;

import static dev.parley.sys.Constants.MAP_ANONYMOUS;
import static dev.parley.sys.Constants.MAP_PRIVATE;
import static dev.parley.sys.Constants.PATH_MAX;
import static dev.parley.sys.Constants.PROT_READ;
import static dev.parley.sys.Constants.PROT_WRITE;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The native memory of one system call, and the way to make it. Borrowed for the call, then
/// returned:
///
/// ```java
/// try (Scratch scratch = Scratch.borrow()) {
///   long path = scratch.name(name);
///   long result = path < 0 ? path : scratch.call(Syscall.UNLINKAT, dir.number(), path, 0);
///   if (result < 0) throw new ErrnoException("unlinkat", name, (int) -result);
/// }
/// ```
///
/// As in the kernel itself a result is either the call's or, negative, the error number.
///
/// ```text
///       0  struct   one C struct, see Structs
///    4096  name     the first path, NUL-terminated
///    8192  name     the second
///   12288  data     what is read or written, 256 kB
/// ```
///
/// The memory is mapped, not allocated: a page that was never touched costs nothing. It is never
/// given back; there are as many as threads were ever inside a call at one time, and a few dozen at
/// most besides. A thread usually gets the one that its number leads to, warm in its cache, for the
/// price of one compare-and-set. Virtual threads are welcome: nothing is tied to a thread.
final class Scratch implements AutoCloseable {
  /// The most that one call can transfer.
  static final int DATA_BYTES = 256 * 1024;

  private static final int STRUCT = 0;
  private static final int FIRST_NAME = STRUCT + 4096;
  private static final int SECOND_NAME = FIRST_NAME + PATH_MAX;
  private static final int DATA = SECOND_NAME + PATH_MAX;
  private static final int SIZE = DATA + DATA_BYTES;

  private static final long CACHE_LINE_BYTES = 64;

  private static final int HOMES = 32;
  private static final AtomicReferenceArray<@Nullable Scratch> AT_HOME =
      new AtomicReferenceArray<>(HOMES);
  private static final ConcurrentLinkedDeque<Scratch> SPARE = new ConcurrentLinkedDeque<>();

  /// Alone in its cache line, as every call writes to it.
  private final MemorySegment errno = Arena.global().allocate(CACHE_LINE_BYTES, CACHE_LINE_BYTES);

  private final AtomicBoolean borrowed = new AtomicBoolean(true);
  private final MemorySegment memory;
  private final long address;
  private final boolean atHome;

  private Scratch(int home) {
    long mapped =
        call(Syscall.MMAP, 0, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped < 0) throw new OutOfMemoryError("mmap: " + Errno.of((int) -mapped).reason());
    memory = MemorySegment.ofAddress(mapped).reinterpret(SIZE);
    address = mapped;
    atHome = AT_HOME.compareAndSet(home, null, this);
  }

  static Scratch borrow() {
    int home = (int) Thread.currentThread().threadId() & (HOMES - 1);
    Scratch scratch = AT_HOME.get(home);
    if (scratch != null && scratch.borrowed.compareAndSet(false, true)) return scratch;
    Scratch spare = SPARE.pollFirst();
    return spare != null ? spare : new Scratch(home);
  }

  /// Returns it for the next call.
  @Override
  public void close() {
    if (atHome) {
      borrowed.setRelease(false);
    } else {
      SPARE.addFirst(this);
    }
  }

  // ---- calling

  long call(Syscall call, long a) {
    return call(call, a, 0, 0, 0, 0, 0);
  }

  long call(Syscall call, long a, long b, long c) {
    return call(call, a, b, c, 0, 0, 0);
  }

  long call(Syscall call, long a, long b, long c, long d) {
    return call(call, a, b, c, d, 0, 0);
  }

  /// Makes the call, again and again if signals interrupt it.
  ///
  /// @return its result, or the error number, negated
  long call(Syscall call, long a, long b, long c, long d, long e, long f) {
    while (true) {
      long result = callOnce(call, a, b, c, d, e, f);
      if (result != -Errno.EINTR.number()) return result;
    }
  }

  /// The same, but an interrupted call is over: -EINTR.
  long callOnce(Syscall call, long a, long b, long c, long d, long e, long f) {
    long result = Libc.invoke(Libc.SYSCALL, errno, call.number(), a, b, c, d, e, f);
    return result == -1 ? -Libc.errno(errno) : result;
  }

  /// Calls a function of the C library that is not a system call.
  ///
  /// @return its result, as it is
  int function(MethodHandle function, long a, long b, long c, long d, long e, long f) {
    return (int) Libc.invoke(function, errno, a, b, c, d, e, f, 0);
  }

  /// What the last function that failed left in errno.
  int errno() {
    return Libc.errno(errno);
  }

  // ---- names

  /// Puts down a path.
  ///
  /// @return its address; or -EINVAL if it cannot be a path (see [Names]), -ENAMETOOLONG
  long name(String name) {
    return putName(FIRST_NAME, name);
  }

  /// Puts down a second path.
  ///
  /// @return as [#name]
  long secondName(String name) {
    return putName(SECOND_NAME, name);
  }

  private long putName(int offset, String name) {
    int length = name.length();
    if (length >= PATH_MAX) return -Errno.ENAMETOOLONG.number();
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      if (c == 0 || c >= 0x80) return putEncodedName(offset, name);
      memory.set(JAVA_BYTE, offset + i, (byte) c);
    }
    memory.set(JAVA_BYTE, offset + length, (byte) 0);
    return address + offset;
  }

  private long putEncodedName(int offset, String name) {
    byte[] bytes = Names.encode(name);
    if (bytes == null) return -Errno.EINVAL.number();
    if (bytes.length >= PATH_MAX) return -Errno.ENAMETOOLONG.number();
    MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, offset, bytes.length);
    memory.set(JAVA_BYTE, offset + bytes.length, (byte) 0);
    return address + offset;
  }

  // ---- structs and data

  /// The memory; a struct begins at 0.
  MemorySegment memory() {
    return memory;
  }

  /// Where the struct is, for the call.
  long structAddress() {
    return address + STRUCT;
  }

  /// Where the data is, for the call.
  long dataAddress() {
    return address + DATA;
  }

  /// Copies to the data what fits of `from[offset, offset + length)`.
  ///
  /// @return how much that was
  int put(byte[] from, int offset, int length) {
    int count = Math.min(length, DATA_BYTES);
    MemorySegment.copy(from, offset, memory, JAVA_BYTE, DATA, count);
    return count;
  }

  /// Copies the first `count` bytes of the data to `into`.
  void get(byte[] into, int offset, int count) {
    MemorySegment.copy(memory, JAVA_BYTE, DATA, into, offset, count);
  }

  /// Puts `ints` at the data's start.
  void putInts(int[] ints) {
    MemorySegment.copy(ints, 0, memory, JAVA_INT, DATA, ints.length);
  }

  /// The data's first `count` ints.
  int[] getInts(int count) {
    int[] ints = new int[count];
    MemorySegment.copy(memory, JAVA_INT, DATA, ints, 0, count);
    return ints;
  }

  /// The first `count` bytes of the data.
  byte[] get(int count) {
    byte[] bytes = new byte[count];
    get(bytes, 0, count);
    return bytes;
  }
}
