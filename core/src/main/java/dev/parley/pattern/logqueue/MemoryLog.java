package dev.parley.pattern.logqueue;

import dev.parley.BadFormatException;
import dev.parley.EarlierBootException;
import dev.parley.SettingsConflictException;
import dev.parley.pattern.queue.GroupSync;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.RandomName;
import dev.parley.primitive.memory.SharedLock;
import dev.parley.primitive.memory.SharedMemory;
import dev.parley.primitive.memory.SharedMemory.Shape;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A log in shared memory: the region `memory` of a queue's folder, under the region's lock.
///
/// ```text
///     0  end     u64  where the next record goes; all before it is whole
///     8  extends u64  the number that its maker gave it; a hybrid's: the log file's inode
///   128  records      each from a multiple of 8 on:
///                     T u32 bytes of the text, B u32 bytes behind it, the text, the bytes
/// ```
///
/// A record counts once `end` has moved behind it, in one step, which comes last: a writer that is
/// killed leaves nothing behind. To make the log smaller, or to make room, a new region is written
/// under another name and renamed over it; killed before the rename, the old one is as good as
/// ever. Whoever takes the lock looks whether the name is still the region that he has open.
final class MemoryLog implements Log {
  static final String FILE = "memory";
  private static final int FORMAT = 0x4c4f4731;
  private static final int SLOTS = 1024;
  private static final long FIRST_BYTES = 64 << 10;

  /// What a busy queue keeps, so that it does not have to grow again and again.
  private static final long BUSY_BYTES = 2 * SMALL_BYTES;

  private static final int END = 0;
  private static final int EXTENDS = 8;
  private static final int START = 128;
  private static final int HEADER_BYTES = 8;

  private final Dir dir;
  private SharedMemory memory;
  private SharedLock lock;
  private SharedLock.@Nullable Held held;
  private boolean replaced;
  private long read = START;

  private MemoryLog(Dir dir, SharedMemory memory) {
    this.dir = dir;
    this.memory = memory;
    this.lock = memory.lock(0);
  }

  /// Makes an empty log in a folder that nobody else sees yet.
  static void make(Dir dir, long extended) throws IOException {
    try (SharedMemory made = SharedMemory.openOrCreate(dir, FILE, shape(FIRST_BYTES))) {
      begin(made, extended);
    }
  }

  private static Shape shape(long bodyBytes) {
    return Shape.of(bodyBytes).withLocks(1).withSlots(SLOTS).withFormat(FORMAT);
  }

  private static void begin(SharedMemory made, long extended) {
    made.body().setLong(EXTENDS, extended);
    made.body().setLongRelease(END, START);
  }

  /// Opens the log in `dir`, which it takes over. One of an earlier boot is void, and made anew.
  static MemoryLog open(Dir dir) throws IOException {
    boolean good = false;
    try {
      MemoryLog log = new MemoryLog(dir, openRegion(dir));
      good = true;
      return log;
    } finally {
      if (!good) dir.close();
    }
  }

  private static SharedMemory openRegion(Dir dir) throws IOException {
    while (true) {
      try {
        return SharedMemory.open(dir, FILE, FORMAT);
      } catch (EarlierBootException e) {
        makeAnew(dir);
      } catch (ErrnoException e) {
        if (!e.is(Errno.ENOENT)) throw e;
        throw new BadFormatException(
            dir.pathOf(FILE)
                + " is missing, and what was in it is lost; remove the whole queue, and it is made"
                + " anew");
      }
    }
  }

  private static void makeAnew(Dir dir) throws IOException {
    try {
      SharedMemory.openOrCreate(dir, FILE, shape(FIRST_BYTES)).close();
    } catch (SettingsConflictException e) {
      // somebody made it anew, and larger, in between
    }
  }

  // ---- excluding others

  @Override
  public void lock() throws IOException {
    while (true) {
      SharedLock.Held got = acquire();
      boolean good = false;
      try {
        if (memory.isNamed(dir, FILE)) {
          got.markRepaired(); // what a holder left when it died is behind the end
          held = got;
          good = true;
          return;
        }
      } finally {
        if (!good) got.close();
      }
      reopen();
    }
  }

  /// Whatever interrupts the thread.
  private SharedLock.Held acquire() throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return lock.acquire();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) Thread.currentThread().interrupt();
    }
  }

  @Override
  public void unlock() throws IOException {
    SharedLock.Held got = held;
    held = null;
    if (got != null) got.close();
  }

  private void reopen() throws IOException {
    SharedMemory there = openRegion(dir);
    memory.close();
    use(there);
  }

  private void use(SharedMemory there) {
    memory = there;
    lock = there.lock(0);
    replaced = true;
    rewind();
  }

  @Override
  public boolean wasReplaced() throws IOException {
    if (held == null && !memory.isNamed(dir, FILE)) reopen();
    boolean was = replaced;
    replaced = false;
    return was;
  }

  // ---- records

  /// What its maker gave it.
  long extended() throws IOException {
    try {
      return memory.body().getLong(EXTENDS);
    } catch (InternalError e) {
      throw memory.lost(e);
    }
  }

  boolean isEmpty() throws IOException {
    return end() == START;
  }

  /// Makes the next [#readOn] start at the beginning.
  void rewind() {
    read = START;
  }

  /// A new region whose maker was killed before its first record, or one that was made anew after a
  /// boot, has no end yet.
  long end() throws IOException {
    try {
      long end = Math.max(START, memory.body().getLongAcquire(END));
      if (end <= memory.body().sizeBytes() && end % HEADER_BYTES == 0) return end;
      throw damaged("it ends at byte " + end);
    } catch (InternalError e) {
      throw memory.lost(e);
    }
  }

  private BadFormatException damaged(String how) {
    return new BadFormatException(
        dir.pathOf(FILE)
            + " is damaged: "
            + how
            + "; only its owner can write to it: find out what did, and remove the queue");
  }

  @Override
  public void readOn(Reader reader, boolean locked) throws IOException {
    readTo(end(), reader);
  }

  /// @param end an earlier [#end]
  void readTo(long end, Reader reader) throws IOException {
    try {
      while (read < end) {
        int text = memory.body().getInt(read);
        int bytes = memory.body().getInt(read + Integer.BYTES);
        if (text < 0 || bytes < 0 || sizeOf(text, bytes) > end - read) {
          throw damaged("at byte " + read + " is no record");
        }
        long at = read + HEADER_BYTES + text;
        reader.record(textAt(read + HEADER_BYTES, text), at, bytes);
        read += sizeOf(text, bytes);
      }
    } catch (InternalError e) {
      throw memory.lost(e);
    }
  }

  private String textAt(long at, int length) {
    byte[] text = new byte[length];
    memory.body().get(at, text, 0, length);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static long sizeOf(int text, int bytes) {
    return (HEADER_BYTES + (long) text + bytes + HEADER_BYTES - 1) & -HEADER_BYTES;
  }

  @Override
  public long append(String text, byte[] bytes, boolean durable) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    long end = end();
    long next = end + sizeOf(body.length, bytes.length);
    if (next > memory.body().sizeBytes()) grow(next);
    try {
      write(memory, end, body, bytes);
      memory.body().setLongRelease(END, next);
    } catch (InternalError e) {
      throw memory.lost(e);
    }
    read = next;
    return end + HEADER_BYTES + body.length;
  }

  private static void write(SharedMemory to, long at, byte[] text, byte[] bytes) {
    to.body().setInt(at, text.length);
    to.body().setInt(at + Integer.BYTES, bytes.length);
    to.body().put(at + HEADER_BYTES, text, 0, text.length);
    to.body().put(at + HEADER_BYTES + text.length, bytes, 0, bytes.length);
  }

  @Override
  public byte[] bytes(long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    try {
      memory.body().get(at, bytes, 0, length);
    } catch (InternalError e) {
      throw memory.lost(e);
    }
    return bytes;
  }

  @Override
  public GroupSync.Sync syncLater() {
    return () -> {};
  }

  @Override
  public long sizeBytes() throws IOException {
    return end();
  }

  @Override
  public boolean isWorthReplacing(long liveBytes) throws IOException {
    return Log.isMostlyGone(sizeBytes(), liveBytes);
  }

  // ---- replacing it

  @Override
  public void replace(List<Kept> kept) throws IOException {
    long size = START;
    for (Kept each : kept) size += sizeOf(utf8(each).length, each.length());
    replace(
        extended(),
        2 * size,
        made -> {
          long end = START;
          for (Kept each : kept) {
            byte[] text = utf8(each);
            write(made, end, text, bytes(each.at(), each.length()));
            end += sizeOf(text.length, each.length());
          }
          made.body().setLongRelease(END, end);
        });
  }

  private static byte[] utf8(Kept kept) {
    return kept.text().getBytes(StandardCharsets.UTF_8);
  }

  /// Replaces it by an empty one.
  void clear(long extended) throws IOException {
    replace(extended, 0, _ -> {});
  }

  /// Records stay where they were.
  private void grow(long least) throws IOException {
    long end = end();
    long before = read;
    replace(
        extended(),
        2 * least,
        made -> {
          byte[] all = bytes(START, Math.toIntExact(end - START));
          made.body().put(START, all, 0, all.length);
          made.body().setLongRelease(END, end);
        });
    replaced = false;
    read = before;
  }

  private interface Content {
    void write(SharedMemory made) throws IOException;
  }

  /// Under the lock: the new region's is taken before anybody can see it.
  private void replace(long extended, long bodyBytes, Content content) throws IOException {
    String temporary = "." + FILE + "-" + RandomName.hex(12);
    long busy = Math.min(memory.body().sizeBytes(), BUSY_BYTES);
    SharedMemory made = SharedMemory.openOrCreate(dir, temporary, shape(Math.max(busy, bodyBytes)));
    boolean done = false;
    try {
      SharedLock.Held next = made.lock(0).tryAcquire().orElseThrow();
      begin(made, extended);
      content.write(made);
      dir.replace(temporary, FILE);
      done = true;
      SharedMemory old = memory;
      SharedLock.Held before = held;
      use(made);
      held = next;
      if (before != null) before.close();
      old.close();
    } catch (InternalError e) {
      throw memory.lost(e);
    } finally {
      if (!done) {
        made.close();
        dir.tryUnlink(temporary);
      }
    }
  }

  @Override
  public void close() {
    memory.close();
    dir.close();
  }
}
