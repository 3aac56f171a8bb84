package dev.parley.sys;

/// What nobody may do any more to a sealed file. Source: fcntl(2), "File Sealing".
public final class Seal {
  /// Adding seals.
  public static final int SEAL = 1;

  /// Making it shorter: what is mapped stays there.
  public static final int SHRINK = 2;

  /// Making it longer.
  public static final int GROW = 4;

  /// Writing, mapped or not.
  public static final int WRITE = 8;

  /// Writing, but for what is mapped already.
  public static final int FUTURE_WRITE = 16;

  private Seal() {}
}
