package dev.parley.pattern.logqueue;

import dev.parley.pattern.queue.GroupSync;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records one behind the other, which several processes append to, one at a time.
///
/// The caller excludes the other threads of this process, always; and calls what changes it, or
/// needs its true end, between [#lock] and [#unlock] only. A record is a text and the bytes of a
/// message, which may be empty.
interface Log extends AutoCloseable {
  /// Below this a log is not worth being made smaller.
  long SMALL_BYTES = 1 << 20;

  /// Told of each record.
  interface Reader {
    /// @param at where its bytes are, for [#bytes]
    void record(String text, long at, int length) throws IOException;
  }

  /// What a new log starts with.
  record Kept(String text, long at, int length) {}

  /// Excludes other processes. Waits for one that is at work, which takes some microseconds; one
  /// that was stopped there keeps all others waiting, and one that was killed does not.
  void lock() throws IOException;

  void unlock() throws IOException;

  /// Whether somebody has replaced the log: then everything has to be read again.
  boolean wasReplaced() throws IOException;

  /// Reads what was appended since the last call, as far as it is whole.
  ///
  /// @param locked whether this process holds the lock: what is behind the last whole record is a
  ///   killed writer's, or was never synced before a power cut, and is cut off then
  void readOn(Reader reader, boolean locked) throws IOException;

  /// @param durable whether it has to survive a power cut, after [#syncLater]
  /// @return where the bytes are
  long append(String text, byte[] bytes, boolean durable) throws IOException;

  byte[] bytes(long at, int length) throws IOException;

  /// What makes all that was appended by now survive a power cut, to be run later, without a lock
  /// and beside other calls.
  GroupSync.Sync syncLater() throws IOException;

  /// The size of what was read and appended.
  long sizeBytes() throws IOException;

  /// Some bytes of a log file.
  record Stretch(long from, long to) {}

  /// What is no record although records follow, so far: it was passed over.
  default List<Stretch> damaged() {
    return List.of();
  }

  /// Whether [#replace] should be called, given how many of its bytes are messages that are still
  /// there. Under the lock.
  boolean isWorthReplacing(long liveBytes) throws IOException;

  /// The usual answer to that.
  static boolean isMostlyGone(long sizeBytes, long liveBytes) {
    return sizeBytes > SMALL_BYTES && sizeBytes > 4 * liveBytes;
  }

  /// Replaces it by what is kept of it; durable, if it ever is. Everything has to be read again.
  void replace(List<Kept> kept) throws IOException;

  /// Says that a consumer is there, until that is closed; null if it makes no difference.
  default @Nullable Visit consumerCame() throws IOException {
    return null;
  }

  /// A consumer's time with the queue.
  interface Visit extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  void close();
}
