package dev.parley.primitive.fifo;

import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One reader of a broadcast, as its broadcaster sees it: its FIFO, and a pipe with what it is
/// still to get. Both are pipes, so what goes from one to the other is moved, not copied.
///
/// Decides what the reader gets, message by message: once it has missed a frame, it gets no later
/// frame of that message.
final class Outlet implements AutoCloseable {
  private final Kernel kernel;
  private final String name;
  private final Fd fifo;
  private final Fd nothing;
  private final Fd stagingEnd;
  private final Fd staging;
  private final Deque<Run> staged = new ArrayDeque<>();

  /// By writer, the message of which this reader shall get no more.
  private final Map<Long, Integer> broken;

  private final List<MessageKey> begunAndMissed = new ArrayList<>();
  private final List<MessageKey> unfinished = new ArrayList<>();
  private long missed;

  /// Bytes that follow each other in the pipe, and whether the reader gets them.
  private record Run(int bytes, boolean wanted) {}

  /// Takes over `fifo`, and `pipe` with its two ends.
  ///
  /// @param inProgress by writer, the message that has begun already
  Outlet(
      Kernel kernel, String name, Fd fifo, Fd[] pipe, Fd nothing, Map<Long, Integer> inProgress) {
    this.kernel = kernel;
    this.name = name;
    this.fifo = fifo;
    this.nothing = nothing;
    staging = pipe[0];
    stagingEnd = pipe[1];
    broken = new HashMap<>(inProgress);
  }

  String name() {
    return name;
  }

  Fd fifo() {
    return fifo;
  }

  /// What it can be given at once, at most.
  int capacityBytes() throws IOException {
    return kernel.pipeCapacity(staging);
  }

  /// Whether the reader's FIFO has all that it was to get.
  boolean isClear() {
    return staged.isEmpty() && !hasNews();
  }

  private boolean hasNews() {
    return missed > 0 || !begunAndMissed.isEmpty() || !unfinished.isEmpty();
  }

  /// Gives it a batch. It has to be clear.
  void give(Fd source, Batch batch) throws IOException {
    int given = kernel.tee(source, stagingEnd, batch.bytes());
    if (given < batch.bytes()) {
      for (int left = given; left > 0; ) left -= kernel.splice(staging, nothing, left);
      throw new IOException("tee(2) took " + given + " of " + batch.bytes() + " bytes");
    }
    for (Batch.Item item : batch.items()) {
      stage(item.bytes(), item.frame() != null && isWanted(item.frame()));
    }
  }

  private boolean isWanted(Frame frame) {
    Integer message = broken.get(frame.writer());
    if (message == null) return true;
    boolean wanted = message != frame.message();
    if (wanted || frame.isLast()) broken.remove(frame.writer());
    return wanted;
  }

  private void stage(int bytes, boolean wanted) {
    Run last = staged.peekLast();
    if (last != null && last.wanted == wanted) {
      staged.removeLast();
      staged.addLast(new Run(last.bytes + bytes, wanted));
    } else {
      staged.addLast(new Run(bytes, wanted));
    }
  }

  /// Leaves out a batch.
  ///
  /// @return how many messages it misses that it did not miss before
  int miss(Batch batch) {
    int more = 0;
    for (Batch.Item item : batch.items()) {
      Frame frame = item.frame();
      if (frame == null || !isWanted(frame)) continue;
      more++;
      if (frame.offset() > 0) begunAndMissed.add(new MessageKey(frame.writer(), frame.message()));
      if (!frame.isLast()) broken.put(frame.writer(), frame.message());
    }
    missed += more;
    return more;
  }

  /// The writer of a message died before its end.
  void neverFinished(long writer, int message) {
    if (!broken.remove(writer, message)) unfinished.add(new MessageKey(writer, message));
  }

  /// Moves on as much as the reader's FIFO has room for.
  ///
  /// @return whether anything was moved
  /// @throws ErrnoException EPIPE: the reader is gone
  boolean flush(long id) throws IOException {
    boolean moved = false;
    try {
      while (!isClear()) {
        if (staged.isEmpty()) {
          tell(id);
        } else {
          Run run = staged.getFirst();
          int count = kernel.splice(staging, run.wanted ? fifo : nothing, run.bytes);
          staged.removeFirst();
          if (count < run.bytes) staged.addFirst(new Run(run.bytes - count, run.wanted));
        }
        moved = true;
      }
    } catch (ErrnoException e) {
      if (!e.is(Errno.EAGAIN)) throw e;
    }
    return moved;
  }

  /// Writes one notice, whole or not at all.
  private void tell(long id) throws IOException {
    boolean reported = begunAndMissed.isEmpty() && missed == 0;
    List<MessageKey> all = reported ? unfinished : begunAndMissed;
    List<MessageKey> some = all.subList(0, Math.min(all.size(), Notice.MOST_MESSAGES));
    byte[] notice = new Notice(missed, reported, some).encode();
    byte[] frame = Frame.encode(true, notice, 0, notice.length, id, 0);
    kernel.write(fifo, frame, 0, frame.length);
    some.clear();
    missed = 0;
  }

  @Override
  public void close() {
    fifo.close();
    staging.close();
    stagingEnd.close();
  }
}
