package dev.parley.primitive.memory;

import dev.parley.sys.Kernel;
import dev.parley.sys.Mapping;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/// Memory on the heap, where Lincheck sees each access. Ints, longs and bytes do not overlap: the
/// algorithms use each place as one of them.
class HeapMemory implements Mapping {
  private final AtomicIntegerArray ints;
  private final AtomicLongArray longs;
  private final byte[] bytes;

  HeapMemory(long size) {
    ints = new AtomicIntegerArray((int) size / Integer.BYTES);
    longs = new AtomicLongArray((int) size / Long.BYTES);
    bytes = new byte[(int) size];
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  private static int word(long offset, int bytes) {
    if (offset % bytes != 0) throw new IllegalArgumentException("alignment of " + offset);
    return (int) offset / bytes;
  }

  @Override
  public int getInt(long offset) {
    return ints.get(word(offset, Integer.BYTES));
  }

  @Override
  public int getIntOpaque(long offset) {
    return getInt(offset);
  }

  @Override
  public int getIntAcquire(long offset) {
    return getInt(offset);
  }

  @Override
  public int getIntVolatile(long offset) {
    return getInt(offset);
  }

  @Override
  public void setInt(long offset, int value) {
    ints.set(word(offset, Integer.BYTES), value);
  }

  @Override
  public void setIntOpaque(long offset, int value) {
    setInt(offset, value);
  }

  @Override
  public void setIntRelease(long offset, int value) {
    setInt(offset, value);
  }

  @Override
  public void setIntVolatile(long offset, int value) {
    setInt(offset, value);
  }

  @Override
  public boolean compareAndSetInt(long offset, int expected, int value) {
    return ints.compareAndSet(word(offset, Integer.BYTES), expected, value);
  }

  @Override
  public int getAndAddInt(long offset, int delta) {
    return ints.getAndAdd(word(offset, Integer.BYTES), delta);
  }

  @Override
  public int getAndSetInt(long offset, int value) {
    return ints.getAndSet(word(offset, Integer.BYTES), value);
  }

  @Override
  public long getLong(long offset) {
    return longs.get(word(offset, Long.BYTES));
  }

  @Override
  public long getLongOpaque(long offset) {
    return getLong(offset);
  }

  @Override
  public long getLongAcquire(long offset) {
    return getLong(offset);
  }

  @Override
  public long getLongVolatile(long offset) {
    return getLong(offset);
  }

  @Override
  public void setLong(long offset, long value) {
    longs.set(word(offset, Long.BYTES), value);
  }

  @Override
  public void setLongOpaque(long offset, long value) {
    setLong(offset, value);
  }

  @Override
  public void setLongRelease(long offset, long value) {
    setLong(offset, value);
  }

  @Override
  public void setLongVolatile(long offset, long value) {
    setLong(offset, value);
  }

  @Override
  public boolean compareAndSetLong(long offset, long expected, long value) {
    return longs.compareAndSet(word(offset, Long.BYTES), expected, value);
  }

  @Override
  public long getAndAddLong(long offset, long delta) {
    return longs.getAndAdd(word(offset, Long.BYTES), delta);
  }

  @Override
  public long getAndSetLong(long offset, long value) {
    return longs.getAndSet(word(offset, Long.BYTES), value);
  }

  @Override
  public void put(long offset, byte[] from, int start, int length) {
    for (int i = 0; i < length; i++) bytes[(int) offset + i] = from[start + i];
  }

  @Override
  public void get(long offset, byte[] into, int start, int length) {
    for (int i = 0; i < length; i++) into[start + i] = bytes[(int) offset + i];
  }

  @Override
  public Mapping slice(long offset, long lengthBytes) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public long pin(long offset) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void unpin() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mapping ownedBy(Kernel kernel) {
    return this;
  }

  @Override
  public void release() {}
}
