package dev.parley.primitive.fifo;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Looks at what is first in a pipe without taking it: duplicates it into a pipe of its own, reads
/// the heads of frames there and throws the rest away unread.
///
/// A write of up to 4,096 bytes is in one slot of the pipe, and tee(2) takes whole slots, so what
/// is duplicated ends with a frame.
final class Peek implements AutoCloseable {
  /// How much is read at once: a small payload is cheaper read than spliced away.
  private static final int CHUNK_BYTES = 512;

  private final Kernel kernel;
  private final Fd source;
  private final Fd nothing;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private int capacityBytes;
  private Fd @Nullable [] pipe;

  Peek(Kernel kernel, Fd source, Fd nothing, int capacityBytes) {
    this.kernel = kernel;
    this.source = source;
    this.nothing = nothing;
    this.capacityBytes = capacityBytes;
  }

  /// From now on takes at most what fits into a pipe of this capacity.
  void limit(int wantedBytes) {
    if (wantedBytes != capacityBytes) close();
    capacityBytes = wantedBytes;
  }

  /// @return null if there is nothing
  @Nullable Batch tryNext() throws IOException {
    Fd[] ends = open();
    boolean good = false;
    try {
      int bytes = kernel.tee(source, ends[1], Integer.MAX_VALUE);
      Batch batch = bytes == 0 ? null : new Batch(items(ends[0], bytes), bytes);
      good = true;
      return batch;
    } catch (ErrnoException e) {
      if (!e.is(Errno.EAGAIN) || !e.call().equals("tee")) throw e;
      good = true;
      return null;
    } finally {
      if (!good) close(); // nobody knows what is left in it
    }
  }

  private Fd[] open() throws IOException {
    Fd[] ends = pipe;
    if (ends != null) return ends;
    ends = kernel.pipe();
    boolean good = false;
    try {
      if (kernel.pipeCapacity(ends[0]) > capacityBytes) {
        kernel.setPipeCapacity(ends[0], capacityBytes);
      }
      Fifo.grow(kernel, ends[0], capacityBytes);
      good = true;
    } finally {
      if (!good) for (Fd each : ends) each.close();
    }
    pipe = ends;
    return ends;
  }

  private List<Batch.Item> items(Fd duplicate, int bytes) throws IOException {
    List<Batch.Item> items = new ArrayList<>();
    Buffer buffer = new Buffer();
    int unread = bytes;
    int garbage = 0;
    while (buffer.size() + unread > 0) {
      while (buffer.size() < Frame.HEAD_BYTES && unread > 0) {
        int count = kernel.read(duplicate, chunk, 0, Math.min(chunk.length, unread));
        if (count == 0) throw new IOException("the end of a pipe that has more in it");
        buffer.add(chunk, count);
        unread -= count;
      }
      Frame frame = frame(buffer, buffer.size() + unread);
      if (frame == null) {
        buffer.drop(1);
        garbage++;
        continue;
      }
      if (garbage > 0) items.add(new Batch.Item(garbage, null));
      garbage = 0;
      items.add(new Batch.Item(frame.frameBytes(), frame));
      int rest = frame.frameBytes() - buffer.size();
      buffer.drop(Math.min(frame.frameBytes(), buffer.size()));
      unread -= Math.max(0, rest);
      while (rest > 0) rest -= kernel.splice(duplicate, nothing, rest);
    }
    if (garbage > 0) items.add(new Batch.Item(garbage, null));
    return items;
  }

  /// The frame that begins the buffer and is there whole, unless it is only for a broadcaster to
  /// send.
  private static @Nullable Frame frame(Buffer buffer, int available) {
    if (buffer.size() < Frame.HEAD_BYTES) return null;
    Frame frame = Frame.parse(buffer.bytes(), buffer.start());
    return frame == null || frame.notice() || frame.frameBytes() > available ? null : frame;
  }

  @Override
  public void close() {
    Fd[] ends = pipe;
    if (ends != null) for (Fd each : ends) each.close();
    pipe = null;
  }
}
