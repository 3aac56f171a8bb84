package dev.parley.primitive.atomic;

import dev.parley.UnsafePathException;
import dev.parley.primitive.file.Companion;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.Place;
import dev.parley.sys.Fd;
import dev.parley.sys.FileStatus;
import dev.parley.sys.Kernel;
import dev.parley.sys.Open;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// What is about to be written in place, so that it can be written again if that is interrupted:
/// `.NAME.parley-redo`.
///
/// ```text
///    0  magic     "PARLEYR1"       little-endian
///    8  inode     u64, of the file
///   16  position  u64
///   24  length    u32
///   28  before    length bytes, which are there
///    +  after     length bytes, which shall be there
///    +  crc       u32, of all before it
/// ```
///
/// A whole one is written again only where each byte is one or the other: an inode number may be
/// another file's by now.
final class Redo {
  private static final System.Logger LOG = System.getLogger(Redo.class.getName());
  private static final long MAGIC = 0x31_52_59_45_4C_52_41_50L; // "PARLEYR1"
  private static final int HEAD_BYTES = 28;
  private static final int CRC_BYTES = 4;

  private final Place place;
  private final Dir dir;
  private final Kernel kernel;
  private final String name;

  Redo(Place place) {
    this.place = place;
    this.dir = place.dir();
    this.kernel = dir.kernel();
    this.name = Companion.of(place.name(), ".parley-redo");
  }

  /// Bytes that are about to take the place of others.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Step(long inode, long position, byte[] before, byte[] after) {
    byte[] toBytes() {
      int length = before.length;
      byte[] bytes = new byte[HEAD_BYTES + 2 * length + CRC_BYTES];
      ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      out.putLong(MAGIC).putLong(inode).putLong(position).putInt(length).put(before).put(after);
      out.putInt(crc(bytes));
      return bytes;
    }

    /// Null if it is torn.
    static @Nullable Step of(byte[] bytes) {
      if (bytes.length < HEAD_BYTES + CRC_BYTES) return null;
      ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (in.getLong() != MAGIC || in.getInt(bytes.length - CRC_BYTES) != crc(bytes)) return null;
      long inode = in.getLong();
      long position = in.getLong();
      int length = in.getInt();
      if (length < 0 || bytes.length != HEAD_BYTES + 2L * length + CRC_BYTES) return null;
      byte[] before = new byte[length];
      byte[] after = new byte[length];
      in.get(before).get(after);
      return new Step(inode, position, before, after);
    }

    private static int crc(byte[] bytes) {
      CRC32 crc = new CRC32();
      crc.update(bytes, 0, bytes.length - CRC_BYTES);
      return (int) crc.getValue();
    }

    /// Whether this is what one finds who interrupts it.
    boolean explains(byte[] found) {
      if (found.length != before.length) return false;
      for (int i = 0; i < found.length; i++) {
        if (found[i] != before[i] && found[i] != after[i]) return false;
      }
      return true;
    }
  }

  /// Writes down what is about to be done.
  void begin(Step step, boolean durable) throws IOException {
    try (Fd file = dir.create(name, 0600)) {
      dir.writeFully(file, step.toBytes());
      if (durable) kernel.fsync(file);
    }
    if (durable) dir.sync();
  }

  /// It is done.
  void end(boolean durable) throws IOException {
    dir.tryUnlink(name);
    if (durable) dir.sync();
  }

  /// What somebody has begun and not ended, if it is about this file, and can still be finished.
  @Nullable Step pending(Fd file, long inode) throws IOException {
    Step step = read();
    if (step == null || step.inode != inode) return null;
    byte[] found = bytesAt(file, step.position, step.before.length);
    return step.explains(found) ? step : null;
  }

  private @Nullable Step read() throws IOException {
    Fd redo = dir.tryOpenFile(name);
    if (redo == null) return null;
    try (redo) {
      FileStatus status = kernel.status(redo);
      FileStatus target = dir.statusOf(place.name());
      int user = kernel.effectiveUserId();
      int owner = status.uid();
      if (owner != user && owner != 0 && (target == null || owner != target.uid())) {
        throw new UnsafePathException(
            redo.path()
                + " belongs to user "
                + owner
                + ", who wants something to be written into "
                + place
                + " that is not his; remove it");
      }
      return Step.of(dir.readFully(redo, Integer.MAX_VALUE - 4096));
    }
  }

  /// Finishes what a dead one has begun. Only with the exclusive lock.
  void finish() throws IOException {
    if (!dir.has(name)) return;
    Fd file = dir.tryOpenFile(place.name(), Open.READ_WRITE);
    if (file != null) {
      try (file) {
        Step step = pending(file, kernel.status(file).inode());
        if (step != null) {
          writeAt(file, step.position, step.after);
          kernel.fdatasync(file);
        } else {
          LOG.log(System.Logger.Level.DEBUG, "{0} is about nothing that is there", name);
        }
      }
    }
    end(true);
  }

  /// Fewer at the end of the file.
  byte[] bytesAt(Fd file, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    int filled = 0;
    while (filled < length) {
      int count = kernel.readAt(file, position + filled, bytes, filled, length - filled);
      if (count == 0) return Arrays.copyOf(bytes, filled);
      filled += count;
    }
    return bytes;
  }

  void writeAt(Fd file, long position, byte[] bytes) throws IOException {
    int written = 0;
    while (written < bytes.length) {
      written += kernel.writeAt(file, position + written, bytes, written, bytes.length - written);
    }
  }
}
