package dev.parley.pattern.logqueue;

import dev.parley.pattern.queue.GroupSync;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.Fd;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A log file, and one in shared memory that goes on where the file ends: what happens while a
/// consumer is there goes to the memory, and when none is, to the file. What has to survive a power
/// cut goes to the file in any case.
///
/// ```text
///   log        a [FileLog]
///   memory     a [MemoryLog] whose `extends` is the log file's inode, or it is void
///   consumers  every consumer holds a read lock on byte 0 while it is there
/// ```
///
/// The queue follows from the file's records and then the memory's. That is the order in which
/// things happened to each message: to the file go only first records of messages, unless the
/// memory is empty. The region's lock is the lock of both.
///
/// When the last consumer has left, whoever changes the queue next, which is the leaver itself if
/// it was not killed, writes a new log file of all that is kept, renames it over the old one, and
/// then empties the memory. Killed before the rename, nothing has changed; killed after it, the
/// memory is void, for it extends another file, and the next one empties it.
final class HybridLog implements Log {
  static final String CONSUMERS = "consumers";
  private static final long IN_MEMORY = 1L << 62;

  private final Dir dir;
  private final FileLog file;
  private final MemoryLog memory;
  private final Fd consumers;
  private boolean consumed;

  private HybridLog(Dir dir, FileLog file, MemoryLog memory, Fd consumers) {
    this.dir = dir;
    this.file = file;
    this.memory = memory;
    this.consumers = consumers;
  }

  /// Makes an empty log in a folder that nobody else sees yet.
  static void make(Dir dir, boolean durable) throws IOException {
    FileLog.make(dir, durable);
    dir.touch(CONSUMERS);
    try (FileLog made = FileLog.open(dir.reopen(), durable)) {
      MemoryLog.make(dir, made.inode());
    }
  }

  /// Opens the log in `dir`, which it takes over.
  static HybridLog open(Dir dir, boolean durable) throws IOException {
    List<AutoCloseable> opened = new ArrayList<>(List.of(dir));
    boolean good = false;
    try {
      FileLog file = FileLog.open(dir.reopen(), durable);
      opened.add(file);
      MemoryLog memory = MemoryLog.open(dir.reopen());
      opened.add(memory);
      HybridLog log = new HybridLog(dir, file, memory, openConsumers(dir));
      good = true;
      return log;
    } finally {
      if (!good) closeAll(opened);
    }
  }

  private static void closeAll(List<AutoCloseable> opened) {
    for (AutoCloseable each : opened.reversed()) {
      try {
        each.close();
      } catch (Exception e) {
        throw new AssertionError("closing a log or a directory does not fail", e);
      }
    }
  }

  private static Fd openConsumers(Dir dir) throws IOException {
    while (true) {
      dir.touch(CONSUMERS);
      Fd file = dir.tryOpenFile(CONSUMERS, Open.READ_WRITE);
      if (file != null) return file;
    }
  }

  // ---- consumers

  @Override
  public Visit consumerCame() throws IOException {
    Fd here = openConsumers(dir);
    boolean good = false;
    try {
      dir.kernel().setLockWait(here, LockKind.SHARED, 0, 1); // nobody takes the other kind
      good = true;
      return here::close;
    } finally {
      if (!good) here.close();
    }
  }

  // ---- excluding others

  @Override
  public void lock() throws IOException {
    memory.lock();
    boolean good = false;
    try {
      consumed = dir.kernel().isLockedByOther(consumers, LockKind.EXCLUSIVE, 0, 1);
      good = true;
    } finally {
      if (!good) memory.unlock();
    }
  }

  @Override
  public void unlock() throws IOException {
    memory.unlock();
  }

  @Override
  public boolean wasReplaced() throws IOException {
    boolean memoryWas = memory.wasReplaced();
    boolean fileWas = file.wasReplaced();
    if (!memoryWas && !fileWas) return false;
    file.rewind();
    memory.rewind();
    return true;
  }

  // ---- records

  /// Without the lock others write meanwhile. So the memory is read as far as it went before the
  /// file was: of every message there, the file has the first record by then.
  @Override
  public void readOn(Reader reader, boolean locked) throws IOException {
    long end = memory.end();
    file.readOn(reader, locked);
    if (memory.extended() == file.inode()) {
      memory.readTo(end, (text, at, length) -> reader.record(text, at | IN_MEMORY, length));
    } else if (locked) {
      memory.clear(file.inode());
    }
  }

  @Override
  public long append(String text, byte[] bytes, boolean durable) throws IOException {
    if (durable || !consumed) return file.append(text, bytes, durable);
    return memory.append(text, bytes, false) | IN_MEMORY;
  }

  @Override
  public byte[] bytes(long at, int length) throws IOException {
    return (at & IN_MEMORY) == 0 ? file.bytes(at, length) : memory.bytes(at & ~IN_MEMORY, length);
  }

  @Override
  public List<Stretch> damaged() {
    return file.damaged();
  }

  @Override
  public GroupSync.Sync syncLater() throws IOException {
    return file.syncLater();
  }

  @Override
  public long sizeBytes() throws IOException {
    return file.sizeBytes() + memory.sizeBytes();
  }

  @Override
  public boolean isWorthReplacing(long liveBytes) throws IOException {
    return Log.isMostlyGone(sizeBytes(), liveBytes) || (!consumed && !memory.isEmpty());
  }

  @Override
  public void replace(List<Kept> kept) throws IOException {
    file.replace(kept, this::bytes);
    file.wasReplaced();
    memory.clear(file.inode());
  }

  @Override
  public void close() {
    consumers.close();
    memory.close();
    file.close();
    dir.close();
  }
}
