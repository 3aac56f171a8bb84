package dev.parley.primitive.fifo;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Frames, and whatever else is in the pipe: bytes that are no frame are skipped one by one until
/// the next frame begins.
///
/// A frame comes into the pipe with one atomic write. So a frame of which the pipe has only a part
/// is damaged, and never about to be completed.
final class FrameDecoder implements Decoder {
  /// Whether a writer may still go on with its message.
  interface Writers {
    boolean mayGoOn(long writer) throws IOException;
  }

  private final Buffer buffer = new Buffer();
  private final Queue<Received> outcomes = new ArrayDeque<>();
  private final Assembly assembly;
  private final Writers writers;
  private final boolean relayed;
  private final int readAheadBytes;

  /// Who was not there any more when the pipe was empty. What they wrote before is read by the next
  /// look, or was never written.
  private final Set<Long> suspected = new HashSet<>();

  private long garbageBytes;
  private int missingBytes = Frame.HEAD_BYTES;

  /// @param relayed whether a broadcaster writes, whose notices count
  FrameDecoder(FifoOptions options, boolean relayed, Writers writers) {
    assembly = new Assembly(options, outcomes);
    readAheadBytes = options.readAheadBytes();
    this.relayed = relayed;
    this.writers = writers;
  }

  @Override
  public @Nullable Received next() {
    while (outcomes.isEmpty() && takeOne()) {}
    return outcomes.poll();
  }

  /// Takes a frame, or a byte that begins none.
  ///
  /// @return false if there are too few bytes to tell
  private boolean takeOne() {
    byte[] bytes = buffer.bytes();
    int at = buffer.start();
    int size = buffer.size();
    if (Frame.magicBytes(bytes, at, size) < Math.min(4, size)) return skipByte();
    if (size < Frame.HEAD_BYTES) return missing(Frame.HEAD_BYTES - size);
    Frame frame = Frame.parse(bytes, at);
    if (frame == null || frame.notice() && !relayed) return skipByte();
    if (size < frame.frameBytes()) return missing(frame.frameBytes() - size);
    int payload = at + Frame.HEAD_BYTES;
    if (!frame.fits(bytes, payload)) return skipByte();
    reportGarbage();
    if (frame.notice()) {
      hear(Notice.decode(bytes, payload, frame.length()));
    } else {
      assembly.accept(frame, bytes, payload);
    }
    buffer.drop(frame.frameBytes());
    return true;
  }

  private boolean missing(int count) {
    missingBytes = count;
    return false;
  }

  private boolean skipByte() {
    buffer.drop(1);
    garbageBytes++;
    return true;
  }

  private void reportGarbage() {
    if (garbageBytes == 0) return;
    outcomes.add(new Received.Skipped(Received.Reason.GARBAGE, 0, garbageBytes));
    garbageBytes = 0;
  }

  private void hear(@Nullable Notice notice) {
    if (notice == null) return;
    if (notice.missed() > 0) {
      outcomes.add(new Received.Skipped(Received.Reason.MISSED, notice.missed(), 0));
    }
    assembly.drop(notice.messages(), notice.reported());
  }

  @Override
  public int wanted() {
    return Math.max(missingBytes, readAheadBytes);
  }

  @Override
  public void add(byte[] bytes, int length) {
    suspected.clear();
    buffer.add(bytes, length);
  }

  @Override
  public @Nullable Received atEmpty() throws IOException {
    Received found = withoutRest();
    if (found != null) return found;
    if (!suspected.isEmpty()) {
      assembly.end(suspected);
      suspected.clear();
      return outcomes.poll();
    }
    for (long writer : assembly.writers()) {
      if (!writers.mayGoOn(writer)) suspected.add(writer);
    }
    return null;
  }

  @Override
  public boolean wantsAnotherLook() {
    return !suspected.isEmpty();
  }

  @Override
  public @Nullable Received atEnd() {
    Received found = withoutRest();
    if (found != null) return found;
    assembly.end(assembly.writers());
    return outcomes.poll();
  }

  /// What there is once a frame that is not complete counts as bytes.
  private @Nullable Received withoutRest() {
    while (true) {
      Received found = next();
      if (found != null) return found;
      if (buffer.size() == 0) break;
      skipByte();
    }
    missingBytes = Frame.HEAD_BYTES;
    reportGarbage();
    return outcomes.poll();
  }
}
