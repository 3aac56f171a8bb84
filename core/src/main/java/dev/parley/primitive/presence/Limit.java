package dev.parley.primitive.presence;

/// A limit of the kernel, and how near it is.
///
/// @param what it limits, for people
/// @param used how much of it is used; -1 if that cannot be counted
/// @param most the limit; [#NONE] if there is none
/// @param where it is set: a sysctl, or a resource of getrlimit(2)
/// @param remark whose use was counted, if not all of it
public record Limit(String what, long used, long most, String where, String remark) {
  /// There is no limit.
  public static final long NONE = Long.MAX_VALUE;

  /// How much of it is used, in percent, rounded down; -1 if that is not known.
  public int percent() {
    if (used < 0 || most == NONE || most <= 0) return -1;
    return (int) Math.min(999, used * 100.0 / most);
  }
}
