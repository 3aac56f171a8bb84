package dev.parley.primitive.presence;

import dev.parley.sys.LockKind;

/// Which bytes of a file are locked, and how.
///
/// @param end the last byte; [#TO_THE_END] if there is none
/// @param state what is special about it, such as `breaking` for a lease; mostly empty
public record LockRange(Family family, LockKind kind, long start, long end, String state) {
  /// To the end of the file, wherever that will be.
  public static final long TO_THE_END = Long.MAX_VALUE;

  /// What kind of lock; those of flock(2) are blind to the others.
  public enum Family {
    FLOCK("flock"),
    POSIX("posix"),
    OFD("ofd"),
    LEASE("lease");

    private final String word;

    Family(String word) {
      this.word = word;
    }

    @Override
    public String toString() {
      return word;
    }
  }

  public boolean isExclusive() {
    return kind == LockKind.EXCLUSIVE;
  }

  /// Whether two owners cannot have both at one time.
  public boolean excludes(LockRange other) {
    boolean seeEachOther =
        family == other.family
            || (family == Family.POSIX && other.family == Family.OFD)
            || (family == Family.OFD && other.family == Family.POSIX);
    return seeEachOther
        && family != Family.LEASE
        && (isExclusive() || other.isExclusive())
        && start <= other.end
        && other.start <= end;
  }

  /// `flock exclusive`, `ofd shared 0-9`.
  @Override
  public String toString() {
    String text = family + (isExclusive() ? " exclusive" : " shared");
    if (!state.isEmpty()) text += " " + state;
    if (start == 0 && end == TO_THE_END) return text;
    return text + " " + start + "-" + (end == TO_THE_END ? "end" : String.valueOf(end));
  }
}
