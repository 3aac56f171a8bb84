package dev.parley.primitive.fifo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Makes messages of frames. One writer sends its frames in order, one message after the other;
/// other writers' come in between.
///
/// Memory is taken as bytes come, never as a frame promises, and is bounded.
final class Assembly {
  /// What is kept of a message whose rest is still to come, or still to be thrown away.
  private static final class Pending {
    static final int OVERHEAD_BYTES = 100;

    final int message;
    byte @Nullable [] bytes = {}; // null: is thrown away
    int received;

    Pending(int message) {
      this.message = message;
    }

    int size() {
      return OVERHEAD_BYTES + (bytes == null ? 0 : bytes.length);
    }
  }

  private static final int FIRST_BYTES = 64 * 1024;

  private final int maxMessageBytes;
  private final long maxPendingBytes;
  private final Queue<Received> outcomes;
  private final Map<Long, Pending> pending = new HashMap<>();
  private long pendingBytes;

  /// @param outcomes where to put what becomes of messages
  Assembly(FifoOptions options, Queue<Received> outcomes) {
    maxMessageBytes = options.maxMessageBytes();
    maxPendingBytes = options.maxPendingBytes();
    this.outcomes = outcomes;
  }

  /// Takes a frame whose payload begins at `from[at]`.
  void accept(Frame frame, byte[] from, int at) {
    Pending known = pending.get(frame.writer());
    if (known != null && known.message != frame.message()) {
      end(frame.writer(), known);
      known = null;
    }
    if (known == null) {
      begin(frame, from, at);
    } else {
      goOn(frame, known, from, at);
    }
  }

  private void begin(Frame frame, byte[] from, int at) {
    if (frame.offset() > 0) {
      // Its first part went to an earlier reader.
      skip(Received.Reason.UNFINISHED, frame.length());
      throwAwayRestOf(frame);
    } else if (frame.total() > maxMessageBytes) {
      skip(Received.Reason.TOO_LARGE, frame.total());
      throwAwayRestOf(frame);
    } else if (frame.isWhole()) {
      outcomes.add(new Received.Message(Arrays.copyOfRange(from, at, at + frame.length())));
    } else {
      Pending begun = new Pending(frame.message());
      pending.put(frame.writer(), begun);
      pendingBytes += begun.size();
      goOn(frame, begun, from, at);
    }
  }

  private void goOn(Frame frame, Pending known, byte[] from, int at) {
    byte[] bytes = known.bytes;
    if (bytes == null) {
      if (frame.isLast()) remove(frame.writer(), known);
    } else if (frame.offset() != known.received) {
      end(frame.writer(), known); // a part was taken away
      throwAwayRestOf(frame);
    } else {
      int length = known.received + frame.length();
      if (length > bytes.length) {
        int wanted = Math.max(length, Math.max(2 * bytes.length, FIRST_BYTES));
        int capacity = Math.min(frame.total(), wanted);
        if (pendingBytes + capacity - bytes.length > maxPendingBytes) {
          remove(frame.writer(), known);
          skip(Received.Reason.TOO_LARGE, frame.total());
          throwAwayRestOf(frame);
          return;
        }
        pendingBytes += capacity - bytes.length;
        bytes = Arrays.copyOf(bytes, capacity);
        known.bytes = bytes;
      }
      System.arraycopy(from, at, bytes, known.received, frame.length());
      known.received = length;
      if (frame.isLast()) {
        remove(frame.writer(), known);
        outcomes.add(new Received.Message(bytes));
      }
    }
  }

  /// So that what still comes of it is not reported once more.
  private void throwAwayRestOf(Frame frame) {
    if (frame.isLast() || pendingBytes + Pending.OVERHEAD_BYTES > maxPendingBytes) return;
    Pending unwanted = new Pending(frame.message());
    unwanted.bytes = null;
    pending.put(frame.writer(), unwanted);
    pendingBytes += unwanted.size();
  }

  private void end(long writer, Pending known) {
    remove(writer, known);
    if (known.bytes != null) skip(Received.Reason.UNFINISHED, known.received);
  }

  private void remove(long writer, Pending known) {
    pending.remove(writer);
    pendingBytes -= known.size();
  }

  private void skip(Received.Reason reason, long bytes) {
    outcomes.add(new Received.Skipped(reason, 1, bytes));
  }

  // ---- what will never be complete

  List<Long> writers() {
    return new ArrayList<>(pending.keySet());
  }

  /// These writers are gone.
  void end(Collection<Long> writers) {
    for (long writer : writers) {
      Pending known = pending.get(writer);
      if (known != null) end(writer, known);
    }
  }

  /// These messages will not be completed.
  ///
  /// @param reported whether to say so
  void drop(Collection<MessageKey> messages, boolean reported) {
    for (MessageKey key : messages) {
      Pending known = pending.get(key.writer());
      if (known == null || known.message != key.message()) continue;
      if (reported) {
        end(key.writer(), known);
      } else {
        remove(key.writer(), known);
      }
    }
  }
}
