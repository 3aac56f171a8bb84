package dev.parley.sys;

/// The flags of openat(2) under Parley's own numbers, which are x86-64's; the Linux implementation
/// translates where an architecture has others.
public final class Open {
  public static final int READ_ONLY = 0;
  public static final int WRITE_ONLY = 1;
  public static final int READ_WRITE = 2;
  public static final int CREATE = 0x40;
  public static final int EXCLUSIVE = 0x80;
  public static final int TRUNCATE = 0x200;
  public static final int APPEND = 0x400;
  public static final int NON_BLOCKING = 0x800;
  public static final int DIRECT = 0x4000;
  public static final int DIRECTORY = 0x10000;
  public static final int NO_FOLLOW = 0x20000;
  public static final int PATH = 0x200000;

  /// O_TMPFILE: a regular file without a name, in the filesystem of the directory that is named;
  /// [FileCalls#linkFileAt] can give it one, unless it was opened with [#EXCLUSIVE]. EOPNOTSUPP,
  /// EISDIR or ENOENT where the filesystem or the kernel lacks it.
  public static final int TEMPORARY = 0x400000 | DIRECTORY;

  private Open() {}
}
