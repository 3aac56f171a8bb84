package dev.parley.primitive.presence;

import dev.parley.sys.LockKind;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A lock or a request for one, as a line of /proc/locks or of a descriptor's fdinfo has it.
/// Source: proc(5).
///
/// ```text
/// 1: FLOCK  ADVISORY  WRITE 31884 fe:00:2277425 0 EOF
/// 1: -> FLOCK  ADVISORY  WRITE 31890 fe:00:2277425 0 EOF
/// ```
///
/// @param pid who asked for it; -1 for OFD locks, whose owner is a descriptor
/// @param device as MAJOR:MINOR in hexadecimal
/// @param isRequest whether it waits, for what the last line before it without an arrow holds
record LockLine(LockRange range, int pid, String device, long inode, boolean isRequest) {
  private static final Pattern LINE =
      Pattern.compile(
          "\\d+: +(-> )?(\\S+) +(\\S+) +(\\S+) +(-?\\d+) +([0-9a-f]+:[0-9a-f]+):(\\d+) +(\\d+) +(\\d+|EOF)");

  static Optional<LockLine> parse(String line) {
    Matcher match = LINE.matcher(line.strip());
    if (!match.matches()) return Optional.empty();
    Optional<LockRange.Family> family = family(match.group(2));
    if (family.isEmpty()) return Optional.empty();
    LockKind kind = match.group(4).equals("READ") ? LockKind.SHARED : LockKind.EXCLUSIVE;
    long end = match.group(9).equals("EOF") ? LockRange.TO_THE_END : Numbers.parse(match.group(9));
    LockRange range =
        new LockRange(
            family.get(), kind, Numbers.parse(match.group(8)), end, state(match.group(3)));
    return Optional.of(
        new LockLine(
            range,
            Integer.parseInt(match.group(5)),
            match.group(6),
            Long.parseUnsignedLong(match.group(7)),
            match.group(1) != null));
  }

  private static Optional<LockRange.Family> family(String word) {
    return switch (word) {
      case "FLOCK" -> Optional.of(LockRange.Family.FLOCK);
      case "POSIX" -> Optional.of(LockRange.Family.POSIX);
      case "OFDLCK" -> Optional.of(LockRange.Family.OFD);
      case "LEASE", "DELEG" -> Optional.of(LockRange.Family.LEASE);
      default -> Optional.empty();
    };
  }

  /// `BREAKING` for a lease that somebody waits for; nothing for what is usual.
  private static String state(String word) {
    return word.equals("ADVISORY") || word.equals("ACTIVE") ? "" : word.toLowerCase(Locale.ROOT);
  }
}
