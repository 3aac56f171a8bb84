package dev.parley.sys;

/// One event of inotify(7). The constants are the kernel's.
///
/// @param watch the watch it belongs to; -1 with [#OVERFLOW]
/// @param mask what happened
/// @param cookie the same in the two halves of one rename; 0 elsewhere
/// @param name the entry of a watched directory, or empty
public record InotifyEvent(int watch, int mask, int cookie, String name) {
  public static final int MODIFY = 0x2;
  public static final int ATTRIB = 0x4;
  public static final int CLOSE_WRITE = 0x8;
  public static final int CLOSE_NOWRITE = 0x10;
  public static final int OPEN = 0x20;
  public static final int MOVED_FROM = 0x40;
  public static final int MOVED_TO = 0x80;
  public static final int CREATE = 0x100;
  public static final int DELETE = 0x200;
  public static final int DELETE_SELF = 0x400;
  public static final int MOVE_SELF = 0x800;
  public static final int OVERFLOW = 0x4000;
  public static final int IGNORED = 0x8000;
  public static final int ISDIR = 0x40000000;

  public boolean is(int bits) {
    return (mask & bits) != 0;
  }
}
