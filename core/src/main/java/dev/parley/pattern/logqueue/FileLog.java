package dev.parley.pattern.logqueue;

import dev.parley.BadFormatException;
import dev.parley.pattern.queue.GroupSync;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.RandomName;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// A log in the file `log` of a queue's folder, locked by the file `log.lock` beside it.
///
/// ```text
///   parley-log 1\n
///   R CCCCCCCC TTTTTTTT BBBBBBBB\n   then the text, then the bytes; again and again
///   C  CRC-32C (hex) of the record's place, 16 hexadecimal digits, of the rest of this line and of
///      the text
///   T  bytes of the text (hex)
///   B  bytes that follow it (hex); they have a checksum of their own
/// ```
///
/// A record is one write, made under the lock. A writer that is killed in it, or finds the disk
/// full, leaves a part at the end, which the next one cuts off. What is no part of a record is cut
/// off as well, and kept beside it as `log.cut-*`. Damage between records is passed over: a step
/// that is lost brings a message back at worst.
///
/// To make it smaller a new log is written under another name, synced, and renamed over it; killed
/// before the rename, the old one is as good as ever.
final class FileLog implements Log {
  static final String FILE = "log";
  static final String LOCK = "log.lock";
  static final String CUT = "log.cut-";
  private static final byte[] START = "parley-log 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_BYTES = 29;
  private static final int CRC_AT = 2;
  private static final int TEXT_AT = 11;
  private static final int BYTES_AT = 20;
  private static final int MOST_TEXT_BYTES = 16 << 20;
  private static final int CHUNK_BYTES = 64 << 10;
  private static final System.Logger LOG = System.getLogger(FileLog.class.getName());

  private final Dir dir;
  private final Kernel kernel;
  private final boolean durable;
  private final Fd lock;
  private Fd file;
  private long inode;
  private long end = START.length;
  private final List<Stretch> damaged = new ArrayList<>();

  private FileLog(Dir dir, boolean durable, Fd lock, Fd file) throws IOException {
    this.dir = dir;
    this.kernel = dir.kernel();
    this.durable = durable;
    this.lock = lock;
    this.file = file;
    this.inode = checked(file);
  }

  /// Makes an empty log in a folder that nobody else sees yet.
  static void make(Dir dir, boolean durable) throws IOException {
    dir.touch(LOCK);
    dir.replaceFile(FILE, START, durable);
  }

  /// Opens the log in `dir`, which it takes over.
  ///
  /// @param durable whether the filesystem keeps what is synced
  static FileLog open(Dir dir, boolean durable) throws IOException {
    List<Fd> opened = new ArrayList<>(List.of(dir.fd()));
    boolean good = false;
    try {
      for (String name : List.of(LOCK, FILE)) opened.add(openFile(dir, name));
      FileLog log = new FileLog(dir, durable, opened.get(1), opened.get(2));
      good = true;
      return log;
    } finally {
      if (!good) opened.forEach(Fd::close);
    }
  }

  private static Fd openFile(Dir dir, String name) throws IOException {
    Fd file = dir.tryOpenFile(name, Open.READ_WRITE);
    if (file != null) return file;
    throw new BadFormatException(
        dir.pathOf(name) + " is missing; bring it back from a backup, or remove the whole queue");
  }

  /// The file's inode, if it is a log that this version knows.
  private long checked(Fd opened) throws IOException {
    byte[] start = new byte[START.length];
    int length = 0;
    for (int n = 1; n > 0 && length < start.length; length += n) {
      n = kernel.readAt(opened, length, start, length, start.length - length);
    }
    if (!Arrays.equals(start, START)) {
      throw new BadFormatException(
          opened.path()
              + " does not start with 'parley-log 1': it is damaged, or of another version of"
              + " Parley");
    }
    return kernel.status(opened).inode();
  }

  @Override
  public void lock() throws IOException {
    kernel.setLockWait(lock, LockKind.EXCLUSIVE, 0, 1);
  }

  @Override
  public void unlock() throws IOException {
    kernel.unlock(lock, 0, 1);
  }

  @Override
  public boolean wasReplaced() throws IOException {
    FileStatus there = dir.statusOf(FILE);
    if (there != null && there.inode() == inode) return false;
    Fd opened = openFile(dir, FILE);
    boolean good = false;
    try {
      inode = checked(opened);
      good = true;
    } finally {
      if (!good) opened.close();
    }
    file.close();
    file = opened;
    rewind();
    return true;
  }

  /// Makes the next [#readOn] start at the beginning.
  void rewind() {
    end = START.length;
    damaged.clear();
  }

  long inode() {
    return inode;
  }

  @Override
  public void readOn(Reader reader, boolean locked) throws IOException {
    long size = kernel.status(file).sizeBytes();
    Window window = new Window(size);
    while (end < size) {
      if (window.isWhole(end)) {
        long next = window.next(end);
        int length = window.hex(end + BYTES_AT);
        reader.record(window.text(end), next - length, length);
        end = next;
        continue;
      }
      long next = window.isTorn(end) ? size : window.nextWhole(end + 1);
      if (next == size) break;
      damaged.add(new Stretch(end, next));
      end = next;
    }
    if (locked && end < size) cut(size, window.isTorn(end));
  }

  /// What is there behind the last whole record was acknowledged to nobody. If it is the beginning
  /// of a record, its writer was killed or found the disk full; else somebody may want to see it.
  private void cut(long size, boolean isTorn) throws IOException {
    String aside = isTorn ? "nothing" : keepAside(new Stretch(end, size));
    kernel.truncate(file, end);
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} ended in {1} bytes that are no whole record: cut off; kept of it: {2}",
        file.path(),
        size - end,
        aside);
  }

  private String keepAside(Stretch stretch) throws IOException {
    String aside = CUT + RandomName.hex(8);
    try (Fd copy = dir.create(aside)) {
      for (long at = stretch.from(); at < stretch.to(); at += CHUNK_BYTES) {
        dir.writeFully(copy, bytes(at, (int) Math.min(CHUNK_BYTES, stretch.to() - at)));
      }
    }
    return aside;
  }

  @Override
  public List<Stretch> damaged() {
    return damaged;
  }

  @Override
  public long append(String text, byte[] bytes, boolean durable) throws IOException {
    byte[] record = encode(end, text, bytes);
    boolean good = false;
    try {
      for (int written = 0; written < record.length; ) {
        written += kernel.writeAt(file, end + written, record, written, record.length - written);
      }
      good = true;
    } finally {
      if (!good) kernel.truncate(file, end);
    }
    end += record.length;
    return end - bytes.length;
  }

  private static byte[] encode(long at, String text, byte[] bytes) {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    byte[] record = new byte[HEADER_BYTES + body.length + bytes.length];
    String lengths = RandomName.hex(body.length, 8) + " " + RandomName.hex(bytes.length, 8) + "\n";
    put(record, TEXT_AT, lengths);
    System.arraycopy(body, 0, record, HEADER_BYTES, body.length);
    System.arraycopy(bytes, 0, record, HEADER_BYTES + body.length, bytes.length);
    int crc = crc(at, record, TEXT_AT, HEADER_BYTES - TEXT_AT + body.length);
    put(record, 0, "R " + RandomName.hex(crc, 8) + " ");
    return record;
  }

  /// Over the place as well: so no copy of a record, in some message, is taken for one.
  private static int crc(long at, byte[] bytes, int offset, int length) {
    CRC32C crc = new CRC32C();
    crc.update(RandomName.hex(at, 16).getBytes(StandardCharsets.US_ASCII));
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static void put(byte[] record, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, record, at, bytes.length);
  }

  @Override
  public byte[] bytes(long at, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int read = 0; read < length; ) {
      int n = kernel.readAt(file, at + read, bytes, read, length - read);
      if (n == 0) throw new BadFormatException(file.path() + " is shorter than it was");
      read += n;
    }
    return bytes;
  }

  @Override
  public GroupSync.Sync syncLater() throws IOException {
    Fd copy = kernel.duplicate(file); // the log may be replaced, and its descriptor closed, before
    return () -> {
      try (copy) {
        kernel.fdatasync(copy);
      }
    };
  }

  @Override
  public long sizeBytes() {
    return end;
  }

  @Override
  public boolean isWorthReplacing(long liveBytes) {
    return Log.isMostlyGone(sizeBytes(), liveBytes);
  }

  @Override
  public void replace(List<Kept> kept) throws IOException {
    replace(kept, this::bytes);
  }

  /// Where the bytes of what is kept are.
  interface Source {
    byte[] bytes(long at, int length) throws IOException;
  }

  void replace(List<Kept> kept, Source source) throws IOException {
    for (Stretch stretch : damaged) keepAside(stretch);
    String temporary = "." + FILE + "-" + RandomName.hex(12);
    boolean done = false;
    try {
      try (Fd copy = dir.create(temporary)) {
        dir.writeFully(copy, START);
        long at = START.length;
        for (Kept each : kept) {
          byte[] record = encode(at, each.text(), source.bytes(each.at(), each.length()));
          dir.writeFully(copy, record);
          at += record.length;
        }
        if (durable) kernel.fsync(copy);
      }
      dir.replace(temporary, FILE);
      done = true;
      if (durable) dir.sync();
    } finally {
      if (!done) dir.tryUnlink(temporary);
    }
  }

  @Override
  public void close() {
    file.close();
    lock.close();
    dir.close();
  }

  /// A part of the file in memory, which moves on as it is read.
  private final class Window {
    private final long size;
    private byte[] bytes = new byte[0];
    private long start;

    Window(long size) {
      this.size = size;
    }

    /// Whether the file has those bytes; they are in memory then.
    boolean holds(long at, long length) throws IOException {
      if (at + length > size) return false;
      if (at < start || at + length > start + bytes.length) {
        int wanted = (int) Math.min(size - at, Math.max(length, CHUNK_BYTES));
        bytes = FileLog.this.bytes(at, wanted);
        start = at;
      }
      return true;
    }

    /// Whether a record starts there and has all its bytes.
    boolean isWhole(long at) throws IOException {
      return hasText(at) && next(at) <= size;
    }

    /// Whether nothing but the file's end is wrong with what is there: a record was being written.
    boolean isTorn(long at) throws IOException {
      if (!holds(at, HEADER_BYTES)) return true;
      return hasText(at) ? next(at) > size : hasLengths(at) && !holds(at, textEnd(at));
    }

    private boolean hasLengths(long at) throws IOException {
      if (!holds(at, HEADER_BYTES) || bytes[(int) (at - start)] != 'R') return false;
      int text = hex(at + TEXT_AT);
      return text >= 0 && text <= MOST_TEXT_BYTES && hex(at + BYTES_AT) >= 0;
    }

    private boolean hasText(long at) throws IOException {
      if (!hasLengths(at) || !holds(at, textEnd(at))) return false;
      int length = (int) textEnd(at) - TEXT_AT;
      return crc(at, bytes, (int) (at + TEXT_AT - start), length) == hex(at + CRC_AT);
    }

    private long textEnd(long at) {
      return HEADER_BYTES + (long) hex(at + TEXT_AT);
    }

    long next(long at) {
      return at + textEnd(at) + hex(at + BYTES_AT);
    }

    /// Where the next whole record starts, or the size if there is none.
    long nextWhole(long from) throws IOException {
      long at = from;
      while (at < size && !isWhole(at)) at++;
      return at;
    }

    /// Eight hexadecimal digits, or -1.
    int hex(long at) {
      long value = 0;
      for (int i = (int) (at - start), last = i + 8; i < last; i++) {
        int digit = Character.digit(bytes[i], 16);
        if (digit < 0) return -1;
        value = value << 4 | digit;
      }
      return (int) value;
    }

    String text(long at) {
      int length = hex(at + TEXT_AT);
      int offset = (int) (at + HEADER_BYTES - start);
      return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
  }
}
