package dev.parley.sys;

/// The events of poll(2) and epoll(7), which are the same numbers.
public final class Poll {
  /// There is something to read, or the end.
  public static final int IN = 0x1;

  /// Something exceptional; a table of mounts has changed.
  public static final int PRI = 0x2;

  /// There is room to write.
  public static final int OUT = 0x4;

  /// Broken, or a pipe that nobody reads; told unasked.
  public static final int ERR = 0x8;

  /// The other end was closed; told unasked.
  public static final int HUP = 0x10;

  /// The other end of a socket writes no more.
  public static final int RDHUP = 0x2000;

  private Poll() {}
}
