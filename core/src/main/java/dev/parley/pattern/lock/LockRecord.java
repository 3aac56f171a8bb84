package dev.parley.pattern.lock;

import dev.parley.BadFormatException;
import dev.parley.pattern.member.Epoch;
import dev.parley.pattern.member.ThisProcess;
import dev.parley.primitive.file.Dir;
import dev.parley.primitive.file.PropertiesFile;
import dev.parley.sys.Errno;
import dev.parley.sys.ErrnoException;
import dev.parley.sys.Fd;
import dev.parley.sys.Kernel;
import dev.parley.sys.LockKind;
import dev.parley.sys.Open;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What the file of a named lock says: the last token, and who got it.
///
/// It is changed in place, for the lock is the inode's, by whoever holds an OFD lock on byte 1: so
/// that those who share the lock get a token each.
final class LockRecord {
  private static final int MOST_BYTES = 64 * 1024;
  private static final int TOKEN_DIGITS = 19;

  private final Dir locks;
  private final String name;
  private final Map<String, String> lines;
  private final long token;

  private LockRecord(Dir locks, String name, Map<String, String> lines, long token) {
    this.locks = locks;
    this.name = name;
    this.lines = lines;
    this.token = token;
  }

  /// The record of a new grant, written.
  static LockRecord next(
      Dir locks, String name, Epoch epoch, LockKind mode, Optional<String> command)
      throws IOException {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("token", "");
    lines.put("mode", mode.name().toLowerCase(Locale.ROOT));
    lines.putAll(ThisProcess.lines(locks.kernel(), "since", command));
    try (Fd file = openLocked(locks, name)) {
      long token = epoch.tokenAfter(tokenIn(locks.readFully(file, MOST_BYTES)));
      String digits = Long.toString(token);
      lines.put("token", "0".repeat(TOKEN_DIGITS - digits.length()) + digits);
      LockRecord record = new LockRecord(locks, name, lines, token);
      record.write(file);
      return record;
    }
  }

  private static Fd openLocked(Dir locks, String name) throws IOException {
    Fd file = locks.tryOpenFile(name, Open.READ_WRITE);
    if (file == null) throw new ErrnoException("openat", locks.pathOf(name), Errno.ENOENT);
    boolean good = false;
    try {
      locks.kernel().setLockWait(file, LockKind.EXCLUSIVE, 1, 1);
      good = true;
      return file;
    } finally {
      if (!good) file.close();
    }
  }

  private void write(Fd file) throws IOException {
    Kernel kernel = locks.kernel();
    byte[] bytes = PropertiesFile.format(lines);
    int written = 0;
    while (written < bytes.length) {
      written += kernel.writeAt(file, written, bytes, written, bytes.length - written);
    }
    kernel.truncate(file, bytes.length);
  }

  long token() {
    return token;
  }

  /// Says that another process holds it, if nobody has got it since.
  synchronized void nameHolder(long pid) throws IOException {
    lines.put("pid", Long.toString(pid));
    lines.remove("started");
    try (Fd file = openLocked(locks, name)) {
      if (tokenIn(locks.readFully(file, MOST_BYTES)) == token) write(file);
    }
  }

  // ---- reading

  /// Who holds it, in words; empty if nobody does.
  static Optional<String> holder(Dir locks, String name) throws IOException {
    try (Fd file = locks.tryOpenFile(name)) {
      if (file == null) return Optional.empty();
      boolean alone = locks.kernel().isLockedByOther(file, LockKind.SHARED, 0, 1);
      if (!alone && !locks.kernel().isLockedByOther(file, LockKind.EXCLUSIVE, 0, 1)) {
        return Optional.empty();
      }
      return Optional.of(words(parse(locks.readFully(file, MOST_BYTES)), alone));
    }
  }

  private static String words(Map<String, String> lines, boolean alone) {
    String process =
        "process "
            + lines.getOrDefault("pid", "unknown")
            + " ("
            + lines.getOrDefault("command", "unknown")
            + ")";
    return alone ? process : process + ", shared";
  }

  /// The last token that was granted; 0 if none was.
  ///
  /// @throws BadFormatException if the file says something else
  static long lastToken(Dir locks, String name) throws IOException {
    try (Fd file = locks.tryOpenFile(name)) {
      if (file == null) return 0;
      byte[] content = locks.readFully(file, MOST_BYTES);
      long token = tokenIn(content);
      if (token == 0 && content.length > 0) {
        throw new BadFormatException(
            file.path() + " is damaged: it has no token; empty it (: >" + file.path() + ")");
      }
      return token;
    }
  }

  private static long tokenIn(byte[] content) {
    String token = parse(content).getOrDefault("token", "");
    return token.matches("[0-9]{1,18}|0[0-9]{18}|[1-8][0-9]{18}") ? Long.parseLong(token) : 0;
  }

  /// Whatever of it can be read.
  private static Map<String, String> parse(byte[] content) {
    try {
      return PropertiesFile.parse(content, 0, content.length, () -> "");
    } catch (BadFormatException e) {
      return Map.of();
    }
  }
}
