package dev.parley.pattern.spool;

import dev.parley.Durability;
import dev.parley.Outgoing;
import dev.parley.pattern.queue.MessageFile;
import dev.parley.primitive.file.Dir;
import dev.parley.sys.Fd;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// What a topic has to know of an entry, whose file is a message's; and how such a file is written.
///
/// @param sentNanos when it was published, nanoseconds since 1970
/// @param expiresNanos after which it is not delivered; 0 is never
public record EntryHeader(int priority, long sentNanos, long expiresNanos) {
  public static final int DEFAULT_PRIORITY = Outgoing.DEFAULT_PRIORITY;

  /// Reads and verifies an entry, or returns null if it is not there.
  public static @Nullable EntryHeader tryRead(Dir dir, String file) throws IOException {
    try (Fd fd = dir.tryOpenFile(file)) {
      if (fd == null) return null;
      MessageFile message = MessageFile.read(dir, fd);
      return new EntryHeader(message.priority(), message.sentNanos(), message.expiresNanos());
    }
  }

  public boolean isExpired(long nowNanos) {
    return expiresNanos != 0 && expiresNanos <= nowNanos;
  }

  /// Writes an entry under a temporary name; synced, if durable.
  public static void write(
      Dir dir, String temporary, Outgoing message, String sender, Durability durability)
      throws IOException {
    byte[] bytes = MessageFile.of(message, sender, dir.kernel().realtimeNanos()).encode();
    try (Fd file = dir.create(temporary)) {
      dir.writeFully(file, bytes);
      if (durability != Durability.NONE) dir.kernel().fdatasync(file);
    }
  }
}
